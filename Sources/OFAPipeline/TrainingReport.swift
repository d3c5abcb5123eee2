import Foundation
import OFAFormats
import OFAReport
import OFASpace
import OFASupernet
import OFATraining

/// Shows training runs on one page: one run whole, or several side by side; finished ones, or ones as far as they are.
public struct TrainingReport {
  /// The runs' folders, at least one.
  public var runs: [String]
  /// The command that shows them.
  public var origin: Origin?

  /// What was written.
  public struct Result: Hashable, Sendable, Encodable {
    /// The page's length.
    public var bytes: Int
  }

  /// A report of runs.
  ///
  /// - Precondition: there is one.
  public init(runs: [String], origin: Origin? = nil) {
    precondition(!runs.isEmpty, "There is no run to show.")
    self.runs = runs
    self.origin = origin
  }

  /// Writes the page.
  ///
  /// - Throws: `.missingInput` where no run is, `.badData` where its files are damaged; `.usage` and `.inputOutput` for
  ///   the output.
  public func write(to output: Output) throws -> Result {
    try output.check(for: Page.fileKind)
    let html = try page().html
    try output.write(html, as: Page.fileKind)
    return Result(bytes: html.utf8.count)
  }

  /// The page.
  func page() throws -> Page {
    let records = try runs.map(RunRecord.init(reading:))
    var page = records.count == 1 ? Page.training(records[0]) : Page.comparison(records)
    // A run tells what trained it; of an older one only what shows it is known.
    if page.origins.isEmpty { page.origins = [origin].compactMap(\.self) }
    return page
  }
}

/// All that a run's folder tells.
package struct RunRecord: Sendable {
  /// The folder.
  package var folder: String
  /// What decides the run.
  package var configuration: RunConfiguration
  /// Its course.
  package var metrics: [Metrics]
  /// What its subnets reached; nil before its end.
  package var results: TrainingResults?
  /// The subnets that the model's predictor was fitted to.
  package var samples: [Evaluation]
  /// The commands that trained.
  package var commands: [Origin]

  /// A record of its parts.
  package init(
    folder: String, configuration: RunConfiguration, metrics: [Metrics], results: TrainingResults? = nil,
    samples: [Evaluation] = [], commands: [Origin] = []
  ) {
    (self.folder, self.configuration, self.metrics) = (folder, configuration, metrics)
    (self.results, self.samples, self.commands) = (results, samples, commands)
  }

  /// Reads a run's folder.
  ///
  /// - Throws: `.missingInput` where no run is, `.badData` where its files are damaged.
  init(reading path: String) throws {
    let folder = RunFolder(path)
    func lines<Line: Decodable>(_ type: Line.Type, _ path: String) throws -> [Line] {
      InputFile.isFile(path) ? try JSONLines.read(type, path, allowingCutEnd: true) : []
    }
    let resultsPath = folder.modelPath + "/results.json"
    let results = InputFile.isFile(resultsPath) ? try Documents.read(TrainingResults.self, resultsPath) : nil
    self.init(
      folder: path, configuration: try Documents.read(RunConfiguration.self, folder.configurationPath),
      metrics: try lines(Metrics.self, folder.metricsPath),
      // A run that stopped has left a model which was not evaluated.
      results: results.flatMap { $0.heldOut.isEmpty ? nil : $0 },
      samples: try lines(Evaluation.self, folder.samplesPath), commands: try lines(Origin.self, folder.commandsPath))
  }

  /// Images a second over all steps; a batch counts once.
  var imagesPerSecond: Double {
    // Of steps since the last line nothing is known where a run was interrupted.
    let (seconds, images) = metrics.reduce((0.0, 0.0)) { sums, line in
      let seconds = line.parts?.total ?? 0
      return (sums.0 + seconds, sums.1 + seconds * (line.imagesPerSecond ?? 0))
    }
    return seconds > 0 ? (images / seconds).rounded() : 0
  }

  /// A quantity along the run, where lines of the metrics have it.
  func curve(
    _ value: (Metrics) -> Double?, over x: (Metrics) -> Double, label: (Metrics) -> String? = { _ in nil }
  ) -> [Plot.Point] {
    metrics.compactMap { line in value(line).map { Plot.Point(x(line), $0, label: label(line)) } }
  }
}

extension Page {
  /// The course of a training run, what it cost, and what its subnets reached.
  package static func training(_ run: RunRecord) -> Page {
    let (configuration, metrics) = (run.configuration, run.metrics)
    let last = metrics.last
    let seconds = metrics.reduce(into: StepSeconds()) { if let parts = $1.parts { $0 += parts } }
    return Page(
      "\(configuration.space.name) on \(URL(fileURLWithPath: configuration.data).lastPathComponent)",
      subtitle: run.results == nil ? "The run is not at its end." : "",
      facts: [
        Fact("steps", "\(last?.step ?? 0)"), Fact("epochs", Measure.number.text(last?.epoch ?? 0)),
        Fact("minutes", "\(((last?.seconds ?? 0) / 6).rounded() / 10)"),
        Fact("images a second", Measure.number.text(run.imagesPerSecond)),
      ],
      conditions: [
        Fact("images", configuration.data), Fact("budget", configuration.budget.words),
        Fact("recipe", configuration.recipe.name),
        Fact("seed", "\(configuration.seed)"),
      ],
      origins: run.commands,
      sections: [
        Section("Training", curves(run).map(Element.plot)),
        subnets(configuration.space, results: run.results, samples: run.samples),
        Section("Time", [.table(phaseTable(metrics, configuration)), .table(partTable(seconds))]),
        Section("Configuration", [.code((try? Documents.encode(configuration)) ?? "")]),
      ].filter { !$0.elements.isEmpty })
  }

  // MARK: Curves

  /// The stretches of the phases.
  private static func phases(_ metrics: [Metrics]) -> [Plot.Band] {
    var phases: [Plot.Band] = []
    for line in metrics {
      // The file may have been changed since: its steps need not ascend.
      let last = phases.last
      let end = max(last?.range.upperBound ?? 0, Double(line.step))
      if let last, last.name == line.phase {
        phases[phases.count - 1] = Plot.Band(line.phase, last.range.lowerBound...end)
      } else {
        phases.append(Plot.Band(line.phase, (last?.range.upperBound ?? 0)...end))
      }
    }
    return phases
  }

  /// Loss, accuracy, learning rate and speed.
  private static func curves(_ run: RunRecord) -> [Plot] {
    func points(_ value: (Metrics) -> Double?) -> [Plot.Point] { run.curve(value) { Double($0.step) } }
    func accuracies(_ place: @escaping ([Evaluation]) -> Evaluation?) -> [Plot.Point] {
      run.curve({ $0.heldOut.flatMap(place)?.topOneAccuracy }, over: { Double($0.step) }) {
        $0.heldOut.flatMap(place)?.id
      }
    }
    let phases = phases(run.metrics)
    func plot(_ title: String, _ y: Axis, _ curves: [(String, [Plot.Point])]) -> Plot {
      .progress(title, y: y, curves: curves.filter { !$0.1.isEmpty }, phases: phases)
    }
    return [
      plot("Loss of a subnet", Axis("loss", .number), [("loss", points(\.loss))]),
      plot(
        "Accuracy on held-out images", Axis("top-one accuracy", .fraction),
        [
          ("full network", accuracies(\.first)),
          ("smallest subnet of the phase", accuracies { $0.count > 1 ? $0.last : nil }),
        ]),
      plot("Learning rate", Axis("learning rate", .rate), [("learning rate", points(\.learningRate))]),
      plot("Speed", Axis("images a second", .number), [("images a second", points(\.imagesPerSecond))]),
    ]
  }

  // MARK: Subnets

  /// Accuracy against cost, and the corners.
  private static func subnets(_ space: SearchSpace, results: TrainingResults?, samples: [Evaluation]) -> Section {
    // A file may have been changed since, or be of another space.
    let points = samples.compactMap { sample in
      (try? space.subnet(sample.subnet)).map {
        Plot.Point(
          Double(space.graph(of: $0).costs.multiplyAccumulates), sample.topOneAccuracy, label: sample.id)
      }
    }
    var elements: [Element] = []
    if !points.isEmpty {
      var front: [Plot.Point] = []
      for point in points.sorted(by: { ($0.x, -$0.y) < ($1.x, -$1.y) }) where point.y > front.last?.y ?? -1 {
        front.append(point)
      }
      elements.append(
        .plot(
          .front(
            "Accuracy of drawn subnets", cost: Axis("multiply-accumulates", .count),
            accuracy: Axis("top-one accuracy", .fraction), cloud: points, front: front)))
    }
    if let corners = results?.heldOut, !corners.isEmpty {
      elements.append(
        .table(
          Table(
            [.id("corner"), .number("accuracy on held-out images"), .number("loss")],
            corners.map { [$0.id, Measure.fraction.text($0.topOneAccuracy), decimal($0.loss, 4)] }
          ).drawn(in: space)))
    }
    return Section("Subnets", elements)
  }

  // MARK: Time

  /// What each phase took.
  private static func phaseTable(_ metrics: [Metrics], _ configuration: RunConfiguration) -> Table {
    var rows: [[String]] = []
    var before: Metrics?
    for (index, line) in metrics.enumerated() {
      let isLast = index + 1 == metrics.count || metrics[index + 1].phase != line.phase
      guard isLast else { continue }
      // Of a file that was changed since, they may be any numbers.
      let steps = Double(line.step) - Double(before?.step ?? 0)
      let processor = line.processorSeconds.map { $0 - (before?.processorSeconds ?? 0) }
      rows.append([
        line.phase, Measure.count.text(steps),
        Measure.count.text(steps * Double(configuration.recipe.batchSize)),
        Measure.number.text(line.seconds - (before?.seconds ?? 0)), processor.map(Measure.number.text) ?? "–",
        line.peakBytes.map { Measure.bytes.text(Double($0)) } ?? "–",
      ])
      before = line
    }
    return Table(
      [
        .text("phase"), .number("steps"), .number("images"), .number("seconds"), .number("processor seconds"),
        .number("most memory"),
      ], rows)
  }

  /// What the parts of a step took.
  private static func partTable(_ seconds: StepSeconds) -> Table {
    let parts = [
      ("making images ready", seconds.images), ("forward", seconds.forward), ("backward", seconds.backward),
      ("moving weights", seconds.update),
    ]
    return Table(
      [.text("part of a step"), .number("share")],
      parts.map { [$0.0, Measure.fraction.text(seconds.total > 0 ? $0.1 / seconds.total : 0)] })
  }
}

extension TrainingBudget {
  /// The budget for people.
  var words: String {
    switch self {
    case .epochs(let epochs): "\(epochs) \(epochs == 1 ? "epoch" : "epochs")"
    case .time(let time): Measure.seconds.text(time / .seconds(1))
    }
  }
}

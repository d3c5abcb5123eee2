import OFAFormats
import OFAReport
import OFASpace
import OFASupernet
import OFATraining

/// Shows a training run on one page: a finished one, or one as far as it is.
public struct TrainingReport {
  /// The run's folder.
  public var run: String

  /// What was written.
  public struct Result: Hashable, Sendable, Encodable {
    /// The page's length.
    public var bytes: Int
  }

  /// A report of a run.
  public init(run: String) { self.run = run }

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
    let folder = RunFolder(run)
    let configuration = try Documents.read(RunConfiguration.self, folder.configurationPath)
    func lines<Line: Decodable>(_ type: Line.Type, _ path: String) throws -> [Line] {
      InputFile.isFile(path) ? try JSONLines.read(type, path, allowingCutEnd: true) : []
    }
    let resultsPath = folder.modelPath + "/results.json"
    return Page.training(
      configuration, metrics: try lines(Metrics.self, folder.metricsPath),
      results: InputFile.isFile(resultsPath) ? try Documents.read(TrainingResults.self, resultsPath) : nil,
      samples: try lines(Evaluation.self, folder.samplesPath))
  }
}

extension Page {
  /// The course of a training run, what it cost, and what its subnets reached.
  package static func training(
    _ configuration: RunConfiguration, metrics: [Metrics], results: TrainingResults?, samples: [Evaluation]
  ) -> Page {
    let last = metrics.last
    let seconds = metrics.reduce(into: StepSeconds()) { if let parts = $1.parts { $0 += parts } }
    return Page(
      "\(configuration.space.name) on \(configuration.data)",
      subtitle: "Recipe \(configuration.recipe.name), seed \(configuration.seed)"
        + (results == nil ? "; the run is not at its end." : "."),
      facts: [
        Page.Fact("steps", "\(last?.step ?? 0)"), Page.Fact("epochs", Measure.number.text(last?.epoch ?? 0)),
        Page.Fact("minutes", "\(((last?.seconds ?? 0) / 6).rounded() / 10)"),
        Page.Fact("images a second", Measure.number.text(imagesPerSecond(metrics, configuration))),
      ],
      sections: [
        Page.Section("Training", [.plot(lossPlot(metrics)), .plot(accuracyPlot(metrics))]),
        subnets(configuration.space, results: results, samples: samples),
        Page.Section("Time", [.table(phaseTable(metrics, configuration)), .table(partTable(seconds))]),
        Page.Section("Configuration", [.code((try? Documents.encode(configuration)) ?? "")]),
      ].filter { !$0.elements.isEmpty })
  }

  private static func imagesPerSecond(_ metrics: [Metrics], _ configuration: RunConfiguration) -> Double {
    let seconds = metrics.reduce(0) { $0 + ($1.parts?.total ?? 0) }
    let images = Double(metrics.last?.step ?? 0) * Double(configuration.recipe.batchSize)
    return seconds > 0 ? (images / seconds).rounded() : 0
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

  private static func lossPlot(_ metrics: [Metrics]) -> Plot {
    let loss = metrics.compactMap { line in line.loss.map { Plot.Point(Double(line.step), $0) } }
    return .progress(
      "Loss of a subnet", y: Axis("loss", .number), curves: [("loss", loss)], phases: phases(metrics))
  }

  private static func accuracyPlot(_ metrics: [Metrics]) -> Plot {
    func accuracies(_ place: (([Evaluation]) -> Evaluation?)) -> [Plot.Point] {
      metrics.compactMap { line in
        line.heldOut.flatMap(place).map { Plot.Point(Double(line.step), $0.topOneAccuracy, label: $0.id) }
      }
    }
    return .progress(
      "Accuracy on held-out images", y: Axis("top-one accuracy", .fraction),
      curves: [
        ("full network", accuracies(\.first)),
        ("smallest subnet of the phase", accuracies { $0.count > 1 ? $0.last : nil }),
      ].filter { !$0.1.isEmpty }, phases: phases(metrics))
  }

  // MARK: Subnets

  /// Accuracy against cost, and the corners.
  private static func subnets(_ space: SearchSpace, results: TrainingResults?, samples: [Evaluation]) -> Section {
    // A file may have been changed since, or be of another space.
    let points = samples.compactMap { sample in
      (try? space.canonical(sample.subnet)).map {
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
            accuracy: Axis("top-one accuracy", .fraction), random: points, front: front)))
    }
    if let corners = results?.heldOut, !corners.isEmpty {
      elements.append(
        .table(
          Table(
            [.text("corner"), .number("top-one accuracy on all held-out images"), .number("loss")],
            corners.map { [$0.id, Measure.fraction.text($0.topOneAccuracy), Measure.number.text($0.loss)] })))
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

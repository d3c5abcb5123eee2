import ArgumentParser
import Foundation
import OFAFormats
import OFAHardware
import OFAPipeline

struct Specialize: SharedCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find the most accurate subnet within budgets.",
    discussion: """
      Budgets may be combined; amounts carry units: 25ms, 600us, 300M, 1MB (10⁶ bytes), 1MiB. Latency needs a device's \
      profile; with several, every device must meet the limit. When nothing meets the budgets, the status is 3 and the \
      message says which budget, and the least that the space can reach. With --minimize and --maximize something else \
      is sought than the most accurate subnet, or several things at once: accuracy, latency, macs, parameters, storage \
      or memory. The answer is then the best in the first, and --front has the rest. With --table the networks are a \
      table's, which others have trained and measured, and what is sought are its columns. With --targets many devices \
      and budgets are answered in one call, a line each: {"name": "camera", "profile": "pi4.json", "maxLatency": \
      "40ms", "output": "camera.onnx", "runner": "ssh:pi@pi4"}; one with a runner is verified by it.
      """)

  @OptionGroup var space: SpaceNaming

  @Option(
    help: ArgumentHelp(
      "A table of networks in place of a space: comma-separated values with a column that says how each is made.",
      valueName: "csv"), completion: .file())
  var table: String?

  @Option(
    name: .customLong("profile"),
    help: ArgumentHelp("A device's profile; may be given several times.", valueName: "file"), completion: .file())
  var profiles: [String] = []

  @Option(help: ArgumentHelp("The accuracy predictor; by default the model's.", valueName: "file"), completion: .file())
  var predictor: String?

  @Option(
    help: ArgumentHelp(
      "The model's images, to evaluate the best few on those that are held out and name the most accurate; by default "
        + "those it was trained on, where they are still there.", valueName: "dir|csv|shapes"))
  var data: String?

  @Flag(help: "Go by the predicted accuracies alone.")
  var predictedOnly = false

  @Flag(
    help: """
      Evaluate each subnet that the search tries on held-out images, in place of predicting its accuracy; 150 unless \
      --evaluations or --time-limit says otherwise.
      """)
  var inTheLoop = false

  @Option(
    help: ArgumentHelp(
      "With --in-the-loop, a file that keeps each evaluation; what it has is not evaluated again.", valueName: "jsonl"),
    completion: .file())
  var archive: String?

  @Option(
    help: ArgumentHelp(
      "Many targets, a JSON line each, with the budgets' names as keys; what is found is exported to their outputs.",
      valueName: "jsonl"), completion: .file())
  var targets: String?

  @OptionGroup(title: "Verification") var verification: VerificationOptions
  @OptionGroup(title: "Budgets") var budgets: BudgetOptions

  @Option(
    help: ArgumentHelp(
      "The least accuracy, such as 0.85 or 85%; on held-out images where they are at hand.", valueName: "share"))
  var minAccuracy: String?

  @Option(help: ArgumentHelp("What less is sought of; may be given several times.", valueName: "quantity"))
  var minimize: [String] = []

  @Option(
    help: ArgumentHelp(
      "What more is sought of; may be given several times. Accuracy, unless anything is sought.", valueName: "quantity")
  )
  var maximize: [String] = []

  @Option(
    help: ArgumentHelp(
      "The searcher: memetic, evolutionary, local, annealing, random, exhaustive, elites, nsga2, nsga3 or linas; by "
        + "default the one that does best with so many objectives, or with few evaluations.", valueName: "name"))
  var searcher: String?

  @Option(
    help: ArgumentHelp(
      "How many subnets to try; a searcher that is done before begins anew. By default until it is done.",
      valueName: "n"))
  var evaluations: Int?

  @Option(help: ArgumentHelp("Only these resolutions, separated by commas.", valueName: "n,…"))
  var resolutions: String?

  @Option(help: ArgumentHelp("How long to search at most, such as 30s.", valueName: "time"))
  var timeLimit: String?

  @Option(
    help: ArgumentHelp(
      "A file for the Pareto front, the subnets that no other beats in accuracy and cost, one a line.",
      valueName: "file"),
    completion: .file())
  var front: String?

  @Option(
    help: ArgumentHelp("A page to write that shows the front against random subnets.", valueName: "file"),
    completion: .file())
  var report: String?

  @OptionGroup var replacement: ReplacementOption
  @OptionGroup var seed: SeedOption
  @OptionGroup var threads: ThreadsOption
  @OptionGroup var output: WorkOptions

  func validate() throws {
    if table == nil { try space.validateSpace() }
    guard !inTheLoop || !predictedOnly else {
      throw ValidationError("'--in-the-loop' measures what '--predicted-only' does not.")
    }
    guard !inTheLoop || predictor == nil else {
      throw ValidationError("'--in-the-loop' measures what '--predictor' predicts.")
    }
    if let name = objectives.map(\.name).first(where: { name in objectives.count { $0.name == name } > 1 }) {
      throw ValidationError("'\(name)' is sought twice.")
    }
    guard archive == nil || inTheLoop else { throw ValidationError("'--archive' goes with '--in-the-loop'.") }
    guard verification.finetune == nil || targets == nil else {
      throw ValidationError("'--finetune' trains one subnet: search for each of the targets alone.")
    }
    guard targets == nil || (profiles.isEmpty && budgets.isEmpty && front == nil && report == nil) else {
      throw ValidationError("Targets have profiles, budgets and outputs of their own.")
    }
    if let evaluations, evaluations < 1 { throw ValidationError("'--evaluations' is at least 1.") }
  }

  func run() throws {
    if let table { return try Ranks.together { _ in try search(table) } }
    let console = output.console
    var specialization = Specialization(space: try space.source, budgets: try budgets.budgets(), seed: seed.seed)
    specialization.profiles = profiles
    specialization.data = data
    specialization.evaluates = !predictedOnly
    specialization.isInTheLoop = inTheLoop
    specialization.archive = archive
    specialization.threads = threads.threads
    specialization.predictor = predictor
    specialization.resolutions = try resolutions.map(Resolutions.parse)
    specialization.timeLimit = try timeLimit.map { try Amount.duration($0, at: "--time-limit") }
    specialization.front = front.map(replacement.output)
    specialization.report = report.map(replacement.output)
    specialization.searcher = searcher
    specialization.evaluations = evaluations
    specialization.leastAccuracy = try minAccuracy.map(Self.share)
    let objectives = try objectives.map { objective in
      Objective(try Objective.Subject(named: objective.name, at: objective.flag), isMaximized: objective.isMaximized)
    }
    if !objectives.isEmpty { specialization.objectives = objectives }
    specialization.verification = verification.verification
    specialization.finetuning = verification.finetuning
    specialization.origin = .ofThisCommand(threads: threads.threads)
    if let targets {
      return try Ranks.together { _ in try answer(Target.read(targets), by: specialization, console) }
    }
    try Ranks.together(signalsAreLeaders: false) { cluster in
      specialization.cluster = cluster
      try specialize(by: specialization, console)
    } help: { cluster in
      specialization.cluster = cluster
      try specialization.help()
    }
  }

  private func specialize(by specialization: Specialization, _ console: Console) throws {
    let result: Specialization.Result
    do {
      result = try specialization.run(monitor: console.watcher)
    } catch let infeasible as InfeasibleBudget {
      try console.writeJSON(infeasible)
      throw infeasible.failure
    }
    try console.write(result) {
      let best = result.best
      let latencies = best.latencies.map { "\($0.milliseconds.milliseconds) on \($0.device), " }.joined()
      let front = front.map { "\nfront: \(result.front.count) subnets in \($0)" } ?? ""
      return """
        \(best.id)
        \(accuracy(of: result))
        \(measured(result))\(latencies)\(best.costs.multiplyAccumulates.counted) MACs, \
        \(best.costs.parameters.counted) parameters, \
        \(best.costs.weightBytes.bytes) of weights, \(best.costs.peakActivationBytes.bytes) of activations
        \(result.evaluations) subnets \(inTheLoop ? "evaluated" : "estimated") in \(result.seconds.digits(1)) s\(front)\
        \(finetuned(result))
        """
    }
  }
}

extension Specialize {
  /// What is sought: accuracy first, then in the order of the flags.
  private var objectives: [(name: String, flag: String, isMaximized: Bool)] {
    let all =
      maximize.map { ($0, "--maximize", true) } + minimize.map { ($0, "--minimize", false) }
    return all.filter { $0.0 == "accuracy" } + all.filter { $0.0 != "accuracy" }
  }

  /// A share from 0 to 1, which may be written in per cent.
  private static func share(_ text: String) throws -> Double {
    let isPercent = text.hasSuffix("%")
    guard let number = Double(isPercent ? String(text.dropLast()) : text),
      case let share = isPercent ? number / 100 : number, share > 0, share <= 1
    else {
      throw Failure(.usage, "\"\(text)\" is no share from 0 to 1; write for example 0.85 or 85%", at: "--min-accuracy")
    }
    return share
  }

  /// Searches for each target; the status is that of an impossible budget where one of them has no subnet.
  private func answer(_ targets: [Target], by specialization: Specialization, _ console: Console) throws {
    var refused: [String] = []
    try console.table(
      [.text("target"), .id("subnet"), .number("accuracy"), .number("latency"), .number("MACs"), .number("storage")]
    ) { table in
      try specialization.run(for: targets, force: replacement.force, monitor: console.watcher) { answer in
        try table.write(answer) {
          switch answer.result {
          case .success(let found):
            [
              answer.target, found.best.id, (found.best.heldOutAccuracy ?? found.best.predictedAccuracy).percent,
              (found.best.measured?.measuredMilliseconds ?? found.best.latencyMilliseconds)?.milliseconds ?? "–",
              found.best.costs.multiplyAccumulates.counted, found.best.costs.weightBytes.bytes,
            ]
          case .failure: [answer.target, "–", "–", "–", "–", "–"]
          }
        }
        if case .failure(let refusal) = answer.result {
          refused.append(answer.target)
          console.warn("\(answer.target): \(refusal.failure.message)")
        }
      }
    }
    if !refused.isEmpty {
      throw Failure(
        .infeasible, "\(refused.count) of \(targets.count) targets have no subnet: \(refused.joined(separator: ", "))")
    }
  }

  /// Searches a table.
  private func search(_ table: String) throws {
    guard space.isEmpty, profiles.isEmpty, predictor == nil, data == nil, resolutions == nil, report == nil,
      minAccuracy == nil, targets == nil, budgets.isEmpty, !inTheLoop, verification.isEmpty
    else {
      throw Failure(
        .usage, "a table has its own networks and numbers: only what is sought, the searcher and the front go with it",
        at: "--table")
    }
    let console = output.console
    var search = TableSearch(
      table: table, objectives: objectives.map { ($0.name, $0.isMaximized) }, seed: seed.seed)
    search.searcher = searcher
    search.evaluations = evaluations
    search.timeLimit = try timeLimit.map { try Amount.duration($0, at: "--time-limit") }
    search.front = front.map(replacement.output)
    let result = try search.run(monitor: console.watcher)
    try console.write(result) {
      let values = result.best.values.map { "\($0.column) \($0.value)" }.joined(separator: ", ")
      let failed = result.failures > 0 ? ", \(result.failures) of them without numbers there" : ""
      let front = front.map { "\nfront: \(result.front.count) networks in \($0)" } ?? ""
      return """
        \(result.best.id)
        \(values)
        \(result.evaluations) networks looked up in \(result.seconds.digits(1)) s\(failed)\(front)
        """
    }
  }
}

/// What is known of the accuracy of the subnet that was found.
private func accuracy(of result: Specialization.Result) -> String {
  let best = result.best
  let range = best.predictedRange.map { " (nine of ten from \($0.lowerBound.percent) to \($0.upperBound.percent))" }
  let predicted = "predicted accuracy \(best.predictedAccuracy.percent)\(range ?? "")"
  guard let accuracy = best.heldOutAccuracy else { return predicted }
  if result.isInTheLoop { return "accuracy \(accuracy.percent) on held-out images" }
  let rivals = result.evaluatedOnImages > 1 ? ", the best of \(result.evaluatedOnImages)" : ""
  return "accuracy \(accuracy.percent) on held-out images\(rivals); \(predicted)"
}

/// What was measured of the subnet that was found.
private func measured(_ result: Specialization.Result) -> String {
  guard let measured = result.best.measured else { return "" }
  return "measured \(measured.measuredMilliseconds.milliseconds), nine runs of ten within "
    + "\(measured.p90Milliseconds.milliseconds), where the profile says "
    + "\(measured.predictedMilliseconds.milliseconds); \(result.measured.count) subnets measured\n"
}

/// What training it further came to.
private func finetuned(_ result: Specialization.Result) -> String {
  guard let accuracy = result.best.finetunedAccuracy, let model = result.finetunedModel else { return "" }
  return "\ntrained further: \(accuracy.percent) on the same images; model: \(model)"
}

import ArgumentParser
import Foundation
import OFAFormats
import OFAHardware
import OFAPipeline

struct Specialize: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find the most accurate subnet within budgets.",
    discussion: """
      Budgets may be combined; amounts carry units: 25ms, 600us, 300M, 1MB (10⁶ bytes), 1MiB. Latency needs a device's \
      profile; with several, every device must meet the limit. When nothing meets the budgets, the status is 3 and the \
      message says which budget, and the least that the space can reach.
      """)

  @OptionGroup var space: SpaceOptions

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

  @OptionGroup(title: "Budgets") var budgets: BudgetOptions

  @Option(help: ArgumentHelp("Only these resolutions, separated by commas.", valueName: "n,…"))
  var resolutions: String?

  @Option(help: ArgumentHelp("How long to search at most, such as 30s.", valueName: "time"))
  var timeLimit: String?

  @Option(
    help: ArgumentHelp(
      "A file for the subnets that no other beats in accuracy and cost, one a line.", valueName: "file"),
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

  func run() throws {
    let console = output.console
    var specialization = Specialization(space: try space.source, budgets: try budgets.budgets(), seed: seed.seed)
    specialization.profiles = profiles
    specialization.data = data
    specialization.evaluates = !predictedOnly
    specialization.threads = threads.threads
    specialization.predictor = predictor
    specialization.resolutions = try resolutions.map(Resolutions.parse)
    specialization.timeLimit = try timeLimit.map { try Amount.duration($0, at: "--time-limit") }
    specialization.front = front.map(replacement.output)
    specialization.report = report.map(replacement.output)
    specialization.origin = .ofThisCommand(threads: threads.threads)
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
        \(latencies)\(best.costs.multiplyAccumulates.counted) MACs, \(best.costs.parameters.counted) parameters, \
        \(best.costs.weightBytes.bytes) of weights, \(best.costs.peakActivationBytes.bytes) of activations
        \(result.evaluations) subnets estimated in \(result.seconds.digits(1)) s\(front)
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
  return "accuracy \(accuracy.percent) on held-out images, the best of \(result.evaluatedOnImages); \(predicted)"
}

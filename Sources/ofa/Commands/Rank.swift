import ArgumentParser
import OFAPipeline

struct Rank: SharedCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prove a supernet: train some of its subnets alone, and compare.",
    discussion: """
      Some subnets are spread over all costs, others are within 5 % of one. Each is trained alone from nothing, for as \
      many images as the supernet saw. Long; Ctrl-C stops it after a checkpoint, the same command with --resume goes on.
      """)

  @OptionGroup var model: ModelOption

  @Option(help: ArgumentHelp("The images that it was trained on.", valueName: "dir|csv|shapes"), completion: .file())
  var data: String

  @Option(help: ArgumentHelp("How many subnets to spread over all costs.", valueName: "n"))
  var subnets = 8

  @Option(help: ArgumentHelp("How many more of one cost.", valueName: "n"))
  var band = 8

  @Option(
    help: ArgumentHelp("The folder for the networks, their accuracies and report.html.", valueName: "dir"),
    completion: .directory)
  var output: String

  @Option(
    help: ArgumentHelp("How each is trained alone: a built-in name or a JSON file.", valueName: "name|file"),
    completion: .recipes)
  var recipe = "single"

  @Option(help: ArgumentHelp("For how many epochs; by default as many as the supernet.", valueName: "n"))
  var epochs: Int?

  @Flag(help: "Go on with what the folder holds.")
  var resume = false

  @OptionGroup var seed: SeedOption
  @OptionGroup var threads: ThreadsOption
  @OptionGroup var printing: WorkOptions

  func validate() throws {
    guard 0...10_000 ~= subnets, 0...10_000 ~= band, subnets + band > 1 else {
      throw ValidationError("'--subnets' and '--band' take numbers from 0 to 10000, two or more together.")
    }
    try Epochs.check(epochs)
  }

  func run() throws {
    let console = printing.console
    var ranking = Ranking(
      model: try model.folder, data: data, subnets: subnets, band: band, output: output, resumes: resume,
      threads: threads.threads)
    ranking.recipe = recipe
    ranking.epochs = epochs
    ranking.seed = seed.seed
    ranking.origin = .ofThisCommand(threads: threads.threads)
    try Ranks.together { cluster in
      ranking.cluster = cluster
      let (result, intervals) = try ranking.run(monitor: console.monitor)
      try console.write(result) { text(result, intervals) }
    } help: { cluster in
      ranking.cluster = cluster
      try ranking.help(monitor: console.monitor)
    }
  }

  private func text(_ result: Ranking.Result, _ intervals: [String: ClosedRange<Double>]) -> String {
    func correlation(_ value: Double?, _ key: String) -> String {
      guard let value else { return "–" }
      let interval = intervals[key].map { " (\($0.lowerBound.digits(2)) to \($0.upperBound.digits(2)))" }
      return value.digits(3) + (interval ?? "")
    }
    let gaps = intervals["meanGap"].map { " (\($0.lowerBound.percent) to \($0.upperBound.percent))" } ?? ""
    return """
      \(result.subnets) subnets trained alone; with 90 % intervals,
        Kendall's τ of supernet and alone  \(correlation(result.kendallTau, "kendallTau"))
        within one cost                    \(correlation(result.bandKendallTau, "bandKendallTau"))
        of multiply-accumulates and alone  \(correlation(result.macsKendallTau, "macsKendallTau"))
        Spearman's ρ                       \(correlation(result.spearman, "spearman"))
      alone is better by \(result.meanGap.percent)\(gaps) on average, by \(result.worstGap.percent) at most
      report: \(output)/report.html
      """
  }
}

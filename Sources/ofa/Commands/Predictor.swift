import ArgumentParser
import OFAPipeline

struct Predictor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Fit what predicts a subnet's accuracy.", subcommands: [Train.self])

  struct Train: SharedCommand {
    static let configuration = CommandConfiguration(
      abstract: "Fit a predictor to subnets that are drawn and evaluated on held-out images.",
      discussion: """
        The subnets are spread evenly over the multiply-accumulates. The learning curve tells how well predictors of \
        fewer subnets do on others: where it still rises, more will help.
        """)

    @OptionGroup var model: ModelOption

    @Option(help: ArgumentHelp("The images, as for train.", valueName: "dir|csv|shapes"), completion: .file())
    var data: String

    @OptionGroup var output: OutputFileOptions

    @Option(help: ArgumentHelp("How many subnets to draw and evaluate.", valueName: "n"))
    var samples = 200

    @Option(
      help: ArgumentHelp(
        "A file that keeps each evaluation; what it has is not evaluated again.", valueName: "jsonl"),
      completion: .file())
    var archive: String?

    @Option(help: ArgumentHelp("A page to write with the learning curve.", valueName: "file"), completion: .file())
    var report: String?

    @OptionGroup var seed: SeedOption
    @OptionGroup var threads: ThreadsOption
    @OptionGroup var printing: WorkOptions

    func validate() throws {
      guard 8...1_000_000 ~= samples else {
        throw ValidationError("'--samples' takes a number from 8 to 1000000, not \(samples).")
      }
    }

    func run() throws {
      let console = printing.console
      var fitting = PredictorFitting(
        model: try model.folder, data: data, samples: samples, seed: seed.seed, threads: threads.threads)
      fitting.archive = archive
      fitting.report = report.map(output.replacement.output)
      fitting.origin = .ofThisCommand(threads: threads.threads)
      try Ranks.together { cluster in
        fitting.cluster = cluster
        let result = try fitting.run(output: output.file, monitor: console.monitor)
        try console.write(result) {
          """
          \(result.learningCurve.map(\.text).joined(separator: "\n"))
          predictor: \(output.output)
          """
        }
      } help: { cluster in
        fitting.cluster = cluster
        try fitting.help()
      }
    }
  }
}

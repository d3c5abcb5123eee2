import ArgumentParser
import OFAPipeline

struct Predictor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Fit what predicts a subnet's accuracy.", subcommands: [Train.self])

  struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Fit a predictor to subnets that are drawn and evaluated on held-out images.")

    @OptionGroup var model: ModelOption

    @Option(help: ArgumentHelp("The images, as for train.", valueName: "dir|csv|shapes"), completion: .file())
    var data: String

    @OptionGroup var output: OutputFileOptions

    @Option(help: ArgumentHelp("How many subnets to draw and evaluate.", valueName: "n"))
    var samples = 200

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
      let fitting = PredictorFitting(
        model: try model.folder, data: data, samples: samples, seed: seed.seed, threads: threads.threads)
      let result = try fitting.run(output: output.file, monitor: console.monitor)
      try console.write(result) {
        """
        \(result.text)
        predictor: \(output.output)
        """
      }
    }
  }
}

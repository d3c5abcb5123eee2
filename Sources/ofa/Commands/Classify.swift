import ArgumentParser
import OFAPipeline

struct Classify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what photographs show.",
    discussion: "The square in the middle of a photograph is what counts. JPEG and PNG files are read.")

  @OptionGroup var model: ModelOption

  @Option(help: .subnet("The subnet, by default the largest"), completion: .file())
  var subnet: String?

  @Argument(help: ArgumentHelp("The photographs.", valueName: "photo"), completion: .file())
  var photographs: [String]

  @OptionGroup var threads: ThreadsOption
  @OptionGroup var output: WorkOptions

  func run() throws {
    let console = output.console
    let classification = Classification(model: try model.folder, subnet: subnet, threads: threads.threads)
    try console.table([.text("class"), .number("probability"), .text("next"), .text("file")]) { table in
      try classification.classify(photographs, monitor: console.monitor) { result, others in
        try table.write(result) {
          [
            result.class, result.probability.percent,
            others.map { "\($0.class) \($0.probability.percent)" }.joined(separator: ", "), result.file,
          ]
        }
      }
    }
  }
}

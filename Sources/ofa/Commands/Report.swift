import ArgumentParser
import OFAPipeline

struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a training run on one page, or compare several.",
    discussion: """
      Of one run: curves, subnets, time, configuration. Of several: their curves together, what they reached, and in \
      what they differ. A run that is under way is shown as far as it is. The page needs no other file.
      """)

  @Argument(help: ArgumentHelp("The folders of the runs.", valueName: "run"), completion: .directory)
  var folders: [String]

  @OptionGroup var output: OutputFileOptions
  @OptionGroup var printing: OutputOptions

  func run() throws {
    let console = printing.console
    let result = try TrainingReport(runs: folders, origin: .ofThisCommand()).write(to: output.file)
    try console.write(result) { "\(result.bytes.bytes): \(output.output)" }
  }
}

import ArgumentParser
import OFAPipeline

struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a training run on one page: curves, subnets, time, configuration.",
    discussion: "A run that is under way is shown as far as it is. The page needs no other file.")

  @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"), completion: .directory)
  var folder: String

  @OptionGroup var output: OutputFileOptions
  @OptionGroup var printing: OutputOptions

  func run() throws {
    let console = printing.console
    let result = try TrainingReport(run: folder).write(to: output.file)
    try console.write(result) { "\(result.bytes.bytes): \(output.output)" }
  }
}

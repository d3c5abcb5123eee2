import ArgumentParser
import OFAPipeline

struct Space: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Tell what a search space offers.")

  @Argument(help: ArgumentHelp("The search space: a built-in name or a JSON file.", valueName: "name|file"))
  var space: String

  @OptionGroup var adaptation: AdaptationOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let summary = SpaceSummary(of: try adaptation.source(of: space).space())
    try output.console.write(summary) {
      """
      \(summary.name): \(summary.architectures) architectures, \(summary.subnets) subnets
      \(summary.blocks) elastic blocks in \(summary.stages) stages
      resolutions \(summary.resolutions.map(String.init).joined(separator: ", "))
      """
    }
  }
}

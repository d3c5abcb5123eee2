import ArgumentParser
import Foundation
import OFAPipeline
import OFAReport
import OFASpace

struct Space: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Tell what a search space offers.")

  @Argument(
    help: ArgumentHelp("The search space: a built-in name or a JSON file.", valueName: "name|file"), completion: .spaces
  )
  var space: String

  @OptionGroup var adaptation: AdaptationOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let console = output.console
    let summary = SpaceSummary(of: try adaptation.source(of: space).space())
    try console.write(summary) {
      """
      \(summary.name): \(summary.architectures.countedDigits) architectures, \(summary.subnets.countedDigits) subnets
      resolutions \(summary.resolutions.spanned); \(summary.channels) channels, \(summary.classes) classes
      \(summary.stemDepths.map { "stem depths \($0.spanned); " } ?? "")\(summary.blocks) elastic blocks in \
      \(summary.stages) stages

      \(console.text(of: Self.stages(summary.stageChoices)))
      \(console.text(of: Self.costs(summary)))
      """.trimmingCharacters(in: .newlines)
    }
  }

  private static func stages(_ stages: [StageChoices]) -> Table {
    func listed(_ numbers: [some CustomStringConvertible]) -> String {
      numbers.map(\.description).joined(separator: ", ")
    }
    return Table(
      [
        .number("stage"), .text("blocks"), .text("width"), .number("stride"), .text("kernel sizes"),
        .text("expand ratios"),
      ],
      stages.enumerated().map { index, stage in
        [
          "\(index)", listed(stage.blocks), listed(stage.widths), "\(stage.stride)", listed(stage.kernelSizes),
          listed(stage.expandRatios.map(shortest)),
        ]
      })
  }

  private static func costs(_ summary: SpaceSummary) -> Table {
    Table(
      [.text("subnet"), .number("MACs"), .number("parameters"), .number("storage"), .number("memory"), .text("id")],
      [("smallest", summary.smallest), ("largest", summary.largest)].map { [$0] + Cost.row($1) })
  }
}

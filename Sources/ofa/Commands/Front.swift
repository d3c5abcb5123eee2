import ArgumentParser
import OFAPipeline

struct Front: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare fronts of accuracy and cost.",
    discussion: """
      A front is a file that 'ofa specialize --front' wrote, or a table of comma-separated values. Fronts are compared \
      by the area that they dominate up to the least accuracy and the greatest cost of all their points.
      """)

  @Argument(help: ArgumentHelp("The fronts.", valueName: "file"), completion: .file())
  var fronts: [String]

  @Option(
    help: ArgumentHelp(
      "What accuracy is weighed against: latency, macs, parameters, memory, storage, or a key or column of the files.",
      valueName: "quantity"))
  var cost: String?

  @Option(help: ArgumentHelp("The key or column of the accuracy.", valueName: "key"))
  var accuracy: String?

  @Option(help: ArgumentHelp("A page to write that shows all in one picture.", valueName: "file"), completion: .file())
  var output: String?

  @OptionGroup var replacement: ReplacementOption
  @OptionGroup var printing: OutputOptions

  func run() throws {
    let console = printing.console
    var comparison = FrontComparison(fronts)
    (comparison.cost, comparison.accuracy) = (cost, accuracy)
    comparison.page = output.map(replacement.output)
    comparison.origin = .ofThisCommand()
    let lines = try comparison.run()
    try console.table(FrontComparison.columns) { table in
      for line in lines { try table.write(line) { line.row(line.file) } }
    }
  }
}

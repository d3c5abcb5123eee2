import ArgumentParser
import OFAPipeline

extension Profile {
  struct Fit: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Fit a device's latencies to whole networks that were timed on it.",
      discussion: """
        For devices that time nothing smaller. A line of the file is a network with its layers, \
        {"layers": [["conv", 3, 32, 3, 2, 224], …], "latencyMilliseconds": 12.3}, a layer being kind, input and \
        output channels, kernel, stride and side of the input; or a subnet with its latency, as 'ofa measure --json' \
        writes it. The latencies of several devices are an object. With networks of other families or devices as \
        '--from', ten networks do.
        """)

    @Option(
      help: ArgumentHelp("Networks with latencies, a line each, plain or gzip.", valueName: "file"), completion: .file()
    )
    var networks: String

    @Option(help: ArgumentHelp("The device to take, where the networks have latencies of several.", valueName: "name"))
    var column: String?

    @Option(
      name: .customLong("from"),
      help: ArgumentHelp("Networks to learn from that were timed elsewhere; may be given again.", valueName: "file"),
      completion: .file())
    var sources: [String] = []

    @Option(
      name: .customLong("from-column"),
      help: ArgumentHelp(
        "A device of theirs to learn from; may be given again. The same as '--column' unless given.", valueName: "name")
    )
    var sourceColumns: [String] = []

    @Option(help: ArgumentHelp("The space of networks that are subnets.", valueName: "name|file"), completion: .spaces)
    var space: String?

    @OptionGroup var adaptation: AdaptationOptions

    @Option(help: ArgumentHelp("The device's name in results.", valueName: "name"))
    var device: String

    @OptionGroup var output: OutputFileOptions

    @Option(
      help: ArgumentHelp(
        "A page to write that shows predicted against measured latencies, and of a space the time by block.",
        valueName: "file"), completion: .file())
    var report: String?

    @OptionGroup var seed: SeedOption
    @OptionGroup var printing: WorkOptions

    func validate() throws {
      try adaptation.check(with: space)
      guard sourceColumns.isEmpty || !sources.isEmpty else {
        throw ValidationError("'--from-column' is of networks that '--from' names.")
      }
    }

    func run() throws {
      let console = printing.console
      var fitting = ProfileFitting(
        networks: networks, column: column, sources: sources, sourceColumns: sourceColumns,
        space: space.map(adaptation.source(of:)), device: device, seed: seed.seed)
      fitting.report = report.map(output.replacement.output)
      fitting.origin = .ofThisCommand()
      let result = try fitting.run(output: output.file, monitor: console.monitor)
      try console.write(result) {
        """
        \(result.networks) networks, \(result.layerGroups) groups of layers, model: \(result.model)
        in cross-validation: \(result.withinFivePercent.percent) within 5 %, \(result.withinTenPercent.percent) within \
        10 %, nine of ten within \(result.relativeErrorP90.percent), rank correlation \(result.spearman.digits(4))
        profile: \(output.output)\(report.map { "\nreport: \($0)" } ?? "")
        """
      }
    }
  }
}

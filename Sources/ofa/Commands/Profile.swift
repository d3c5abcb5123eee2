import ArgumentParser
import OFAHardware
import OFAPipeline

struct Profile: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a device's profile: measure a space's blocks, or fit it to whole networks.",
    discussion: """
      Without a subcommand, blocks are measured: 'ofa profile --space …' is 'ofa profile blocks --space …', and 'ofa \
      profile blocks --help' lists its options.
      """,
    subcommands: [Blocks.self, Fit.self], defaultSubcommand: Blocks.self)

  struct Blocks: ParsableCommand {
    static let configuration = CommandConfiguration(
      // Of a default subcommand ArgumentParser tells no other name.
      commandName: "blocks",
      abstract: "Measure every block of a space on a device.",
      discussion: """
        Blocks are timed inside whole networks that cover the space. The profile keeps their medians, the correction \
        from sums to whole networks, and how far off it was for fresh networks.
        """)

    @OptionGroup var space: SpaceOptions
    @OptionGroup var runner: RunnerOption
    @OptionGroup var threads: LatencyThreadsOption

    @Option(help: ArgumentHelp("About how long it may take, such as 90s or 2min.", valueName: "time"))
    var budget = "2min"

    @Option(help: ArgumentHelp("The device's name in results; by default its processor's.", valueName: "name"))
    var device: String?

    @Option(help: ArgumentHelp("Only these resolutions, separated by commas.", valueName: "n,…"))
    var resolutions: String?

    @OptionGroup var output: OutputFileOptions

    @Option(
      help: ArgumentHelp(
        "A page to write that shows predicted against measured latencies, and the time by block.", valueName: "file"),
      completion: .file())
    var report: String?

    @Flag(help: "Keep what the file has, or an interrupted measurement of it, and measure only what is new.")
    var resume = false

    @OptionGroup var seed: SeedOption
    @OptionGroup var printing: WorkOptions

    func run() throws {
      let console = printing.console
      var profiling = Profiling(
        space: try space.source.space(), runner: runner.runner, threads: threads.threads,
        budget: try Amount.duration(budget, at: "--budget"), device: device, seed: seed.seed)
      profiling.engine = runner.engine
      profiling.resolutions = try resolutions.map(Resolutions.parse)
      profiling.resumes = resume
      profiling.cores = runner.cores
      profiling.report = report.map(output.replacement.output)
      profiling.origin = .ofThisCommand()
      let result = try profiling.run(output: output.file, monitor: console.monitor)
      let predicted =
        result.predictedBlocks.map { "; \($0) more, for which there was no time, are predicted from these" } ?? ""
      let halves = result.halvesWithinFivePercent.map {
        "\nnoise: two halves of the measurement are within 5 % of each other for \($0.percent) of them"
      }
      let leftOut =
        result.leftOut > 0 ? "\nnoise: \(result.leftOut) more had no turn in a quiet moment and are left out" : ""
      try console.write(result) {
        """
        \(result.blocks) blocks in \(result.seconds.digits(0)) s\(predicted)
        fresh networks: \(result.withinFivePercent.percent) within 5 %, \(result.withinTenPercent.percent) \
        within 10 %, rank correlation \(result.spearman.digits(4))\(halves ?? "")\(leftOut)
        profile: \(output.output)\(report.map { "\nreport: \($0)" } ?? "")
        """
      }
    }
  }
}

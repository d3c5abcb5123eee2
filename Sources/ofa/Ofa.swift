import ArgumentParser
import OFAFormats
import OFAPipeline

/// The command: lists what can be done, and ends with the status that says how it went.
@main
struct Ofa: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ofa",
    abstract: "Train one network, then pick the right part of it for every device, without training again.",
    discussion: """
      The usual order: train on your images, profile the device, specialize under its budgets, export what was found. \
      Every command takes --help; with --json, results are JSON on standard output and nothing else is.
      """,
    version: Package.version,
    groupedSubcommands: [
      CommandGroup(name: "See what there is", subcommands: [List.self]),
      CommandGroup(name: "Look at a space", subcommands: [Space.self, Cost.self]),
      CommandGroup(
        name: "Train", subcommands: [Images.self, Train.self, Evaluate.self, Predictor.self, Rank.self, Report.self]),
      CommandGroup(name: "Know a device", subcommands: [Profile.self, Latency.self, Measure.self, Probe.self]),
      CommandGroup(
        name: "Deploy", subcommands: [Specialize.self, Front.self, Export.self, Classify.self, Forward.self]),
      CommandGroup(name: "Bring along", subcommands: [Import.self]),
      CommandGroup(name: "Time the engine", subcommands: [Bench.self]),
    ])

  static func main() {
    Streams.prepare()
    Signals.install()
    HelpWidth.widen()
    do {
      try CommandLine.refuseDamagedArguments()
      // ArgumentParser takes any words for what is to be helped with.
      if CommandLine.arguments.dropFirst().first == "help", let misspelling = CommandTree.misspelling {
        throw Failure(.usage, "\(misspelling); see 'ofa --help'")
      }
      var command = try parseAsRoot()
      try Ranks.check(command)
      try command.run()
    } catch {
      Exit.end(with: error)
    }
  }
}

import ArgumentParser
import Foundation

/// Feeds every reader of the package damaged input and reports what none of them may do.
///
/// A finding is an input that ends the program by a trap or a signal, that makes it throw anything but a `Failure` or
/// call the input its own mistake, or that takes more time or memory than one input may. Each reader runs in a worker,
/// a process of its own, which puts each input into a file before it reads it, so that it is there after a trap. Every
/// input is a function of the seed and its number.
@main
struct Fuzz: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ofa-fuzz",
    abstract: "Feed the readers damaged input and report what traps, hangs or takes all memory.",
    discussion: "Readers: \(Reader.makers.map(\.name).joined(separator: ", ")).")

  @Argument(help: ArgumentHelp("The readers; all unless named.", valueName: "reader"))
  var names: [String] = []

  @Option(help: ArgumentHelp("How long each reader is fed, in seconds.", valueName: "s"))
  var seconds: Double?

  @Option(help: ArgumentHelp("How many inputs each reader is fed.", valueName: "n"))
  var inputs: Int?

  @Option(help: ArgumentHelp("The seed of all inputs.", valueName: "n"))
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("The number of the first input.", valueName: "n"))
  var first = 0

  @Option(
    help: ArgumentHelp(
      "The most seconds that one input may take; readers that start a program have ten times that.", valueName: "s"))
  var patience = 1.0

  @Option(help: ArgumentHelp("The folder for inputs that were findings.", valueName: "dir"))
  var findings = "fuzz-findings"

  @Option(
    help: ArgumentHelp(
      "The board's program, such as one with sanitizers; by default the one beside this.", valueName: "file"))
  var probe: String?

  @Option(help: ArgumentHelp("Reads this file once, in place of damaged input.", valueName: "file"))
  var file: String?

  @Option(help: .hidden)
  var worker: String?

  func validate() throws {
    if let unknown = names.first(where: { name in !Reader.makers.contains { $0.name == name } }) {
      throw ValidationError("There is no reader \(unknown).")
    }
    guard (file == nil) || names.count == 1 else { throw ValidationError("Name the reader of the file.") }
  }

  func run() throws {
    if let worker {
      return try Worker(name: names[0], folder: worker, seed: seed, first: first, patience: patience)
        .run(inputs: inputs ?? .max, seconds: seconds ?? .infinity, file: file)
    }
    var count = 0
    for maker in Reader.makers where names.isEmpty || names.contains(maker.name) {
      count += try Supervisor(command: self, reader: maker.name).run()
    }
    guard count == 0 else { throw ExitCode(1) }
  }
}

import ArgumentParser
import Foundation
import OFAFormats
import OFAHardware
import OFAPipeline

/// How results are printed.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print results as JSON, one object a line.")
  var json = false

  var console: Console { Console(json: json) }
}

/// How results are printed of work that shows how far it is.
struct WorkOptions: ParsableArguments {
  @OptionGroup var output: OutputOptions

  @Flag(help: "Show no progress; warnings and errors are said.")
  var quiet = false

  var console: Console { Console(json: output.json, showsProgress: !quiet) }
}

/// A file to write.
struct OutputFileOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The file to write.", valueName: "file"), completion: .file())
  var output: String

  @OptionGroup var replacement: ReplacementOption

  var file: Output { replacement.output(output) }
}

/// What is done about a file in the place of one that is to be written.
struct ReplacementOption: ParsableArguments {
  @Flag(
    help: "Write over any file; otherwise only over an empty one, or one of the same kind that this program wrote.")
  var force = false

  func output(_ path: String) -> Output { Output(path, force: force) }
}

/// A space: by name or file, or a model's.
struct SpaceOptions: ParsableArguments {
  @OptionGroup var naming: SpaceNaming

  func validate() throws { try naming.validateSpace() }

  var source: SpaceSource { get throws { try naming.source } }
}

/// A space by its name or its model, which another option may stand in for.
struct SpaceNaming: ParsableArguments {
  @Option(
    help: ArgumentHelp("The search space: a built-in name or a JSON file.", valueName: "name|file"), completion: .spaces
  )
  var space: String?

  @Option(
    help: ArgumentHelp("A model's folder, or that of the run that left it; its space is used.", valueName: "dir"),
    completion: .directory)
  var model: String?

  @OptionGroup
  var adaptation: AdaptationOptions

  /// Whether nothing is named.
  var isEmpty: Bool { space == nil && model == nil && adaptation.isEmpty }

  func validateSpace() throws {
    guard (space == nil) != (model == nil) else {
      throw ValidationError("Name either a space with '--space' or a model with '--model'.")
    }
    guard model == nil || adaptation.isEmpty else {
      throw ValidationError("A model's classes, channels, widths and epsilon are fixed.")
    }
  }

  var source: SpaceSource {
    get throws {
      if let model { return SpaceSource(.model(try ModelFolder.named(model))) }
      return adaptation.source(of: space ?? "")
    }
  }
}

/// What may be put in place of a space's own.
struct AdaptationOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The number of classes, in place of the space's own.", valueName: "n"))
  var classes: Int?

  @Option(help: ArgumentHelp("The number of input channels, in place of the space's own.", valueName: "n"))
  var channels: Int?

  @Option(help: ArgumentHelp("The factor of all widths, in place of the space's own.", valueName: "x"))
  var widthMultiplier: Double?

  @Option(help: ArgumentHelp("The epsilon of all normalizations, in place of the space's own.", valueName: "x"))
  var epsilon: Float?

  var isEmpty: Bool { classes == nil && channels == nil && widthMultiplier == nil && epsilon == nil }

  /// Refuses what adapts a space where none is named.
  func check(with space: String?) throws {
    guard space != nil || isEmpty else {
      throw ValidationError("Name the space whose classes, channels, widths or epsilon are given with '--space'.")
    }
  }

  func source(of space: String) -> SpaceSource {
    SpaceSource(
      .named(space), classes: classes, channels: channels, widthMultiplier: widthMultiplier, epsilon: epsilon)
  }
}

extension ArgumentHelp {
  /// The help on an option that names one subnet.
  static func subnet(_ what: String) -> ArgumentHelp {
    ArgumentHelp(
      "\(what): its id, largest or smallest, its JSON, an object with one under \"subnet\", a file with one of these, "
        + "or - for standard input.", valueName: "subnet")
  }
}

/// Several subnets.
struct SubnetsOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The subnets: a file with one a line, or - for standard input, each by its id, largest or smallest, its JSON, or "
        + "an object with one under \"subnet\"; or one of these itself.", valueName: "subnets"), completion: .file())
  var subnets: String
}

/// One subnet.
struct SubnetOption: ParsableArguments {
  @Option(help: .subnet("The subnet"), completion: .file())
  var subnet: String
}

/// A model.
struct ModelOption: ParsableArguments {
  @Option(
    name: .customLong("model"),
    help: ArgumentHelp("The model's folder, or that of the run that left it.", valueName: "dir"), completion: .directory
  )
  var given: String

  var folder: String { get throws { try ModelFolder.named(given) } }
}

/// The seed of every random draw.
struct SeedOption: ParsableArguments {
  @Option(help: ArgumentHelp("The seed of every random draw.", valueName: "n"))
  var seed: UInt64 = 0
}

/// Threads for work that is to be done soon.
struct ThreadsOption: ParsableArguments {
  @Option(
    name: .customLong("threads"),
    help: ArgumentHelp("How many threads to use; by default one for each processor.", valueName: "n"))
  var given: Int?

  var threads: Int { given ?? Threads.all }

  func validate() throws { try Threads.check(threads) }
}

/// Threads of one network whose latency counts.
struct LatencyThreadsOption: ParsableArguments {
  @Option(help: ArgumentHelp("How many threads run a network.", valueName: "n"))
  var threads = 1

  func validate() throws { try Threads.check(threads) }
}

/// What runs networks to measure them.
struct RunnerOption: ParsableArguments {
  @Option(
    name: .customLong("runner"),
    help: ArgumentHelp(
      """
      What runs the networks: host, this machine; onnxruntime; probe, the board's program; \
      ssh:USER@HOST[:PORT], a board that you can log in to, or several of a kind, separated by commas, that share the \
      work; exec:COMMAND, a program of yours that speaks their lines. (default: host)
      """, valueName: "name"), completion: .list(["host", "onnxruntime", "probe", "ssh:", "exec:"]))
  var named: String?

  @Option(
    help: ArgumentHelp("With ssh, what runs them there: probe or onnxruntime. (default: probe)", valueName: "name"),
    completion: .list(["probe", "onnxruntime"]))
  var engine: String?

  @Option(
    help: ArgumentHelp(
      """
      The processors that run a network's threads, such as 0,2-3; by default any, or those of the fastest kind where \
      there are kinds of them.
      """, valueName: "list"))
  var cores: String?

  var runner: String { named ?? "host" }
  var isEmpty: Bool { named == nil && engine == nil && cores == nil }
}

/// What is done with the subnet that was found.
struct VerificationOptions: ParsableArguments {
  @Flag(
    help: """
      Measure the best subnets on the device of the profile, correct the profile by that, and search again until the \
      best meets the limit as measured, nine runs of ten.
      """)
  var verify = false

  @OptionGroup var runner: RunnerOption

  @Option(help: ArgumentHelp("Train the subnet that was found further, alone, for so many epochs.", valueName: "n"))
  var finetune: Int?

  @Option(
    help: ArgumentHelp(
      "The folder for the run of --finetune, whose model is then in it. (default: finetuned)", valueName: "dir"),
    completion: .directory)
  var finetuned: String?

  var isEmpty: Bool { !verify && finetune == nil }

  var verification: Specialization.Verification? {
    verify ? Specialization.Verification(runner: runner.runner, engine: runner.engine, cores: runner.cores) : nil
  }

  var finetuning: Specialization.Finetuning? {
    finetune.map { Specialization.Finetuning(epochs: $0, output: finetuned ?? "finetuned") }
  }

  func validate() throws {
    try Epochs.check(finetune, flag: "--finetune")
    guard verify || runner.isEmpty else {
      throw ValidationError("'--runner', '--engine' and '--cores' go with '--verify'.")
    }
    guard finetuned == nil || finetune != nil else { throw ValidationError("'--finetuned' goes with '--finetune'.") }
  }
}

/// Upper bounds on what a subnet may cost.
struct BudgetOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The most time of one inference, on every device.", valueName: "time"))
  var maxLatency: String?

  @Option(help: ArgumentHelp("The most multiply-accumulates.", valueName: "n"))
  var maxMacs: String?

  @Option(help: ArgumentHelp("The most floating-point operations, two a multiply-accumulate.", valueName: "n"))
  var maxFlops: String?

  @Option(help: ArgumentHelp("The most parameters.", valueName: "n"))
  var maxParameters: String?

  @Option(help: ArgumentHelp("The most memory of activations at one moment.", valueName: "bytes"))
  var maxMemory: String?

  @Option(help: ArgumentHelp("The most storage of weights.", valueName: "bytes"))
  var maxStorage: String?

  var isEmpty: Bool {
    [maxLatency, maxMacs, maxFlops, maxParameters, maxMemory, maxStorage].allSatisfy { $0 == nil }
  }

  func budgets() throws -> Budgets {
    try Budgets(
      latency: maxLatency, multiplyAccumulates: maxMacs, flops: maxFlops, parameters: maxParameters,
      peakActivationBytes: maxMemory, weightBytes: maxStorage)
  }
}

/// Numbers of epochs on the command line.
enum Epochs {
  static func check(_ epochs: Int?, flag: String = "--epochs") throws {
    guard epochs.map(Training.possibleEpochs.contains) ?? true else {
      throw ValidationError("'\(flag)' takes a number from 1 to \(Training.possibleEpochs.upperBound).")
    }
  }
}

/// Resolutions on the command line.
enum Resolutions {
  /// Numbers separated by commas.
  static func parse(_ text: String) throws -> [Int] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let resolution = Int(part.trimmingCharacters(in: .whitespaces)) else {
        throw Failure(.usage, "\"\(text)\" is no list of numbers; write for example 24,32", at: "--resolutions")
      }
      return resolution
    }
  }
}

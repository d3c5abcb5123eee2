import Foundation
import OFAEngine
import OFAFormats
import OFASpace
import OFASupernet

extension Reader {
  /// The command's flags, and plans for the board's program.
  static let programs: [Maker] = [("flags", flags), ("plan", plan)]

  /// Whole command lines, a word a line. What they name is not there, so that none begins long work.
  private static func flags(_ folder: String) throws -> Reader {
    let command = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent(
      "ofa"
    ).path
    let seeds = [
      "space mbv3-32 --classes 10 --channels 1 --width-multiplier 0.5 --epsilon 1e-5 --json",
      "cost --space mbv3-32 --subnets -",
      "cost --space ofa_resnet50 --subnets none.jsonl --json",
      "train --space mbv3-32 --data none --output out --epochs 3 --seed 7 --threads 2",
      "train --config none.json --output out --time 90min --resume --recipe demo",
      "evaluate --model none --data none --subnets - --split heldout",
      "predictor train --model none --data none --output out --samples 20",
      "profile --space none.json --runner host --output out --budget 2min",
      "latency --profile none.json --space mbv3-32 --subnets - --json",
      "measure --runner none --space mbv3-32 --subnets -",
      "specialize --space mbv3-32 --max-latency 5ms --max-macs 5M --max-flops 1G --max-parameters 1M",
      "specialize --model none --profile a.json --profile b.json --max-memory 1MiB --max-storage 3MB --resolutions 24,32 --time-limit 3s",
      "export --model none --subnet r32-33 --output out --verify",
      "forward --model none --subnets - --images none --output out --layout nchw",
      "import --checkpoint none --space mbv3-32 --output out", "import --latency-tables none --device d --output out",
      "bench inference --space none.json --subnet r32 --batch 3",
      "bench kernels --space none.json --subnet r32 --inference", "--help", "help cost",
    ].map { bytes($0.split(separator: " ").joined(separator: "\n")) }
    let words = [
      "--json", "--help", "--version", "--threads", "--seed", "=", "--", "-", "--space", "mbv3-32",
      "--experimental-dump-help",
    ]
    return Reader(
      name: "flags", path: folder + "/flags", seeds: seeds, form: .text(words), startsProgram: true, takesSeeds: false
    ) {
      input in
      // A zero would end a word for the system.
      let text = String(decoding: input.filter { $0 != 0 }, as: UTF8.self)
      let words = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      let (status, errors) = try start(command, words, in: folder)
      switch status {
      case 0: return
      case 3, 64, 65, 66, 74:
        guard errors.hasPrefix("error: "), errors.count(where: \.isNewline) == 1 else {
          throw Finding(what: "complains: \(errors)")
        }
        throw Failure(.usage, errors.trimmingCharacters(in: .newlines))
      default: throw Finding(what: "ends with \(status): \(errors.prefix(300))")
      }
    }
  }

  /// Plans, to the board's program.
  private static func plan(_ folder: String) throws -> Reader {
    let probe = folder + "/probe"
    let seeds = try ["mbv3-32", "ofa_resnet50"].map { name in
      let space = try SearchSpace.named(name).adapted(classes: 10, widthMultiplier: 0.05)
      var subnet = space.smallest
      subnet.resolution = 24
      let (supernet, graph) = (Supernet(space: space), space.graph(of: subnet))
      return InferencePlan(graph: graph, batch: 2, weights: supernet.weights, statistics: .unit(for: graph))
        .serialized(description: name == "mbv3-32" ? [(name: "subnet", text: space.id(of: subnet))] : nil)
    }
    let path = folder + "/damaged.plan"
    return Reader(name: "plan", path: path, seeds: seeds, form: .plan, startsProgram: true) { _ in
      let arguments = [path, "--runs", "1", "--threads", "2", "--most-work", "1"]
      let (status, errors) = try start(probe, arguments, in: folder)
      switch status {
      case 0: return
      case 65, 70: throw Failure(.badData, errors.trimmingCharacters(in: .newlines))
      default: throw Finding(what: "ends with \(status): \(errors.prefix(2_000))")
      }
    }
  }

  /// Runs a program in a folder; returns its status (128 and the number for a signal) and what it wrote to standard
  /// error.
  ///
  /// - Parameters:
  ///   - input: the file that is its standard input; none unless given.
  ///   - output: the file that takes its standard output; none unless given.
  static func start(
    _ program: String, _ arguments: [String], in folder: String, input: String? = nil, output: String? = nil
  ) throws -> (status: Int32, errors: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["ASAN_OPTIONS": "allocator_may_return_null=1:detect_leaks=0"]) { $1 }
    if let output { try AtomicFile.write("", to: output) }
    process.standardInput = input.flatMap(FileHandle.init(forReadingAtPath:)) ?? .nullDevice
    process.standardOutput = output.flatMap(FileHandle.init(forWritingAtPath:)) ?? .nullDevice
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus + (process.terminationReason == .uncaughtSignal ? 128 : 0), text)
  }
}

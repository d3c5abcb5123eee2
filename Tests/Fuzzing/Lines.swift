import Foundation
import OFAEngine
import OFAFormats
import OFAHardware
import OFAPipeline
import OFAProfiling
import OFASpace
import OFASupernet

extension Reader {
  /// The lines of a runner's program, both ways.
  static let lines: [Maker] = [("answers", answers), ("requests", requests)]

  /// What a program answers to each request of a measurement.
  private static func answers(_ folder: String) throws -> Reader {
    let world = try World()
    let graph = world.space.graph(of: world.space.smallest)
    let blocks = graph.blocks.map { _ in "0.5" }.joined(separator: ",")
    let stat = "7 (a (b) c) R 1 7 7 0 -1 0 0 0 0 0 5 1 2 0 20 0 1 0 900 0 0"
    let read = [
      "ondemand\\n", "600000\\n", "0-5", "1024", "446", "cpu MHz\\t\\t: 2450.5\\n", "50005", "0::/a/b", "max 100000",
      "cpu  9 0 3 80 1 0 1 6 0 0\\ncpu0 9 0 3 80 1 0 1 6 0 0\\n", stat,
    ]
    let seeds = [#""plan","timesBlocks":true"#, #""onnx""#].map { takes in
      """
      {"hello":"ofa-runner","version":1,"takes":\(takes),"runner":"fuzz","runnerVersion":"1",\
      "planVersion":\(InferencePlan.version),"kernelForm":"none","threads":2,"device":"board",\
      "processor":"none","system":"none"}
      {"cores":"0,2-3"}
      {"read":"Raspberry Pi 5 Model B Rev 1.0\\u0000"}
      {"loaded":0,"difference":1e-7,"milliseconds":0.25,"arenaBytes":1000,"peakBytes":200000}
      {"turn":0,"milliseconds":[0.25,0.5],"blockMilliseconds":[[\(blocks)]]}
      {"turn":0,"milliseconds":[0.25,0.5],"blockMilliseconds":[[\(blocks)]]}

      """ + read.map { "{\"read\":\"\($0)\"}\n" }.joined()
    }
    let words = [
      "\"onnx\"", "\"plan\"", "\"error\"", "\"kind\"", "\"request\"", "\"memory\"",
      "{\"error\":\"no\",\"kind\":\"result\"}\n",
    ]
    let (path, ended) = (folder + "/answers", folder + "/ended")
    return Reader(name: "answers", path: path, seeds: seeds.map(bytes), form: .text(words), startsProgram: true) { _ in
      try? FileManager.default.removeItem(atPath: ended)
      // It says all at once, whatever is asked. Once all is said nobody has to wait.
      let runner = try Runners.named(
        "exec:cat '\(path)'; : > '\(ended)'", space: world.space, threads: 2, cores: "0,2-3",
        isInterrupted: { FileManager.default.fileExists(atPath: ended) })
      var request = Turn.Request(runs: 2)
      request.blockRuns = runner.timesBlocks ? 1 : 0
      let network = try runner.load([graph])[0]
      for _ in 0..<2 { _ = try network.take(request) }
      guard network.memory.processBytes ?? 0 >= 0 else { throw Finding(what: "memory below nothing") }
      func read(_ path: String) -> String? { try? runner.systemText(of: path) }
      let state = MachineState(reading: read)
      let processors = MachineState.quota(reading: read)
      let time = ProcessorTime(reading: read)
      let others = time.flatMap { ProcessorTime(reading: read)?.others(since: $0) }
      _ = state.doubts(after: state, threads: 2, processors: 4, quota: processors, others: others)
      _ = Cores.fastestKind(threads: 2, reading: read)
      var profile = world.profile
      (profile.device, profile.measurement) = (runner.device, runner.measurement)
      profile.measurement.before = state
      _ = try Documents.decode(DeviceProfile.self, from: Documents.encode(profile), at: "profile")
    }
  }

  /// What the board's program is asked.
  private static func requests(_ folder: String) throws -> Reader {
    let world = try World()
    let (probe, path, output) = (folder + "/probe", folder + "/requests", folder + "/requests.answers")
    let graph = world.space.graph(of: world.space.largest)
    let plan = InferencePlan(
      graph: graph, batch: 1, weights: Supernet(space: world.space).weights, statistics: .unit(for: graph))
    let image = (0..<graph[graph.input].count).map { Float($0 % 7) }
    let logits = image.withUnsafeBufferPointer { Array(plan.run(images: $0, team: ThreadTeam(threads: 1))) }
    func word(_ values: [Float]) -> String { values.withUnsafeBytes { Data($0) }.base64EncodedString() }
    let load = [Data(plan.serialized()).base64EncodedString(), word(image), word(logits), "YSAw"].joined(separator: " ")
    let seed = """
      hello
      cores 0
      load 0 \(load)
      turn 0 1 2 3 1 5
      read /proc/loadavg
      drop 0

      """
    return Reader(
      name: "requests", path: path, seeds: [bytes(seed)],
      form: .requests(["load", "turn", "drop", "cores", "0-1", "255"]),
      startsProgram: true
    ) { input in
      let (status, errors) = try start(
        probe, ["--lines", "--threads", "2", "--most-work", "1"], in: folder, input: path, output: output)
      switch status {
      case 0: break
      case 70: throw Failure(.badData, "out of memory")
      default: throw Finding(what: "ends with \(status): \(errors.prefix(2_000))")
      }
      let answers = try InputFile.read(output).split(separator: UInt8(ascii: "\n"))
      let asked = input.split(separator: UInt8(ascii: "\n")).filter { !$0.allSatisfy(bytes(" \r").contains) }
      guard answers.count == asked.count else {
        throw Finding(what: "\(answers.count) answers to \(asked.count) requests")
      }
      for answer in answers {
        guard let answer = try? JSON.decode(Answer.self, from: Array(answer), at: "an answer") else {
          throw Finding(what: "answers \(String(decoding: answer.prefix(300), as: UTF8.self))")
        }
        if let error = answer.error { throw Failure(.badData, error) }
      }
    }
  }

  /// What may be in an answer.
  private struct Answer: Decodable { var error: String? }
}

extension Mutator {
  /// One piece of damage to requests: to their order, to the plan that one brings, or to the words of one.
  mutating func damageRequests(_ bytes: inout [UInt8], words: [String]) {
    let (newline, space) = (UInt8(ascii: "\n"), UInt8(ascii: " "))
    var lines = bytes.split(separator: newline, omittingEmptySubsequences: false).map(Array.init)
    let place = below(lines.count)
    var parts = lines[place].split(separator: space, omittingEmptySubsequences: false).map(Array.init)
    switch below(8) {
    case 0: lines.insert(lines[place], at: below(lines.count))
    case 1: lines.swapAt(place, below(lines.count))
    case 2:
      damage(&bytes, words: words.map { Array($0.utf8) }, others: [bytes])
      lines = bytes.split(separator: newline, omittingEmptySubsequences: false).map(Array.init)
    case 3...5 where parts.count > 2 && Data(base64Encoded: Data(parts[2])) != nil:
      var plan = Data(base64Encoded: Data(parts[2])).map(Array.init) ?? []
      damagePlan(&plan)
      parts[2] = Array(Data(plan).base64EncodedData())
      lines[place] = Array(parts.joined(separator: [space]))
    default: damageText(&lines[place], words: words, others: lines)
    }
    // A turn may be asked to last an hour; these end after a run of each kind.
    for index in lines.indices where lines[index].starts(with: Array("turn".utf8)) {
      var words = lines[index].split(separator: space).map(Array.init)
      guard words.count > 6 else { continue }
      words[6] = [UInt8(ascii: "1")]
      lines[index] = Array(words.joined(separator: [space]))
    }
    bytes = Array(lines.joined(separator: [newline]))
  }
}

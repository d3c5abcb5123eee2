import Foundation
import OFAFormats
import OFAGraph
import OFAHardware
import OFAProfiling

extension Reader {
  /// What an interrupted profile goes on from: windows of a table, or whole networks.
  static func journal(_ folder: String) throws -> Reader {
    let world = try World()
    let profilePath = folder + "/profile.json"
    let path = ProfileJournal(of: profilePath).path
    func resume(timesBlocks: Bool) throws -> DeviceProfile {
      var profiler = try Profiler(
        space: world.space, runner: PromptRunner(timesBlocks: timesBlocks), budget: .nanoseconds(1))
      profiler.journal = ProfileJournal(of: profilePath)
      return try profiler.profile().profile
    }
    let seeds = try [true, false].map { timesBlocks in
      try? FileManager.default.removeItem(atPath: path)
      _ = try resume(timesBlocks: timesBlocks)
      return try InputFile.read(path)
    }
    let words = ["\"subject\"", "\"window\"", "\"networks\"", "\"turns\":[]", "\"r12-\"", "\n"]
    return Reader(name: "journal", path: path, seeds: seeds, form: .text(words)) { input in
      let timesBlocks = !String(decoding: input, as: UTF8.self).contains("\"networks\"")
      let text = try Documents.encode(try resume(timesBlocks: timesBlocks))
      do {
        _ = try Documents.decode(DeviceProfile.self, from: text, at: "profile")
        // What was added is gone on from as well. Fits to whole networks take their time.
        if timesBlocks { _ = try resume(timesBlocks: true) }
      } catch { throw Finding(what: "it is taken, but not what comes of it: \(error)") }
    }
  }
}

/// A device that says at once how long it takes: by the multiply-accumulates of each block.
private struct PromptRunner: Runner {
  let device = DeviceProfile.Device(name: "fuzz")
  let measurement = DeviceProfile.Measurement(runner: "fuzz", threads: 1)
  let timesBlocks: Bool

  func load(_ graphs: [Graph]) -> [any LoadedNetwork] {
    graphs.map { graph in
      Network(
        blocks: graph.blocks.indices.map { block in
          graph.layers(ofBlock: block).reduce(0.001) { $0 + 1e-6 * $1.amounts.multiplyAccumulates }
        })
    }
  }

  func systemText(of path: String) -> String? { nil }

  private struct Network: LoadedNetwork {
    let blocks: [Double]

    func take(_ request: Turn.Request) -> Turn {
      Turn(
        milliseconds: Array(repeating: blocks.reduce(0, +), count: request.runs),
        blockMilliseconds: Array(repeating: blocks, count: request.blockRuns))
    }
  }
}

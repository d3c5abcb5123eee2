import OFAFormats
import OFAGraph
import OFAHardware
import OFANumerics
import OFAProfiling
import OFASpace
import Synchronization

/// A device of known speed: each block takes a time that follows from its signature, a network takes as long as its
/// blocks and a millisecond of its own; the first runs after loading or after another network ran are slow, some runs
/// are disturbed, turns may differ, and there may be a phase in which all are slow.
final class PretendRunner: Runner {
  let device = DeviceProfile.Device(name: "pretend")
  var measurement = DeviceProfile.Measurement(runner: "pretend", threads: 1)
  /// What each network takes beyond its blocks.
  static let overhead = 1e-3
  /// How many runs are slow when a network's turn begins.
  static let coldRuns = 3
  /// How many times longer all takes in the slow phase.
  static let slowness = 1.4

  /// The network that ran last, how often in a row, and where the disturbances come from.
  final class State {
    var warm: (network: Int, runs: Int) = (-1, 0)
    var loaded = 0
    var generator = SeededGenerator(seed: 5, stream: "disturbances")
    /// The fraction of runs that are disturbed.
    var disturbed = 0.0
    /// By how much at most, as a part, a turn is slower than another.
    var unsteady = 0.0
    /// To whole multiples of how many seconds its clock tells what blocks take; 0 for a clock that is exact.
    var tick = 0.0
    /// How long networks have run, in seconds.
    var seconds = 0.0
    /// From when till when the device is slow.
    var slow = 0.0..<0
    /// What files of its system have.
    var files: [String: String] = [:]
  }
  let state = State()

  /// The seconds of a block.
  static func seconds(of signature: String) -> Double {
    var generator = SeededGenerator(seed: 3, stream: signature)
    return 1e-3 * (0.1 + generator.uniform())
  }

  var timesBlocks = true

  func load(_ graphs: [Graph]) -> [any LoadedNetwork] {
    graphs.map { graph in
      state.loaded += 1
      return Network(blocks: graph.signatures.map(Self.seconds), index: state.loaded, state: state)
    }
  }

  func systemText(of path: String) -> String? { state.files[path] }

  private struct Network: LoadedNetwork {
    let blocks: [Double]
    let index: Int
    let state: State

    func take(_ request: Turn.Request) -> Turn {
      let slower = state.unsteady > 0 ? state.unsteady * state.generator.uniform() : 0
      let sum = blocks.reduce(PretendRunner.overhead, +) * (1 + slower)
      return Turn(request) {
        advance(by: sum)
      } runBlocks: {
        let factor = advance(by: sum) / sum
        return blocks.map { state.tick > 0 ? ($0 * factor / state.tick).rounded(.down) * state.tick : $0 * factor }
      }
    }

    /// Lets the time pass that a run of so many undisturbed seconds takes.
    private func advance(by seconds: Double) -> Double {
      state.warm = state.warm.network == index ? (index, state.warm.runs + 1) : (index, 1)
      let cold = state.warm.runs <= PretendRunner.coldRuns ? 5.0 : 1
      let disturbed = state.generator.uniform() < state.disturbed ? 3.0 : 1
      let slow = state.slow.contains(state.seconds) ? PretendRunner.slowness : 1
      state.seconds += seconds * cold * disturbed * slow
      return seconds * cold * disturbed * slow
    }
  }
}

/// The blocks of a space at some resolutions, as its covering subnets have them.
func allBlocks(of space: SearchSpace, resolutions: [Int]? = nil) -> Set<String> {
  Set((resolutions ?? space.resolutions).flatMap(space.coveringSubnets).flatMap { space.graph(of: $0).signatures })
}

/// A space small enough to enumerate.
func tinySpace() throws -> SearchSpace {
  try Documents.decode(
    SearchSpace.self,
    from: """
      {"format": "ofa-space", "version": 1, "name": "tiny", "channels": 1, "classes": 3, "resolutions": [8, 12],
       "widthMultiplier": 1, "widthDivisor": 1, "epsilon": 1e-5,
       "stem": {"width": 4, "kernelSize": 3, "stride": 1, "activation": "h_swish"},
       "first": {"width": 4, "kernelSize": 3, "stride": 1, "expandRatio": 1, "activation": "relu", "squeezeExcite": false,
                 "shortcut": true},
       "stages": [
         {"width": 6, "stride": 2, "depths": [1, 2], "kernelSizes": [3, 5], "expandRatios": [2, 3], "activation": "relu",
          "squeezeExcite": true},
         {"width": 8, "stride": 2, "depths": [1, 2], "kernelSizes": [3], "expandRatios": [2, 3], "activation": "h_swish",
          "squeezeExcite": false}],
       "head": {"expand": {"width": 12, "activation": "h_swish"}, "mix": {"width": 16, "activation": "h_swish"}}}
      """, at: "tiny")
}

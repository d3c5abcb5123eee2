import Foundation
import OFAEngine
import OFAFormats
import OFAGraph
import OFAHardware
import OFASpace

/// This machine, through the engine's own inference plans: what is measured is what runs.
public struct HostRunner: Runner {
  /// The machine as it names itself.
  public let device: DeviceProfile.Device
  /// The engine's version and kernels, the threads, the clock at the start.
  public let measurement: DeviceProfile.Measurement
  /// Blocks are timed by the engine itself.
  public let timesBlocks = true
  private let trial: TrialWeights
  private let team: ThreadTeam
  private let cores: Cores?

  /// This machine, for networks of a space, each run by `threads` threads.
  ///
  /// - Parameter cores: the processors that these run on; those of the fastest kind unless given.
  /// - Throws: `Failure(.inputOutput)` when the system does not start the threads, `Failure(.usage)` when the memory
  ///   cannot hold the space's weights, or the machine does not have these processors.
  package init(space: SearchSpace, threads: Int, cores asked: Cores? = nil) throws {
    var pinned: ThreadTeam?
    cores = try Cores.choose(asked: asked, threads: threads, reading: InputFile.systemText) {
      pinned = try $0.run { try ThreadTeam.started(threads: threads) }
    }
    team = try pinned ?? ThreadTeam.started(threads: threads)
    let processor = Processor.current
    device = DeviceProfile.Device(
      name: processor.name ?? "host", processor: processor.name,
      system: ProcessInfo.processInfo.operatingSystemVersionString)
    var measurement = DeviceProfile.Measurement(
      runner: "host", runnerVersion: Runners.version, kernelForm: team.form.name, threads: threads,
      frequencyMegahertz: processor.megahertz, date: Runners.today)
    measurement.cores = cores?.description
    measurement.machine = Processor.machine(reading: InputFile.systemText)
    self.measurement = measurement
    trial = try TrialWeights(of: space)
  }

  /// Compiles inference plans.
  ///
  /// - Throws: `Failure(.usage)` for a network that this machine has no memory for.
  public func load(_ graphs: [Graph]) throws -> [any LoadedNetwork] {
    try graphs.map { HostNetwork(plan: try trial.plan(of: $0), image: trial.image(for: $0), team: team, cores: cores) }
  }

  /// The text of a file of this machine.
  public func systemText(of path: String) -> String? { InputFile.systemText(path) }
}

/// An inference plan with an image to run on.
private struct HostNetwork: LoadedNetwork {
  let plan: InferencePlan
  let image: [Float]
  let team: ThreadTeam
  let cores: Cores?

  /// What this program holds is its own need, not the network's.
  var memory: NetworkMemory { NetworkMemory(arenaBytes: plan.arenaBytes) }

  func take(_ request: Turn.Request) throws -> Turn {
    // The team's other threads are pinned since they were started.
    try cores?.run { turn(request) } ?? turn(request)
  }

  private func turn(_ request: Turn.Request) -> Turn {
    let clock = ContinuousClock()
    return image.withUnsafeBufferPointer { image in
      Turn(request) {
        let start = clock.now
        _ = plan.run(images: image, team: team)
        return (clock.now - start).seconds
      } runBlocks: {
        var seconds = [Double](repeating: 0, count: plan.graph.blocks.count)
        _ = plan.run(images: image, team: team, blockSeconds: &seconds)
        return seconds
      }
    }
  }
}

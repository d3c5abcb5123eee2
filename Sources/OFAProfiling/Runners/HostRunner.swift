import Foundation
import OFAEngine
import OFAGraph
import OFAHardware
import OFANumerics
import OFASpace
import OFASupernet

/// This machine, through the engine's own inference plans: what is measured is what runs.
///
/// Weights and the image are random and the statistics those of unit variance, so that values stay in the range of a
/// trained network: arithmetic on denormal numbers would be slow, and on zeros perhaps fast.
public struct HostRunner: Runner {
  /// The machine as it names itself.
  public let device: DeviceProfile.Device
  /// The engine's version and kernels, the threads, the clock at the start.
  public let measurement: DeviceProfile.Measurement
  private let weights: TensorArena
  private let team: ThreadTeam

  /// This machine, for networks of a space, each run by `threads` threads.
  ///
  /// - Throws: `Failure(.inputOutput)` when the system does not start the threads.
  public init(space: SearchSpace, threads: Int) throws {
    team = try ThreadTeam.started(threads: threads)
    let processor = Processor.current
    device = DeviceProfile.Device(
      name: processor.name ?? "host", processor: processor.name,
      system: ProcessInfo.processInfo.operatingSystemVersionString)
    measurement = DeviceProfile.Measurement(
      runner: "host", runnerVersion: Runners.version, kernelForm: team.form.name, threads: threads,
      frequencyMegahertz: processor.megahertz, date: Date.now.formatted(.iso8601.year().month().day()))
    let supernet = Supernet(space: space)
    var generator = SeededGenerator(seed: 0, stream: "host runner")
    supernet.initialize(using: &generator)
    weights = supernet.weights
  }

  /// Blocks are timed by the engine itself.
  public let timesBlocks = true

  /// Compiles inference plans.
  ///
  /// - Throws: `Failure(.usage)` for a network that this machine has no memory for.
  public func load(_ graphs: [Graph]) throws -> [any LoadedNetwork] {
    try graphs.map { graph in
      try MachineMemory.check(graph, weights: weights.layout.count, batch: 1, for: .inference)
      return HostNetwork(graph: graph, weights: weights, team: team)
    }
  }
}

/// An inference plan with an image to run on.
private struct HostNetwork: LoadedNetwork {
  private let plan: InferencePlan
  private let image: [Float]
  private let team: ThreadTeam
  private let clock = ContinuousClock()

  init(graph: Graph, weights: TensorArena, team: ThreadTeam) {
    plan = InferencePlan(graph: graph, batch: 1, weights: weights, statistics: .unit(for: graph))
    var generator = SeededGenerator(seed: 0, stream: "host image")
    image = (0..<graph[graph.input].count).map { _ in Float(generator.gaussian()) }
    self.team = team
  }

  func take(_ request: Turn.Request) -> Turn {
    image.withUnsafeBufferPointer { image in
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

extension NormalizationStatistics {
  /// Means of 0 and variances of 1 for every normalization of a graph.
  package static func unit(for graph: Graph) -> NormalizationStatistics {
    var statistics = NormalizationStatistics()
    for node in graph.nodes {
      guard case .normalization = node.operation else { continue }
      statistics.means[node.name] = [Float](repeating: 0, count: node.outputs[0].channels)
      statistics.variances[node.name] = [Float](repeating: 1, count: node.outputs[0].channels)
    }
    return statistics
  }
}

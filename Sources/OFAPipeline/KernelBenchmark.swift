import Foundation
import OFAEngine
import OFANumerics
import OFASpace
import OFATraining

/// How fast the kernels of one shape are, and how much that is of what the machine can do.
public struct KernelBenchmark: Hashable, Sendable, Encodable {
  /// The kernel, such as `pointwise backward`.
  public var kernel: String
  /// What it reads and makes for one image.
  public var shape: String
  /// The steps of the plan that are of this kernel and shape.
  public var steps: Int
  /// What they take together.
  public var seconds: Double
  /// Their part of all steps' time.
  public var share: Double
  /// Billions of multiply-accumulates a second.
  public var gmacsPerSecond: Double
  /// Their part of what OpenBLAS reaches in products of large matrices.
  public var peakShare: Double
  /// Billions of bytes a second, each activation and gradient read or written once.
  public var gigabytesPerSecond: Double
  /// Their part of what copying large arrays reaches.
  public var copyShare: Double

  /// What a subnet is timed at.
  public enum Pass: Sendable {
    case trainingStep
    case inference
  }

  /// Times the kernels of a subnet, the slowest first, then what a new subnet takes, and the machine's products and
  /// copies.
  public static func timed(
    _ pass: Pass, of subnet: Subnet, in space: SearchSpace, batch: Int, threads: Int, monitor: Monitor = Monitor()
  ) throws -> [KernelBenchmark] {
    let team = try EngineBenchmark.team(threads: threads, monitor)
    try EngineBenchmark.checkMemory(
      of: subnet, in: space, batch: batch, for: pass == .trainingStep ? .training : .inference)
    try monitor.check("timing the machine", 0)
    let product = productRate(team) / 1e9
    let copy = copyRate(team) / 1e9
    let weights = EngineBenchmark.randomSupernet(space).weights
    let graph = space.graph(of: subnet)
    try monitor.check("timing kernels", 0.3)
    let timings = EngineBenchmark.randomImages(batch, for: subnet, in: space).withUnsafeBufferPointer { images in
      switch pass {
      case .trainingStep:
        TrainingPlan(graph: graph, batch: batch, layout: weights.layout).timings(
          passes: 15, weights: weights, gradients: TensorArena(weights.layout), images: images, team: team)
      case .inference:
        InferencePlan(graph: graph, batch: batch, weights: weights, statistics: .unit(for: graph)).timings(
          passes: 101, images: images, team: team)
      }
    }

    let total = timings.reduce(0) { $0 + $1.seconds }
    func row(
      _ kernel: String, _ shape: String, steps: Int = 0, seconds: Double = 0, gmacs: Double, gigabytes: Double
    ) -> Self {
      KernelBenchmark(
        kernel: kernel, shape: shape, steps: steps, seconds: seconds, share: seconds / total,
        gmacsPerSecond: gmacs, peakShare: gmacs / product, gigabytesPerSecond: gigabytes, copyShare: gigabytes / copy)
    }
    let rows = Dictionary(grouping: timings) { [$0.kernel, $0.shape] }.map { names, timings in
      let seconds = timings.reduce(0) { $0 + $1.seconds }
      return row(
        names[0], names[1], steps: timings.count, seconds: seconds,
        gmacs: Double(timings.reduce(0) { $0 + $1.multiplyAccumulates }) / seconds / 1e9,
        gigabytes: Double(timings.reduce(0) { $0 + $1.bytes }) / seconds / 1e9)
    }
    let compiling = compilingSeconds(subnet, in: space, batch: batch, pass: pass, weights: weights)
    let machine = [
      row("drawing and compiling", "one subnet", steps: 1, seconds: compiling, gmacs: 0, gigabytes: 0),
      row("products by OpenBLAS for \(OpenBLAS.processorType)", "768×768×768", gmacs: product, gigabytes: 0),
      row("copies", "64 MB", gmacs: 0, gigabytes: copy),
    ]
    return rows.sorted { ($0.seconds, $0.shape) > ($1.seconds, $1.shape) } + machine
  }

  /// The median time of drawing a subnet, and of compiling the timed one.
  private static func compilingSeconds(
    _ subnet: Subnet, in space: SearchSpace, batch: Int, pass: Pass, weights: TensorArena
  ) -> Double {
    var generator = SeededGenerator(seed: 0, stream: "benchmark subnets")
    let seconds = (0..<21).map { _ in
      ContinuousClock().measure {
        _ = space.randomSubnet(using: &generator)
        let graph = space.graph(of: subnet)
        switch pass {
        case .trainingStep: _ = TrainingPlan(graph: graph, batch: batch, layout: weights.layout)
        case .inference:
          _ = InferencePlan(graph: graph, batch: batch, weights: weights, statistics: .unit(for: graph))
        }
      } / .seconds(1)
    }
    return Statistics.median(seconds)
  }

  /// Multiply-accumulates a second of OpenBLAS on all threads at once.
  private static func productRate(_ team: ThreadTeam) -> Double {
    nonisolated(unsafe) let rates = UnsafeMutableBufferPointer<Double>.allocate(capacity: team.threads)
    defer { rates.deallocate() }
    team.forEach(team.threads) { rates[$0] = OpenBLAS.productRate() }
    return rates.reduce(0, +)
  }

  /// Bytes read and written a second when the team copies an array that no cache holds.
  private static func copyRate(_ team: ThreadTeam) -> Double {
    let (bytes, parts) = (64 << 20, 64)
    nonisolated(unsafe) let source = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    nonisolated(unsafe) let target = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    defer {
      source.deallocate()
      target.deallocate()
    }
    memset(source, 1, bytes)
    let best = (0..<6).map { _ in
      ContinuousClock().measure {
        team.forEach(parts) { part in
          memcpy(target + part * (bytes / parts), source + part * (bytes / parts), bytes / parts)
        }
      }
    }.min()
    return Double(2 * bytes) / ((best ?? .seconds(1)) / .seconds(1))
  }
}

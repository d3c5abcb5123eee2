import CRuntime
import OFAGraph
import OFANumerics

/// What one step of a plan computes, and how long it took.
public struct KernelTiming: Hashable, Sendable {
  /// The kernel, such as `pointwise backward`.
  public var kernel: String
  /// What it reads and makes for one image, with the filter's side and stride: `32×32×96 → 16×16×96, k5 s2`.
  public var shape: String
  /// The median time.
  public var seconds: Double
  /// The multiply-accumulates of the whole batch; 0 for a kernel that only moves values.
  public var multiplyAccumulates: Int
  /// The least that has to be read and written: each activation or gradient once.
  public var bytes: Int
}

extension Program {
  /// Times each step by itself; `run` runs it.
  fileprivate func timings(passes: Int, run: (Part) -> Void) -> [KernelTiming] {
    let clock = ContinuousClock()
    var seconds = [[Double]](repeating: [], count: steps.count)
    for _ in 0..<passes {
      for step in steps.indices {
        let duration = clock.measure { run(.steps(step..<step + 1)) }
        seconds[step].append(duration / .seconds(1))
      }
    }
    return zip(steps, seconds).map { step, seconds in
      KernelTiming(
        kernel: step.name, shape: step.shape, seconds: Statistics.median(seconds),
        multiplyAccumulates: step.multiplyAccumulates, bytes: step.bytes)
    }
  }
}

extension TrainingPlan {
  /// Runs forward and backward passes and times each step by itself.
  public func timings(
    passes: Int, weights: TensorArena, gradients: TensorArena, images: UnsafeBufferPointer<Float>, team: ThreadTeam
  ) -> [KernelTiming] {
    program.timings(passes: passes) {
      program.run($0, weights: weights, gradients: gradients, images: images, team: team)
    }
  }
}

extension InferencePlan {
  /// Runs the plan and times each step by itself.
  public func timings(passes: Int, images: UnsafeBufferPointer<Float>, team: ThreadTeam) -> [KernelTiming] {
    program.timings(passes: passes) { program.run($0, weights: prepared.start, images: images, team: team) }
  }
}

extension ofa_step {
  private var form: ofa_kernel { ofa_kernel(rawValue: UInt32(kernel)) }

  fileprivate var name: String {
    switch form {
    case OFA_PACK: "pack"
    case OFA_DEPTHWISE_FILTER: "depthwise filter"
    case OFA_POINTWISE: "pointwise"
    case OFA_DENSE: "dense"
    case OFA_DEPTHWISE: "depthwise"
    case OFA_STATISTICS: "statistics"
    case OFA_ELEMENTWISE: "elementwise"
    case OFA_POOL: "pool"
    case OFA_WINDOW_POOL: "window pool"
    case OFA_POINTWISE_BACKWARD: "pointwise backward"
    case OFA_DENSE_BACKWARD: "dense backward"
    case OFA_DEPTHWISE_BACKWARD: "depthwise backward"
    case OFA_WINDOW_POOL_BACKWARD: "window pool backward"
    case OFA_STATISTICS_BACKWARD: "statistics backward"
    case OFA_GRADIENT: "gradient"
    case OFA_GATE_GRADIENT: "gate gradient"
    case OFA_REDUCE: "reduce"
    case OFA_DEPTHWISE_REDUCE: "depthwise reduce"
    default: "kernel step reduce"
    }
  }

  fileprivate var shape: String {
    if images == 0 { return "\(in_channels) → \(out_channels), k\(kernel_size)" }
    let sides = "\(in_height)×\(in_width)×\(in_channels) → \(out_height)×\(out_width)×\(out_channels)"
    return kernel_size > 1 || stride > 1 ? sides + ", k\(kernel_size) s\(stride)" : sides
  }

  private var input: Int { Int(images) * Int(in_height) * Int(in_width) * Int(in_channels) }
  private var output: Int { Int(images) * Int(out_height) * Int(out_width) * Int(out_channels) }

  fileprivate var multiplyAccumulates: Int {
    let taps = Int(kernel_size) * Int(kernel_size)
    let passes = sink.gradient == 0 ? 1 : 2
    return switch form {
    case OFA_POINTWISE: output * Int(in_channels)
    case OFA_DENSE: output * taps * Int(in_channels)
    case OFA_DEPTHWISE: output * taps
    case OFA_POINTWISE_BACKWARD: output * Int(in_channels) * passes
    case OFA_DENSE_BACKWARD: output * taps * Int(in_channels) * passes
    case OFA_DEPTHWISE_BACKWARD: output * taps * passes
    default: 0
    }
  }

  fileprivate var bytes: Int {
    func floats(_ count: Int, _ references: ofa_ref...) -> Int { references.contains { $0 != 0 } ? count : 0 }
    // What a sink reads besides the incoming gradient, and what it writes, is as large as the input.
    let sink =
      floats(input, sink.gradient) + floats(input, sink.value)
      + floats(input, sink.residual == sink.gradient ? 0 : sink.residual)
    let values: Int =
      switch form {
      case OFA_POINTWISE, OFA_DENSE, OFA_DEPTHWISE, OFA_WINDOW_POOL: input + output + floats(output, residual)
      case OFA_ELEMENTWISE: 2 * output + floats(output, source2.data)
      case OFA_POOL: input
      case OFA_POINTWISE_BACKWARD, OFA_DENSE_BACKWARD, OFA_DEPTHWISE_BACKWARD, OFA_WINDOW_POOL_BACKWARD:
        input + output + floats(output, gradient.normalization) + sink
      case OFA_GRADIENT: floats(output, gradient.data) + sink
      case OFA_GATE_GRADIENT: 2 * input
      default: 0
      }
    return 4 * values
  }
}

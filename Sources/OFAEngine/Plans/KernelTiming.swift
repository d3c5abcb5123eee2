import CRuntime
import OFAGraph
import OFANumerics

/// What one step of a plan computes, and how long it took.
public struct KernelTiming: Hashable, Sendable {
  /// The kernel, such as `convolution pointwise backward f32`.
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
      let (name, shape, work) = step.timed
      return KernelTiming(
        kernel: name, shape: shape, seconds: Statistics.median(seconds),
        multiplyAccumulates: Int(work.multiply_accumulates), bytes: MemoryLayout<Float>.size * Int(work.values))
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
  /// What is known of the step's kernel.
  var about: ofa_descriptor {
    guard let about = ofa_kernel_descriptor(KernelForm.best.form, kernel) else {
      preconditionFailure("There is no kernel \(kernel).")
    }
    return about.pointee
  }

  fileprivate var timed: (name: String, shape: String, work: ofa_work) {
    let about = about
    return withUnsafePointer(to: self) {
      (String(cString: about.name), about.shape($0).description, about.work($0))
    }
  }
}

extension ofa_windows {
  fileprivate var description: String {
    let sides = "\(in_height)×\(in_width)×\(in_channels) → \(out_height)×\(out_width)×\(out_channels)"
    if images == 0 { return "\(in_channels) → \(out_channels), k\(kernel_size)" }
    return kernel_size > 1 || stride > 1 ? sides + ", k\(kernel_size) s\(stride)" : sides
  }
}

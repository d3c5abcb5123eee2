import CRuntime

/// A part of a plan and all memory that it works on, so that another processor can do the same: what tests of kernels
/// replay that this processor cannot run.
package struct Recording {
  /// Counts, steps and memory, as `replay.c` beside the tests reads them.
  package let bytes: [UInt8]
  /// The floats of the arena, with which a replay's result begins; the gradients follow.
  package let arenaCount: Int

  fileprivate init(
    _ program: Program, _ range: Range<Int>, weights: TensorArena, gradients: TensorArena,
    images: UnsafeBufferPointer<Float>
  ) {
    arenaCount = program.arenaCount
    let arena = UnsafeBufferPointer(start: program.arena, count: program.arenaCount)
    let counts = [
      range.count, arena.count, weights.values.count, gradients.values.count, images.count,
    ].map(UInt64.init)
    var bytes = counts.withUnsafeBytes { Array($0) }
    Array(program.steps[range]).withUnsafeBytes { bytes.append(contentsOf: $0) }
    for values in [arena, UnsafeBufferPointer(weights.values), UnsafeBufferPointer(gradients.values), images] {
      bytes.append(contentsOf: UnsafeRawBufferPointer(values))
    }
    self.bytes = bytes
  }
}

extension TrainingPlan {
  /// The forward pass, and where in a replay's arena the logits are.
  package func recordedForward(
    weights: TensorArena, gradients: TensorArena, images: UnsafeBufferPointer<Float>
  ) -> (recording: Recording, logits: Range<Int>) {
    let start = program.pointer(logits) - program.arena
    let recording = Recording(program, 0..<forwardSteps, weights: weights, gradients: gradients, images: images)
    return (recording, start..<start + batch * graph[graph.output].count)
  }

  /// The backward pass, to be recorded when the forward pass has just been done.
  package func recordedBackward(
    weights: TensorArena, gradients: TensorArena, images: UnsafeBufferPointer<Float>,
    logitGradients: UnsafeBufferPointer<Float>
  ) -> Recording {
    take(logitGradients)
    return Recording(
      program, forwardSteps..<program.steps.count, weights: weights, gradients: gradients, images: images)
  }
}

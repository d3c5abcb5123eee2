import Foundation
import NaiveReference
import OFAEngine
import TestSupport
import Testing

/// The kernels as a compiler for 64-bit ARM makes them, run by an emulator on the steps and memory of plans of this
/// process.
@Suite(.enabled(if: Emulator.isThere, "needs aarch64-linux-gnu-gcc and qemu-aarch64"))
struct NEONTests {
  @Test("Forward and backward passes agree with this processor's")
  func training() throws {
    try withTemporaryFolder { folder in
      let replay = try Emulator(compiling: "Tests/OFAEngineTests/Replay/replay.c", in: folder)
      for network in Network.all {
        let (weights, images) = (network.weights(seed: 30), network.images(seed: 31))
        let gradients = TensorArena(network.layout)
        let plan = TrainingPlan(graph: network.graph, batch: network.batch, layout: network.layout)
        let team = ThreadTeam(threads: 1)
        var draws = Draws(seed: 32)
        let direction = (0..<network.batch * 5).map { _ in draws.uniform() }
        try images.withUnsafeBufferPointer { images in
          try direction.withUnsafeBufferPointer { direction in
            let (forward, logits) = plan.recordedForward(weights: weights, gradients: gradients, images: images)
            let expected = Array(plan.forward(weights: weights, images: images, team: team))
            let backward = plan.recordedBackward(
              weights: weights, gradients: gradients, images: images, logitGradients: direction)
            plan.backward(
              weights: weights, gradients: gradients, images: images, logitGradients: direction, team: team)
            for threads in ["1", "2"] {
              let result = try floats(replay.run(file: forward.bytes, [threads]))
              #expect(worst(result[logits], expected.map(Double.init)).difference < 1e-5, "\(network.name), forward")
              let made = try floats(replay.run(file: backward.bytes, [threads]))[backward.arenaCount...]
              #expect(made.count == gradients.values.count)
              #expect(worst(made, gradients.values.map(Double.init)).difference < 1e-4, "\(network.name), backward")
            }
          }
        }
      }
    }
  }

  private func floats(_ data: Data) -> [Float] { data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) } }
}

import Foundation
import NaiveReference
import OFAEngine
import TestSupport
import Testing

/// The kernels as other compilers make them, on the steps and memory of plans of this process: for ARM, run by an
/// emulator, and with sanitizers, which end a program that reads or writes what is not its own, computes what C does
/// not define, or races.
struct ReplayTests {
  @Test("Forward and backward passes agree with this processor's", arguments: [Toolchain.arm64, .arm32])
  func training(_ toolchain: Toolchain) throws {
    guard toolchain.isThere else { return leaveOut(toolchain) }
    try replay(Network.all, with: toolchain, threads: ["1", "2"])
  }

  @Test("Forward and backward passes are clean", arguments: Toolchain.sanitizers)
  func sanitized(_ toolchain: Toolchain) throws {
    guard toolchain.isThere else { return leaveOut(toolchain) }
    try replay(Network.all + [.largestWindow], with: toolchain, threads: ["2"])
  }

  private func replay(_ networks: [Network], with toolchain: Toolchain, threads: [String]) throws {
    try withTemporaryFolder { folder in
      let program = try RuntimeProgram(
        compiling: ["Tests/OFAEngineTests/Replay/replay.c"], with: toolchain, training: true, in: folder)
      for network in networks { try replay(network, in: program, threads: threads) }
    }
  }

  private func replay(_ network: Network, in program: RuntimeProgram, threads: [String]) throws {
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
        plan.backward(weights: weights, gradients: gradients, images: images, logitGradients: direction, team: team)
        for threads in threads {
          let result = try floats(program.run(file: forward.bytes, [threads]))
          #expect(worst(result[logits], expected.map(Double.init)).difference < 1e-5, "\(network.name), forward")
          let made = try floats(program.run(file: backward.bytes, [threads]))[backward.arenaCount...]
          #expect(made.count == gradients.values.count)
          #expect(worst(made, gradients.values.map(Double.init)).difference < 1e-4, "\(network.name), backward")
        }
      }
    }
  }

  @Test("Steps of the optimizers agree with this processor's", arguments: [Toolchain.arm64, .arm32])
  func optimizers(_ toolchain: Toolchain) throws {
    guard toolchain.isThere else { return leaveOut(toolchain) }
    try stepOptimizers(with: toolchain)
  }

  @Test("Steps of the optimizers are clean", arguments: Toolchain.sanitizers)
  func sanitizedOptimizers(_ toolchain: Toolchain) throws {
    guard toolchain.isThere else { return leaveOut(toolchain) }
    try stepOptimizers(with: toolchain)
  }

  /// Makes the steps of `optimizers.c`, here and there.
  private func stepOptimizers(with toolchain: Toolchain) throws {
    let layout = TensorLayout([("a", [40_000]), ("b", [40_000])])
    let paces = [Pace(decay: 0.1), Pace(rate: 0.5)]
    var draws = Draws(seed: 33)
    let arenas = (0..<4).map { index in
      let arena = TensorArena(layout)
      // A second moment is not negative; zeros are among them.
      for place in arena.values.indices { arena.values[place] = index == 2 ? max(0, draws.uniform()) : draws.uniform() }
      return arena
    }
    let bytes = arenas.flatMap { Array(UnsafeRawBufferPointer($0.values)) }
    let team = ThreadTeam(threads: 1)
    NesterovMomentum(momentum: 0.9, layout: layout, paces: paces).step(
      weights: arenas[0], velocity: arenas[1], gradients: arenas[3], learningRate: 0.05, gradientScale: 0.5, team: team)
    AdaptiveMoments(beta1: 0.9, beta2: 0.99, epsilon: 0.01, layout: layout, paces: paces).step(
      3, weights: arenas[0], first: arenas[1], second: arenas[2], gradients: arenas[3], learningRate: 0.05,
      gradientScale: 0.5, team: team)
    let expected = arenas.prefix(3).flatMap { $0.values.map(Double.init) }
    try withTemporaryFolder { folder in
      let program = try RuntimeProgram(
        compiling: ["Tests/OFAEngineTests/Replay/optimizers.c"], with: toolchain, training: true, in: folder)
      let result = try floats(program.run(file: bytes, ["2"]))
      #expect(result.count == expected.count)
      let (difference, note) = worst(result, expected)
      #expect(difference < 1e-5, "\(note)")
    }
  }

  private func leaveOut(_ toolchain: Toolchain) {
    print("left out: no \(toolchain.compiler)\(toolchain.emulator.map { " or \($0)" } ?? "") on this machine")
  }

  private func floats(_ data: Data) -> [Float] { data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) } }
}

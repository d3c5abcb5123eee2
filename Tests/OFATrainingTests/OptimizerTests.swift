import OFAEngine
import OFANumerics
import OFASpace
import OFASupernet
import OFATraining
import Testing

@Suite("Momentum optimizer")
struct OptimizerTests {
  private let team = ThreadTeam(threads: 1)

  private func arena(_ space: SearchSpace, _ stream: String) -> TensorArena {
    let arena = TensorArena(space.tensorLayout)
    var generator = SeededGenerator(seed: 1, stream: stream)
    for entry in arena.layout.entries {
      let values = arena[entry.name]
      for i in values.indices { values[i] = Float(generator.gaussian()) }
    }
    return arena
  }

  @Test("Three steps are those of the definition; decay acts on filters and linear weights alone")
  func definition() throws {
    let space = try tinySpace()
    let weights = arena(space, "weights")
    let optimizer = MomentumOptimizer(space: space, momentum: 0.9, weightDecay: 0.1)
    var expected = space.tensors.map { weights[$0.name].map(Double.init) }
    var velocity = expected.map { $0.map { _ in 0.0 } }
    for step in 0..<3 {
      let gradients = arena(space, "gradients \(step)")
      optimizer.step(weights: weights, gradients: gradients, learningRate: 0.05, team: team)
      for (index, tensor) in space.tensors.enumerated() {
        let decay = tensor.role == .filter || tensor.role == .linear ? 0.1 : 0
        for (i, value) in gradients[tensor.name].enumerated() {
          let gradient = Double(value) + decay * expected[index][i]
          velocity[index][i] = 0.9 * velocity[index][i] + gradient
          expected[index][i] -= 0.05 * (gradient + 0.9 * velocity[index][i])
        }
      }
    }
    for (index, tensor) in space.tensors.enumerated() {
      #expect(zip(weights[tensor.name], expected[index]).allSatisfy { abs(Double($0) - $1) < 1e-5 }, "\(tensor.name)")
    }
  }

  @Test("Without gradients, biases, scales, shifts and kernel transforms stay, the rest shrinks")
  func decay() throws {
    let space = try tinySpace()
    let weights = arena(space, "weights")
    let before = weights.copy()
    let optimizer = MomentumOptimizer(space: space, momentum: 0.9, weightDecay: 0.1)
    optimizer.step(
      weights: weights, gradients: TensorArena(space.tensorLayout), learningRate: 0.1, team: team)
    for tensor in space.tensors {
      let pairs = zip(weights[tensor.name], before[tensor.name])
      switch tensor.role {
      case .filter, .linear: #expect(pairs.allSatisfy { abs($0) < abs($1) }, "\(tensor.name)")
      case .bias, .scale, .shift, .kernelTransform: #expect(pairs.allSatisfy { $0 == $1 }, "\(tensor.name)")
      }
    }
  }

  @Test("A gradient that is too long is scaled to the bound, a shorter one left alone, and its length returned")
  func clipping() throws {
    let space = try tinySpace()
    let gradients = arena(space, "gradients")
    let norm = gradients.values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    func moved(bound: Double?) -> (TensorArena, Double) {
      let weights = TensorArena(space.tensorLayout)
      let optimizer = MomentumOptimizer(
        space: space, momentum: 0, weightDecay: 0, maximumGradientNorm: bound)
      let length = optimizer.step(weights: weights, gradients: gradients, learningRate: 1, team: team)
      return (weights, length)
    }
    let free = moved(bound: nil)
    #expect(abs(free.1 / norm - 1) < 1e-5)
    let (loose, _) = moved(bound: norm * 1.01)
    #expect(loose.values.elementsEqual(free.0.values))
    let (clipped, length) = moved(bound: norm / 10)
    #expect(abs(length / norm - 1) < 1e-5)
    #expect(zip(clipped.values, free.0.values).allSatisfy { abs($0 - $1 / 10) < 1e-5 })
  }
}

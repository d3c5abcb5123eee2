import OFANumerics
import OFASpace
import OFASupernet
import Testing

@Suite("Initialization")
struct InitializationTests {
  @Test("Filters, depthwise ones too, have variance 2 / (k² · out), linear weights lie in ±1 / √in")
  func moments() throws {
    let space = try SearchSpace.named("mbv3-32")
    let supernet = Supernet(space: space)
    var generator = SeededGenerator(seed: 3, stream: "test")
    supernet.initialize(using: &generator)
    var checked = 0
    for tensor in space.tensors where tensor.count > 2_000 {
      let values = supernet.weights[tensor.name].map(Double.init)
      switch tensor.role {
      case .filter, .gate:
        let expected = 2 / Double(tensor.shape[0] * tensor.shape[2] * tensor.shape[3])
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
        let count = Double(values.count)
        #expect(abs(mean) < 5 * (expected / count).squareRoot(), "\(tensor.name)")
        #expect(abs(variance / expected - 1) < 5 * (2 / count).squareRoot(), "\(tensor.name)")
        checked += 1
      case .linear:
        let bound = 1 / Double(tensor.shape[1]).squareRoot()
        #expect(values.allSatisfy { abs($0) <= bound })
        #expect((values.max() ?? 0) > 0.95 * bound && (values.min() ?? 0) < -0.95 * bound)
        checked += 1
      default: break
      }
    }
    #expect(checked > 40)
  }

  @Test("Scales are 1, shifts and biases 0, transforms the identity")
  func constants() throws {
    let space = try tinySpace()
    let supernet = Supernet(space: space)
    var generator = SeededGenerator(seed: 3, stream: "test")
    supernet.initialize(using: &generator)
    for tensor in space.tensors {
      let values = Array(supernet.weights[tensor.name])
      switch tensor.role {
      case .scale: #expect(values.allSatisfy { $0 == 1 })
      case .shift, .bias, .gateBias: #expect(values.allSatisfy { $0 == 0 })
      case .kernelTransform:
        let size = tensor.shape[0]
        #expect(values.indices.allSatisfy { values[$0] == ($0 / size == $0 % size ? 1 : 0) }, "\(tensor.name)")
      case .filter, .gate, .linear: #expect(values.contains { $0 != 0 })
      }
    }
  }

  @Test("Zeroed residual scales are the last ones of blocks with a shortcut, and no others")
  func zeroed() throws {
    let space = try tinySpace()
    let supernet = Supernet(space: space)
    var generator = SeededGenerator(seed: 3, stream: "test")
    supernet.initialize(zeroingResidualScales: true, using: &generator)
    let zeroed = space.tensors.filter { $0.role == .scale && supernet.weights[$0.name].allSatisfy { $0 == 0 } }
    #expect(zeroed.map(\.name) == ["stages.0.1.project.scale", "stages.1.1.project.scale"])
  }

  @Test("The same seed gives the same weights, another seed others")
  func seeds() throws {
    let space = try tinySpace()
    func weights(_ seed: UInt64) -> [Float] {
      let supernet = Supernet(space: space)
      var generator = SeededGenerator(seed: seed, stream: "test")
      supernet.initialize(using: &generator)
      return Array(supernet.weights.values)
    }
    #expect(weights(1) == weights(1))
    #expect(weights(1) != weights(2))
  }
}

import Foundation
import OFAEngine
import OFAFormats
import OFANumerics
import OFASpace
import OFASupernet
import OFATraining
import Testing

@Suite("Optimizers")
struct OptimizerTests {
  /// The optimizers that there are.
  enum Kind: CaseIterable {
    case momentum, adamW, muon

    func optimizer(
      _ space: SearchSpace, weightDecay: Double = 0.1, bound: Double? = nil, rates: [SupernetTensor.Role: Double] = [:]
    ) -> any Optimizer {
      switch self {
      case .momentum:
        MomentumOptimizer(
          space: space, momentum: 0.9, weightDecay: weightDecay, maximumGradientNorm: bound, rates: rates)
      case .adamW: AdamW(space: space, weightDecay: weightDecay, maximumGradientNorm: bound, rates: rates)
      case .muon: Muon(space: space, weightDecay: weightDecay, maximumGradientNorm: bound, rates: rates)
      }
    }
  }

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

  @Test("Three steps with momentum are those of the definition; decay acts on filters and linear weights alone")
  func momentum() throws {
    let space = try tinySpace()
    let weights = arena(space, "weights")
    let optimizer = MomentumOptimizer(space: space, momentum: 0.9, weightDecay: 0.1)
    var expected = space.tensors.map { weights[$0.name].map(Double.init) }
    var velocity = expected.map { $0.map { _ in 0.0 } }
    for step in 0..<3 {
      let gradients = arena(space, "gradients \(step)")
      optimizer.step(weights: weights, gradients: gradients, learningRate: 0.05, team: team)
      for (index, tensor) in space.tensors.enumerated() {
        let decay = tensor.role.isDecayed ? 0.1 : 0
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

  @Test(
    "Three steps of AdamW are those of the definition; decay acts on filters and linear weights, gates move at a tenth"
  )
  func adamW() throws {
    let space = try tinySpace()
    let weights = arena(space, "weights")
    let optimizer = AdamW(space: space, beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.1)
    var expected = space.tensors.map { weights[$0.name].map(Double.init) }
    var first = expected.map { $0.map { _ in 0.0 } }
    var second = first
    for step in 1...3 {
      let gradients = arena(space, "gradients \(step)")
      optimizer.step(weights: weights, gradients: gradients, learningRate: 0.05, team: team)
      for (index, tensor) in space.tensors.enumerated() {
        let decay = tensor.role.isDecayed ? 0.1 : 0
        let rate = [.gate, .gateBias].contains(tensor.role) ? 0.005 : 0.05
        for (i, value) in gradients[tensor.name].enumerated() {
          let gradient = Double(value)
          first[index][i] = 0.8 * first[index][i] + 0.2 * gradient
          second[index][i] = 0.95 * second[index][i] + 0.05 * gradient * gradient
          let corrected = (
            first[index][i] / (1 - pow(0.8, Double(step))), second[index][i] / (1 - pow(0.95, Double(step)))
          )
          expected[index][i] -=
            rate * (decay * expected[index][i] + corrected.0 / (corrected.1.squareRoot() + 1e-3))
        }
      }
    }
    for (index, tensor) in space.tensors.enumerated() {
      #expect(zip(weights[tensor.name], expected[index]).allSatisfy { abs(Double($0) - $1) < 1e-5 }, "\(tensor.name)")
    }
  }

  @Test("Three steps of Muon are those of the definition for filters that are matrices, AdamW's for all else")
  func muon() throws {
    let space = try tinySpace()
    let (weights, others) = (arena(space, "weights"), arena(space, "weights"))
    let optimizer = Muon(space: space, beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.1)
    let adamW = AdamW(space: space, beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.1)
    let matrices = space.tensors.filter {
      $0.role == .filter && !$0.name.contains("depthwise")
    }
    // The stem, two of each of four blocks, and the last convolution.
    #expect(matrices.count == 10)
    var expected = matrices.map { weights[$0.name].map(Double.init) }
    var moments = expected.map { $0.map { _ in 0.0 } }
    for step in 1...3 {
      let gradients = arena(space, "gradients \(step)")
      optimizer.step(weights: weights, gradients: gradients, learningRate: 0.05, team: team)
      adamW.step(weights: others, gradients: gradients, learningRate: 0.05, team: team)
      for (index, tensor) in matrices.enumerated() {
        let gradient = gradients[tensor.name].map(Double.init)
        for i in gradient.indices { moments[index][i] = 0.8 * moments[index][i] + 0.2 * gradient[i] }
        let columns = tensor.shape[1...].reduce(1, *)
        let direction = Matrix(
          rows: tensor.shape[0], columns: columns, values: zip(moments[index], gradient).map { 0.8 * $0 + 0.2 * $1 })
        let step = orthogonal(direction)
        for i in gradient.indices {
          let longer = Double(max(tensor.shape[0], columns))
          expected[index][i] -= 0.05 * (0.1 * expected[index][i] + 0.2 * longer.squareRoot() * step.values[i])
        }
      }
    }
    for (index, tensor) in matrices.enumerated() {
      #expect(zip(weights[tensor.name], expected[index]).allSatisfy { abs(Double($0) - $1) < 1e-3 }, "\(tensor.name)")
    }
    let names = Set(matrices.map(\.name))
    for tensor in space.tensors where !names.contains(tensor.name) {
      #expect(weights[tensor.name].elementsEqual(others[tensor.name]), "\(tensor.name)")
    }
  }

  /// Five steps of Newton and Schulz's iteration as Jordan writes it.
  private func orthogonal(_ matrix: Matrix) -> Matrix {
    let norm = matrix.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    func sum(_ terms: (Double, Matrix)...) -> Matrix {
      var result = Matrix(rows: terms[0].1.rows, columns: terms[0].1.columns)
      for (factor, term) in terms { for i in term.values.indices { result.values[i] += factor * term.values[i] } }
      return result
    }
    let isTall = matrix.rows > matrix.columns
    var x = sum((1 / norm, isTall ? matrix.transposed : matrix))
    for _ in 0..<5 {
      let a = x * x.transposed
      x = sum((3.4445, x), (1, sum((-4.7750, a), (2.0315, a * a)) * x))
    }
    return isTall ? x.transposed : x
  }

  /// What PyTorch 2.15 prints:
  ///
  ///     def steps(make):
  ///         weight = torch.nn.Parameter(torch.tensor([1.0, -2.0, 0.5]))
  ///         bias = torch.nn.Parameter(torch.tensor([0.25, 0.0, -1.0]))
  ///         optimizer = make([{"params": [weight], "weight_decay": 0.1}, {"params": [bias], "weight_decay": 0.0}])
  ///         for step in range(5):
  ///             for parameter in (weight, bias):
  ///                 parameter.grad = torch.sin(3 * parameter.detach() + step)
  ///             optimizer.step()
  ///             print(weight.tolist(), bias.tolist())
  ///
  ///     steps(lambda groups: torch.optim.SGD(groups, lr=0.05, momentum=0.9, nesterov=True))
  ///     steps(lambda groups: torch.optim.AdamW(groups, lr=0.05))
  private static let printed: [Kind: [[Float]]] = [
    .momentum: [
      [0.9770935773849487, -2.00754451751709, 0.4004879891872406, 0.18524432182312012, 0.0, -0.9865936040878296],
      [
        1.0255085229873657, -2.082153797149658, 0.2775345742702484,
        0.0626487210392952, -0.07993974536657333, -0.8929752707481384,
      ],
      [
        1.120551586151123, -2.180577516555786, 0.1734965592622757,
        -0.08016789704561234, -0.20732074975967407, -0.7907010912895203,
      ],
      [
        1.1505634784698486, -2.2546167373657227, 0.12828746438026428,
        -0.2074262648820877, -0.3434601426124573, -0.7827195525169373,
      ],
      [
        1.087797999382019, -2.257077932357788, 0.16046585142612457,
        -0.28295546770095825, -0.45112544298171997, -0.8437893986701965,
      ],
    ],
    .adamW: [
      [
        0.9449999928474426, -2.0399999618530273, 0.44749999046325684,
        0.20000000298023224, 0.0, -0.949999988079071,
      ],
      [
        0.9693880081176758, -2.0751466751098633, 0.3963414132595062,
        0.15038633346557617, -0.03720683604478836, -0.9083234667778015,
      ],
      [
        1.0036007165908813, -2.1121931076049805, 0.3578048348426819,
        0.10156862437725067, -0.08018672466278076, -0.8637064695358276,
      ],
      [
        1.0362423658370972, -2.144327163696289, 0.34685662388801575,
        0.06529022008180618, -0.12216046452522278, -0.8383970856666565,
      ],
      [
        1.0440818071365356, -2.1538782119750977, 0.3534142076969147,
        0.05395456403493881, -0.1463857889175415, -0.8388025760650635,
      ],
    ],
  ]

  @Test("Five steps are PyTorch's", arguments: Kind.allCases)
  func pyTorch(_ kind: Kind) throws {
    let space = try tinySpace()
    let (weights, gradients) = (TensorArena(space.tensorLayout), TensorArena(space.tensorLayout))
    // Of the linear weight, which decays, the first three values; of the bias, which does not, all.
    let names = ["head.classifier.weight", "head.classifier.bias"]
    for (name, values) in zip(names, [[1, -2, 0.5], [0.25, 0, -1]] as [[Float]]) {
      for (i, value) in values.enumerated() { weights[name][i] = value }
    }
    let optimizer = kind.optimizer(space)
    for (step, expected) in try #require(Self.printed[kind == .muon ? .adamW : kind]).enumerated() {
      for name in names {
        for i in 0..<3 { gradients[name][i] = Float(sin(3 * Double(weights[name][i]) + Double(step))) }
      }
      optimizer.step(weights: weights, gradients: gradients, learningRate: 0.05, team: team)
      let found = names.flatMap { weights[$0].prefix(3) }
      #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 2e-6 }, "step \(step): \(found), expected \(expected)")
    }
  }

  @Test(
    "Without gradients, biases, scales, shifts and kernel transforms stay, the rest shrinks", arguments: Kind.allCases)
  func decay(_ kind: Kind) throws {
    let space = try tinySpace()
    let weights = arena(space, "weights")
    let before = weights.copy()
    kind.optimizer(space).step(
      weights: weights, gradients: TensorArena(space.tensorLayout), learningRate: 0.1, team: team)
    for tensor in space.tensors {
      let pairs = zip(weights[tensor.name], before[tensor.name])
      switch tensor.role {
      case .filter, .gate, .linear: #expect(pairs.allSatisfy { abs($0) < abs($1) }, "\(tensor.name)")
      case .bias, .gateBias, .scale, .shift, .kernelTransform: #expect(pairs.allSatisfy { $0 == $1 }, "\(tensor.name)")
      }
    }
  }

  @Test(
    "Moments whose gradients stay away come to zero, and never are denormals; what is no number stays so",
    arguments: Kind.allCases)
  func settling(_ kind: Kind) throws {
    let space = try tinySpace()
    let weights = arena(space, "weights")
    let optimizer = kind.optimizer(space)
    optimizer.step(weights: weights, gradients: arena(space, "gradients"), learningRate: 0.01, team: team)
    let none = TensorArena(space.tensorLayout)
    var least = Float.infinity
    for _ in 0..<1_200 {
      optimizer.step(weights: weights, gradients: none, learningRate: 0.01, team: team)
      for (name, arena) in optimizer.state where name != "steps" {
        for value in arena.values where value != 0 { least = min(least, abs(value)) }
      }
    }
    #expect(least >= 1e-30)
    // Decay is a part of momentum's gradient.
    for tensor in space.tensors where kind != .momentum || !tensor.role.isDecayed {
      #expect(optimizer.state[0].arena[tensor.name].allSatisfy { $0 == 0 }, "\(tensor.name)")
    }
    none.values[0] = .nan
    optimizer.step(weights: weights, gradients: none, learningRate: 0.01, team: team)
    #expect(optimizer.state[0].arena.values[0].isNaN)
  }

  @Test("A role's rate is a factor of the learning rate", arguments: Kind.allCases)
  func rates(_ kind: Kind) throws {
    let space = try tinySpace()
    let gradients = arena(space, "gradients")
    func moved(_ rates: [SupernetTensor.Role: Double]) -> TensorArena {
      let weights = arena(space, "weights")
      kind.optimizer(space, rates: rates).step(weights: weights, gradients: gradients, learningRate: 0.1, team: team)
      return weights
    }
    let (before, even, uneven) = (arena(space, "weights"), moved([:]), moved([.scale: 0.25, .kernelTransform: 0]))
    for tensor in space.tensors {
      let factor: Float = tensor.role == .scale ? 0.25 : tensor.role == .kernelTransform ? 0 : 1
      for (index, old) in before[tensor.name].enumerated() {
        let expected = old + factor * (even[tensor.name][index] - old)
        #expect(abs(uneven[tensor.name][index] - expected) < 1e-6, "\(tensor.name)[\(index)]")
      }
    }
  }

  @Test(
    "A gradient that is too long is scaled to the bound, a shorter one left alone, and its length returned",
    arguments: Kind.allCases)
  func clipping(_ kind: Kind) throws {
    let space = try tinySpace()
    let gradients = arena(space, "gradients")
    let norm = gradients.values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    func moved(_ gradients: TensorArena, bound: Double?) -> (weights: TensorArena, state: TensorArena, length: Double) {
      let weights = TensorArena(space.tensorLayout)
      let optimizer = kind.optimizer(space, bound: bound)
      let length = optimizer.step(weights: weights, gradients: gradients, learningRate: 1, team: team)
      return (weights, optimizer.state[0].arena, length)
    }
    let free = moved(gradients, bound: nil)
    #expect(abs(free.length / norm - 1) < 1e-5)
    let loose = moved(gradients, bound: norm * 1.01)
    #expect(loose.weights.values.elementsEqual(free.weights.values))
    let clipped = moved(gradients, bound: norm / 10)
    #expect(abs(clipped.length / norm - 1) < 1e-5)
    #expect(zip(clipped.state.values, free.state.values).allSatisfy { abs($0 - $1 / 10) < 1e-5 })
    let shorter = TensorArena(space.tensorLayout)
    for index in shorter.values.indices { shorter.values[index] = gradients.values[index] / 10 }
    let alone = moved(shorter, bound: nil)
    #expect(zip(clipped.weights.values, alone.weights.values).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test(
    "With what a checkpoint holds, another optimizer goes on to the same bytes; one that is reset begins anew",
    arguments: Kind.allCases)
  func state(_ kind: Kind) throws {
    let space = try tinySpace()
    func step(_ optimizer: any Optimizer, _ weights: TensorArena, _ number: Int) {
      optimizer.step(
        weights: weights, gradients: arena(space, "gradients \(number)"), learningRate: 0.05, team: team)
    }
    let weights = arena(space, "weights")
    let optimizer = kind.optimizer(space)
    for number in 0..<3 { step(optimizer, weights, number) }

    let resumed = kind.optimizer(space)
    let file = Safetensors(metadata: [:], tensors: optimizer.state.flatMap { $0.arena.tensors(prefix: $0.name + "/") })
    for (name, arena) in resumed.state { try arena.fill(from: file, prefix: name + "/", at: "checkpoint") }
    let (again, anew, fresh) = (weights.copy(), weights.copy(), weights.copy())
    step(optimizer, weights, 3)
    step(resumed, again, 3)
    #expect(again.values.elementsEqual(weights.values))

    optimizer.reset()
    step(optimizer, anew, 3)
    step(kind.optimizer(space), fresh, 3)
    #expect(anew.values.elementsEqual(fresh.values))
    #expect(!anew.values.elementsEqual(weights.values))
  }
}

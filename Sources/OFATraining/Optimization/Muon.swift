import OFAEngine
import OFAGraph
import OFANumerics
import OFASpace
import OFASupernet

/// Momentum whose steps are made orthogonal, for the filters that are matrices; AdamW for all else.
///
///     g = clipped gradient
///     m = β₁ · m + (1 − β₁) · g
///     w = w − rate · ( weightDecay · w + 0.2 · √max(out, in) · orthogonal(β₁ · m + (1 − β₁) · g) )
///
/// Such filters are those of the convolutions that are not depthwise, [out, in · k²]. Every direction of a matrix moves
/// alike, however weak its gradient; the factor makes the step as long as AdamW's usually are, so that one learning
/// rate serves both. The gates of squeeze-and-excitation are no matrices here: they are wide and would cost more than
/// they are worth.
///
/// - Note: Jordan et al., Muon: An Optimizer for Hidden Layers in Neural Networks, 2024; the factor and the decay are
///   those of Liu et al., Muon is Scalable for LLM Training, 2025, §2.2.
public final class Muon: Optimizer {
  /// What moves all else; its first moments are the matrices' too.
  private let others: AdamW
  private let matrices: [Matrix]

  /// A filter as a matrix.
  private struct Matrix {
    var name: String
    var rows, columns: Int
    var pace: Pace
  }

  /// An optimizer of a space's weights.
  ///
  /// - Parameters:
  ///   - space: the space.
  ///   - beta1: how much of the first moment each step keeps, 0..<1.
  ///   - beta2: how much of the second moment AdamW keeps, 0..<1.
  ///   - epsilon: what keeps AdamW's divisor from zero.
  ///   - weightDecay: how much of a weight a step of rate 1 takes away.
  ///   - maximumGradientNorm: the largest length that the whole gradient may have; no bound without it.
  ///   - rates: factors of the learning rate by role, 1 where there is none.
  public init(
    space: SearchSpace, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double,
    maximumGradientNorm: Double? = nil, rates: [SupernetTensor.Role: Double] = .adaptive
  ) {
    let names = space.matrices
    var paces = space.paces(weightDecay: weightDecay, rates: rates)
    var matrices: [Matrix] = []
    for (index, tensor) in space.tensors.enumerated() where names.contains(tensor.name) {
      matrices.append(
        Matrix(
          name: tensor.name, rows: tensor.shape[0], columns: tensor.shape[1...].reduce(1, *), pace: paces[index]))
      paces[index].rate = 0
    }
    // The largest first, so that no thread begins one when the others are done.
    self.matrices = matrices.sorted { $0.rows * $0.columns > $1.rows * $1.columns }
    others = AdamW(
      space: space, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay,
      maximumGradientNorm: maximumGradientNorm, paces: paces)
  }

  /// The largest length that the whole gradient may have; a longer one is scaled down to it. None: no bound.
  public var maximumGradientNorm: Double? { others.maximumGradientNorm }

  /// AdamW's.
  public var state: [(name: String, arena: TensorArena)] { others.state }

  /// Moves the weights one step against the gradients.
  ///
  /// - Returns: the length of the whole gradient before clipping.
  @discardableResult
  public func step(weights: TensorArena, gradients: TensorArena, learningRate: Double, team: ThreadTeam) -> Double {
    let norm = others.step(weights: weights, gradients: gradients, learningRate: learningRate, team: team)
    let share = Float(1 - others.beta1) * clipping(norm)
    let kept = Float(others.beta1)
    let (matrices, first) = (matrices, others.first)
    team.forEach(matrices.count) { index in
      let matrix = matrices[index]
      let (values, moment, gradient) = (weights[matrix.name], first[matrix.name], gradients[matrix.name])
      let rate = Float(learningRate) * matrix.pace.rate
      let factor = rate * 0.2 * Float(max(matrix.rows, matrix.columns)).squareRoot()
      withUnsafeTemporaryAllocation(of: Float.self, capacity: values.count) { step in
        for i in values.indices { step[i] = kept * moment[i] + share * gradient[i] }
        OpenBLAS.orthogonalize(step, rows: matrix.rows, columns: matrix.columns)
        for i in values.indices { values[i] -= rate * matrix.pace.decay * values[i] + factor * step[i] }
      }
    }
    return norm
  }
}

extension SearchSpace {
  /// The filters of all convolutions that are not depthwise and that a normalization follows.
  fileprivate var matrices: Set<String> {
    let graph = graph(of: largest)
    let names = graph.nodes.compactMap { node -> String? in
      guard case .normalization = node.operation else { return nil }
      let producer = graph.nodes[node.inputs[0].node]
      guard case .convolution(let convolution) = producer.operation, convolution.groups == 1 else { return nil }
      return producer.weights[0].tensor
    }
    return Set(names)
  }
}

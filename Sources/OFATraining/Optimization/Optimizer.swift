import OFAEngine
import OFASpace

/// Moves weights against their gradients, step by step.
///
///     let norm = optimizer.step(weights: weights, gradients: gradients, learningRate: 0.1, team: team)
///
/// All that it remembers of earlier steps is in ``state``, so that a checkpoint is the weights and these arenas, and to
/// fill them is to resume. Channels that are sorted are sorted in them too, as in the weights.
///
/// Weight decay acts on filters and linear weights alone. Biases, normalization scales and shifts are left out as
/// usual, and so are the kernel transforms: these start at the identity, and decay would pull the small kernels towards
/// nothing instead of towards the centre of the large ones (the reference does that). A tensor's learning rate may be
/// another by its role too.
public protocol Optimizer: AnyObject {
  /// What it remembers, by the names that a checkpoint gives the arenas; all zero before the first step.
  var state: [(name: String, arena: TensorArena)] { get }
  /// The largest length that the whole gradient may have; a longer one is scaled down to it. None: no bound.
  var maximumGradientNorm: Double? { get }

  /// Moves the weights one step against the gradients.
  ///
  /// - Returns: the length of the whole gradient before clipping.
  @discardableResult
  func step(weights: TensorArena, gradients: TensorArena, learningRate: Double, team: ThreadTeam) -> Double
}

extension Optimizer {
  /// Forgets all earlier steps.
  public func reset() {
    for (_, arena) in state { arena.clear() }
  }

  /// The factor that brings a gradient of a length within the bound.
  func clipping(_ norm: Double) -> Float { maximumGradientNorm.map { norm > $0 ? Float($0 / norm) : 1 } ?? 1 }
}

extension SearchSpace {
  /// How each tensor moves: decay where its role has it, and the role's factor of the learning rate, 1 unless given.
  func paces(weightDecay: Double, rates: [SupernetTensor.Role: Double]) -> [Pace] {
    tensors.map { Pace(rate: Float(rates[$0.role] ?? 1), decay: $0.role.isDecayed ? Float(weightDecay) : 0) }
  }
}

extension [SupernetTensor.Role: Double] {
  /// The factors of an optimizer that makes every value's step as long as the rate, however weak its gradient.
  ///
  /// What a gate reads is hardly ever negative, so that such steps of its weights add up; where its units are shut, no
  /// gradient comes back, to the channels behind it neither. After five epochs of CIFAR-10 on `mbv3-32-wide`'s largest
  /// subnet, at a rate of 0.01, 51 % of all weights had no gradient any more; with gates at a tenth of it, 5 %.
  public static var adaptive: Self { [.gate: 0.1, .gateBias: 0.1] }
}

extension SupernetTensor.Role {
  /// Whether weight decay acts on such a tensor.
  public var isDecayed: Bool {
    switch self {
    case .filter, .gate, .linear: true
    case .bias, .gateBias, .scale, .shift, .kernelTransform: false
    }
  }
}

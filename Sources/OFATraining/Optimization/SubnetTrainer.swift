import OFAEngine
import OFASpace
import OFASupernet

/// Trains subnets of one supernet, a batch a step.
public final class SubnetTrainer {
  /// What is trained.
  public let supernet: Supernet
  /// The optimizer with its velocity.
  public let optimizer: MomentumOptimizer
  private let gradients: TensorArena
  private let workspace = Workspace()
  private let team: ThreadTeam

  /// A trainer of a supernet.
  public init(supernet: Supernet, optimizer: MomentumOptimizer, team: ThreadTeam) {
    self.supernet = supernet
    self.optimizer = optimizer
    self.gradients = TensorArena(supernet.weights.layout)
    self.team = team
  }

  /// What a step did.
  public struct Result: Hashable, Sendable {
    /// The mean loss of the subnets in nats.
    public var loss: Double
    /// The length of the whole gradient before clipping.
    public var gradientNorm: Double
  }

  /// Makes one step: the gradient of the subnets' mean loss moves the weights once.
  ///
  /// - Parameters:
  ///   - subnets: canonical subnets at the images' resolution; at least one. The first teaches the others.
  ///   - images: [images, resolution, resolution, channels], flat.
  ///   - targets: what the labels want the logits to become; see ``Loss``.
  ///   - distillation: how much of the others' targets the first subnet's answers give, 0...1; the labels give the
  ///     rest.
  /// - Note: Yu et al., BigNAS, 2020, §3 (in-place distillation). The code of Once-for-All adds the gradients up
  ///   instead, so that its learning rates are larger than they say.
  public func step(
    subnets: [Subnet], images: [Float], targets: Rows, distillation: Double = 0, learningRate: Double
  ) -> Result {
    precondition(!subnets.isEmpty, "A step needs a subnet.")
    gradients.clear(team: team)
    let weight = 1 / Float(subnets.count)
    var (loss, answers) = addGradient(of: subnets[0], images: images, targets: targets, weight: weight)
    var taught = targets.scaled(by: Float(1 - distillation))
    taught.add(Loss.softmax(answers), times: Float(distillation))
    for subnet in subnets.dropFirst() {
      loss += addGradient(of: subnet, images: images, targets: taught, weight: weight).loss
    }
    let norm = optimizer.step(weights: supernet.weights, gradients: gradients, learningRate: learningRate, team: team)
    return Result(loss: loss * Double(weight), gradientNorm: norm)
  }

  /// Adds a subnet's gradient times a weight; returns its loss and its logits.
  private func addGradient(
    of subnet: Subnet, images: [Float], targets: Rows, weight: Float
  ) -> (loss: Double, logits: Rows) {
    let plan = TrainingPlan(
      graph: supernet.space.graph(of: subnet), batch: targets.count, layout: supernet.weights.layout,
      workspace: workspace)
    return images.withUnsafeBufferPointer { images in
      let logits = Rows(
        width: targets.width, values: Array(plan.forward(weights: supernet.weights, images: images, team: team)))
      let (loss, gradient) = Loss.crossEntropy(logits, targets: targets)
      gradient.scaled(by: weight).values.withUnsafeBufferPointer {
        plan.backward(
          weights: supernet.weights, gradients: gradients, images: images, logitGradients: $0, team: team)
      }
      return (loss, logits)
    }
  }
}

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
    /// The mean over the subnets of the loss, in nats per unit of the targets' weight.
    public var loss: Double
    /// The length of the whole gradient before clipping.
    public var gradientNorm: Double
  }

  /// Makes one step: the gradients of all subnets, added up in their order, move the weights once.
  ///
  /// - Parameters:
  ///   - subnets: canonical subnets at the images' resolution; at least one.
  ///   - images: [images, resolution, resolution, channels], flat.
  ///   - targets: what the logits are to become; see ``Loss``.
  /// - Note: summed, not averaged, as in the code of Once-for-All: n equal subnets make n times the gradient.
  public func step(subnets: [Subnet], images: [Float], targets: Rows, learningRate: Double) -> Result {
    precondition(!subnets.isEmpty, "A step needs a subnet.")
    gradients.clear()
    var loss = 0.0
    for subnet in subnets { loss += addGradient(of: subnet, images: images, targets: targets) }
    let norm = optimizer.step(weights: supernet.weights, gradients: gradients, learningRate: learningRate, team: team)
    let mass = targets.values.reduce(0.0) { $0 + Double($1) } / Double(targets.count)
    return Result(loss: loss / Double(subnets.count) / mass, gradientNorm: norm)
  }

  /// Adds a subnet's gradient and returns its loss.
  private func addGradient(of subnet: Subnet, images: [Float], targets: Rows) -> Double {
    let plan = TrainingPlan(
      graph: supernet.space.graph(of: subnet), batch: targets.count, layout: supernet.weights.layout,
      workspace: workspace)
    return images.withUnsafeBufferPointer { images in
      let logits = plan.forward(weights: supernet.weights, images: images, team: team)
      let (loss, gradient) = Loss.crossEntropy(Rows(width: targets.width, values: Array(logits)), targets: targets)
      gradient.values.withUnsafeBufferPointer {
        plan.backward(
          weights: supernet.weights, gradients: gradients, images: images, logitGradients: $0, team: team)
      }
      return loss
    }
  }
}

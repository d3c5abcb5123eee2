import OFAEngine

/// How the gradients of a step's shards become one.
///
/// A batch is cut into shards, each with statistics of its own. Their gradients are added up one after another, in the
/// shards' order, so that the sum has the same bytes whoever computes which.
public final class GradientExchange {
  /// How many shards a batch is cut into.
  public let shards: Int
  private var sum: TensorArena?

  /// An exchange between shards that are all computed here.
  ///
  /// - Precondition: there is at least one.
  public init(shards: Int = 1) {
    precondition(shards > 0, "A batch has at least one shard.")
    self.shards = shards
  }

  /// The sum of the shards' gradients, to be read before the next one is made, and that of their losses.
  ///
  /// - Precondition: there are as many as shards.
  func combine(
    _ gradients: [TensorArena], losses: [Double], team: ThreadTeam
  ) -> (gradients: TensorArena, loss: Double) {
    precondition(gradients.count == shards && losses.count == shards, "Every shard has a gradient and a loss.")
    let loss = losses.reduce(0, +)
    guard shards > 1 else { return (gradients[0], loss) }
    let sum = sum ?? TensorArena(gradients[0].layout)
    self.sum = sum
    sum.assignSum(of: gradients, team: team)
    return (sum, loss)
  }
}

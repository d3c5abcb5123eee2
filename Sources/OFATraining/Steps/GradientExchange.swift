import OFACluster
import OFAEngine

/// How the gradients of a step's shards, here and on other ranks, become one.
///
/// A batch is cut into shards, each with statistics of its own. Their gradients are added up one after another, in the
/// shards' order, so that the sum has the same bytes whoever computes which.
///
/// Of each range of the gradients every rank sums a part: it is sent that part of all shards' gradients, and sends the
/// sum to all others. A range is sent as soon as the way back is past it, from the last tensors to the first.
///
/// - Note: the two halves are those of Thakur et al., Optimization of Collective Communication Operations in MPICH,
///   2005, §4.5. What the order costs is that a rank of several shards sends each one's gradients.
public final class GradientExchange {
  /// How many shards a batch is cut into.
  public let shards: Int
  /// Those whose gradients are computed here.
  public let own: Range<Int>
  private let cluster: Cluster
  private var memory: Memory?
  /// What the current step has sent, and waits for of each range.
  private var sent: [any Transfer] = []
  private var awaited: [[any Transfer]] = []

  /// Where gradients of others come to, and the sums.
  private struct Memory {
    var ranges: [Range<Int>]
    var sum: TensorArena
    /// By shard; this rank's part of each range under the range's number.
    var received: [Int: TensorArena]
  }

  /// An exchange between the shards of a batch, which the ranks of a cluster share in order.
  ///
  /// - Precondition: every rank has a shard.
  public init(shards: Int = 1, cluster: Cluster = .alone) {
    precondition(shards >= cluster.ranks, "Every rank has a shard.")
    self.shards = shards
    self.cluster = cluster
    own = Self.shards(of: cluster.rank, among: cluster.ranks, shards)
  }

  private static func shards(of rank: Int, among ranks: Int, _ shards: Int) -> Range<Int> {
    rank * shards / ranks..<(rank + 1) * shards / ranks
  }

  /// The part of a range that a rank sums: whole panels.
  private func part(of range: Range<Int>, for rank: Int) -> Range<Int> {
    let panels = range.count / Self.panel
    func bound(_ rank: Int) -> Int { range.lowerBound + Self.panel * (panels * rank / cluster.ranks) }
    return bound(rank)..<bound(rank + 1)
  }

  private static let panel = TensorLayout.panel
  /// The floats of a range, or more: small enough that most is sent before the way back is over, large enough that
  /// messages are few.
  package static let leastFloats = 1 << 16

  private func makeMemory(_ layout: TensorLayout) -> Memory {
    let ranges = layout.ranges(ofAtLeast: Self.leastFloats)
    let parts = TensorLayout(ranges.enumerated().map { ("\($0)", [part(of: $1, for: cluster.rank).count]) })
    return Memory(
      ranges: ranges, sum: TensorArena(layout),
      received: Dictionary(
        uniqueKeysWithValues: (0..<shards).filter { !own.contains($0) }.map { ($0, TensorArena(parts)) }))
  }

  /// Begins a step: from here on others may send.
  ///
  /// - Returns: the ranges of each own shard's gradients that are to be sent, in order.
  /// - Throws: `Failure` when a rank is lost.
  func begin(_ layout: TensorLayout) throws -> [Range<Int>] {
    guard shards > 1 else { return [] }
    let memory = memory ?? makeMemory(layout)
    self.memory = memory
    sent = []
    awaited = try memory.ranges.indices.map { range in
      try cluster.others.flatMap { rank in
        try Self.shards(of: rank, among: cluster.ranks, shards).compactMap { shard in
          try memory.received[shard].map {
            try cluster.receive(UnsafeMutableRawBufferPointer($0["\(range)"]), from: rank, .gradients(shard))
          }
        }
      }
    }
    return cluster.ranks > 1 ? memory.ranges : []
  }

  /// Sends a range of the gradients of an own shard, to which nothing more is added.
  ///
  /// - Throws: `Failure` when a rank is lost.
  func send(_ range: Range<Int>, of shard: Int, _ gradients: TensorArena) throws {
    for rank in cluster.others {
      let part = UnsafeRawBufferPointer(gradients[part(of: range, for: rank)])
      sent.append(try cluster.send(part, to: rank, .gradients(shard)))
    }
    try cluster.goOn(with: &sent)
  }

  /// The sum of all shards' gradients, to be read before the next step, and that of their losses.
  ///
  /// - Parameters:
  ///   - gradients: of the own shards, in order.
  ///   - losses: theirs.
  /// - Throws: `Failure` when a rank is lost.
  func combine(
    _ gradients: [TensorArena], losses: [Double], team: ThreadTeam
  ) throws -> (gradients: TensorArena, loss: Double) {
    precondition(gradients.count == own.count && losses.count == own.count, "Every shard has a gradient and a loss.")
    guard let memory else { return (gradients[0], losses[0]) }
    for (index, range) in memory.ranges.enumerated() {
      try cluster.wait(awaited[index])
      let part = part(of: range, for: cluster.rank)
      let sum = memory.sum[part]
      sum.assignSum(
        of: (0..<shards).map { memory.received[$0]?["\(index)"] ?? gradients[$0 - own.lowerBound][part] }, team: team)
      for rank in cluster.others {
        let theirs = memory.sum[self.part(of: range, for: rank)]
        sent.append(try cluster.send(UnsafeRawBufferPointer(sum), to: rank, .sums))
        sent.append(try cluster.receive(UnsafeMutableRawBufferPointer(theirs), from: rank, .sums))
      }
    }
    try cluster.wait(sent)
    return (memory.sum, try all(losses).reduce(0, +))
  }

  /// The losses of all shards, in order.
  private func all(_ losses: [Double]) throws -> [Double] {
    var all = Array(repeating: 0.0, count: shards)
    all.replaceSubrange(own, with: losses)
    try all.withUnsafeMutableBufferPointer { all in
      func part(_ rank: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(
          UnsafeMutableBufferPointer(rebasing: all[Self.shards(of: rank, among: cluster.ranks, shards)]))
      }
      try cluster.wait(
        try cluster.others.flatMap { rank in
          [
            try cluster.send(UnsafeRawBufferPointer(part(cluster.rank)), to: rank, .losses),
            try cluster.receive(part(rank), from: rank, .losses),
          ]
        })
    }
    return all
  }

  /// The first of what the ranks have to say, for the leader.
  ///
  /// - Throws: `Failure` when a rank is lost.
  func first(of remark: String?) throws -> String? {
    try cluster.gather([remark].compactMap { $0 })?.joined().first
  }
}

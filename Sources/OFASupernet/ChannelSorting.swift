import OFAEngine
import OFASpace

extension Supernet {
  /// Permutes the elastic channels so that the important ones come first and are what a narrower subnet keeps.
  ///
  /// The importance of a middle channel is the L1 norm of the column of the next layer's weight that reads it; the
  /// hidden units of a squeeze-excite are ranked the same way after them. Channels move in bands: the boundaries are
  /// the widths that `supported` subnets use, and a channel stays in its band, so that the function of each of these
  /// (and of any subnet that uses only their widths) is unchanged but for the order of summation. Within a band,
  /// importance falls; equal ones keep their order.
  ///
  /// - Parameters:
  ///   - supported: subnets whose function is to be kept; the whole width always is.
  ///   - others: arenas whose channels belong to the weights', such as an optimizer's state and an average, and move
  ///     with them. What an arena holds under names that are no tensors of the space stays.
  /// - Complexity: one pass over the weights.
  /// - Note: Once-for-All, 2020, §3.3 (elastic width). The reference ranks the hidden units of squeeze-excite without
  ///   bands, which perturbs the widths already trained; here they have bands too.
  public func sortChannels(supporting supported: [Subnet] = [], alsoPermuting others: [TensorArena] = []) {
    let graphs = supported.map { space.graph(of: $0) }
    for elastic in space.elasticChannels {
      let key = elastic.importance
      var boundaries: Set<Int> = [weights.layout.shape(of: key.tensor)[key.axis]]
      for graph in graphs {
        for node in graph.nodes {
          for weight in node.weights where weight.tensor == key.tensor {
            boundaries.insert(weight.ranges[key.axis].upperBound)
          }
        }
      }
      let order = self.order(byImportanceOf: key, boundaries: boundaries.sorted())
      for arena in [weights] + others {
        for member in elastic.members where arena.layout[member.tensor] != nil { arena.permute(member, by: order) }
      }
    }
  }

  /// The L1 norm of each slice of a tensor along an axis: the importance that sorting goes by.
  public func importance(of channels: ElasticChannels.Axis) -> [Double] {
    let (outer, count, inner) = weights.layout.extents(of: channels)
    let values = weights[channels.tensor]
    var sums = [Double](repeating: 0, count: count)
    for o in 0..<outer {
      for c in 0..<count {
        let start = (o * count + c) * inner
        for i in start..<start + inner { sums[c] += Double(abs(values[i])) }
      }
    }
    return sums
  }

  /// For each new place the old one, bands apart.
  private func order(byImportanceOf channels: ElasticChannels.Axis, boundaries: [Int]) -> [Int] {
    let importance = importance(of: channels)
    var order: [Int] = []
    var start = 0
    for end in boundaries {
      order += (start..<end).sorted { (importance[$1], $0) < (importance[$0], $1) }
      start = end
    }
    return order
  }
}

extension TensorArena {
  fileprivate func permute(_ channels: ElasticChannels.Axis, by order: [Int]) {
    let (outer, count, inner) = layout.extents(of: channels)
    precondition(order.count == count, "\(channels.tensor) does not have \(order.count) channels.")
    let values = self[channels.tensor]
    let old = Array(values)
    for o in 0..<outer {
      for (new, source) in order.enumerated() {
        let target = (o * count + new) * inner
        let origin = (o * count + source) * inner
        for i in 0..<inner { values[target + i] = old[origin + i] }
      }
    }
  }
}

extension TensorLayout {
  /// The shape of a tensor.
  ///
  /// - Precondition: there is one of that name.
  func shape(of tensor: String) -> [Int] {
    guard let entry = self[tensor] else { preconditionFailure("There is no tensor \(tensor).") }
    return entry.shape
  }

  /// A tensor seen as [outer, count, inner] around an axis.
  func extents(of axis: ElasticChannels.Axis) -> (outer: Int, count: Int, inner: Int) {
    let shape = shape(of: axis.tensor)
    return (
      shape[..<axis.axis].reduce(1, *), shape[axis.axis], shape[(axis.axis + 1)...].reduce(1, *)
    )
  }
}

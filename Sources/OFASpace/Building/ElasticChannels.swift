/// Channels of which a narrower subnet uses the leading ones: what sorting them by importance needs.
///
/// Sorting moves the channels of all `members` together, which leaves the function of the whole width as it is.
/// Channels move only within the bands between neighbouring `widths`, if those widths are already trained.
///
/// - Note: Once-for-All, 2020, §3.3 (elastic width). The hidden channels of squeeze-and-excitation are banded by their
///   own widths too, which the original leaves out, so that sorting keeps the narrower widths of such blocks as they
///   are.
public struct ElasticChannels: Hashable, Sendable {
  /// One axis of a supernet tensor.
  public struct Axis: Hashable, Sendable {
    /// The tensor's name.
    public let tensor: String
    /// Which of its axes.
    public let axis: Int

    /// The `axis`-th axis of the tensor that is called `tensor`.
    public init(_ tensor: String, _ axis: Int) {
      self.tensor = tensor
      self.axis = axis
    }
  }

  /// The distinct widths that subnets use, ascending; the last is the number of channels.
  public let widths: [Int]
  /// Where the channels are read: a channel's importance is the sum of the magnitudes of the weights that read it.
  public let importance: Axis
  /// All axes that are permuted together, the importance's among them.
  public let members: [Axis]

  package init(widths: [Int], importance: Axis, members: [Axis]) {
    (self.widths, self.importance, self.members) = (widths, importance, members)
  }
}

extension SearchSpace {
  /// The elastic channels of every elastic block inside it, in the order in which they are to be sorted. Widths between
  /// blocks are not sorted.
  public var elasticChannels: [ElasticChannels] { blueprint.blocks.flatMap(\.elasticChannels) }
}

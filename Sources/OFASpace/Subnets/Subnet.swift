/// One network of a space: its input size, and an option for each of the space's decisions.
///
/// It means nothing without its space, which makes it, and writes it for people and programs as a ``SubnetDocument`` or
/// an id. A subnet is *canonical* when it has the first option for each decision that it does not have, such as those
/// of blocks that a depth leaves out, so that equal networks are equal values; ``SearchSpace`` makes only such.
public struct Subnet: Hashable, Sendable {
  /// The input's height and width in pixels.
  public var resolution: Int
  /// For each decision the place of an option.
  package var options: [UInt8]

  package init(resolution: Int, options: [UInt8]) {
    (self.resolution, self.options) = (resolution, options)
  }

  /// All options at once, not one by one: a search looks up hundreds of thousands.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(resolution)
    options.withUnsafeBytes { hasher.combine(bytes: $0) }
  }

  /// The place of the option that is chosen for a decision.
  package subscript(decision: Int) -> Int {
    get { Int(options[decision]) }
    set { options[decision] = UInt8(newValue) }
  }
}

import OFAGraph

/// A key of a published latency table, taken apart: a kind of layer, what it reads and makes, and a block's attributes.
///
///     expanded_conv-input:56x56x32-output:28x28x48-expand:96-kernel:3-stride:2-idskip:0-se:1-hs:0
///     Logits-input:1x1x1536-output:1000
struct TableKey: Hashable {
  /// What stands before the first dash.
  let kind: String
  /// What enters, at most 2¹⁶ in each direction; a single number is that many channels of one position.
  let input: Shape
  /// What comes out.
  let output: Shape
  /// The names of what follows the shapes, in order.
  let attributeNames: [String]
  /// What follows the shapes; 0…2¹⁶.
  let attributes: [String: Double]

  /// Takes a key apart; nil when it is not of this form.
  init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let fields = parts.dropFirst().map { $0.split(separator: ":", omittingEmptySubsequences: false) }
    guard fields.count >= 2, fields.allSatisfy({ $0.count == 2 }), fields[0][0] == "input", fields[1][0] == "output",
      let input = Self.shape(fields[0][1]), let output = Self.shape(fields[1][1])
    else { return nil }
    var attributes: [String: Double] = [:]
    for field in fields.dropFirst(2) {
      guard let value = Double(field[1]), 0...Double(Self.largest) ~= value else { return nil }
      attributes[String(field[0])] = value
    }
    kind = String(parts[0])
    self.input = input
    self.output = output
    attributeNames = fields.dropFirst(2).map { String($0[0]) }
    self.attributes = attributes
  }

  /// An attribute that is a whole number in a range; nil when it is not, or is not there.
  func whole(_ name: String, in range: ClosedRange<Int>) -> Int? {
    attributes[name].flatMap { Int(exactly: $0) }.flatMap { range.contains($0) ? $0 : nil }
  }

  /// Whether an attribute is 1; nil when it is neither 0 nor 1, or is not there.
  func flag(_ name: String) -> Bool? { whole(name, in: 0...1).map { $0 == 1 } }

  private static let largest = 1 << 16

  private static func shape(_ text: Substring) -> Shape? {
    let sizes = text.split(separator: "x", omittingEmptySubsequences: false).compactMap { Int($0) }
    guard sizes.allSatisfy({ 1...largest ~= $0 }) else { return nil }
    switch sizes.count {
    case 3 where text.count(where: { $0 == "x" }) == 2:
      return .image(height: sizes[0], width: sizes[1], channels: sizes[2])
    case 1 where !text.contains("x"): return .image(height: 1, width: 1, channels: sizes[0])
    default: return nil
    }
  }
}

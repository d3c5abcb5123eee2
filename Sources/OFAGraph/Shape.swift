/// The dimensions of one sample of a tensor; the batch is the engine's business.
///
/// An image is (height, width, channels), a sequence (tokens, features), a vector of features a 1 × 1 image. Elements
/// are float32 and lie with the last dimension contiguous (images are NHWC).
public struct Shape: Hashable, Sendable {
  /// The sizes, outermost first; all at least 1.
  public let dimensions: [Int]

  /// A shape with the given sizes.
  public init(_ dimensions: [Int]) {
    precondition(dimensions.allSatisfy { $0 > 0 }, "A shape's dimensions are positive, not \(dimensions).")
    self.dimensions = dimensions
  }

  /// The shape of an image.
  public static func image(height: Int, width: Int, channels: Int) -> Shape {
    Shape([height, width, channels])
  }

  /// The number of elements of one sample.
  public var count: Int { dimensions.reduce(1, *) }

  /// The size of the last dimension: an image's channels, a sequence's features.
  public var channels: Int { dimensions[dimensions.count - 1] }

  /// The number of positions that share the channels: height × width, or tokens.
  public var positions: Int { count / channels }

  /// An image's height.
  public var height: Int { dimensions[0] }

  /// An image's width.
  public var width: Int { dimensions[1] }
}

extension Shape: CustomStringConvertible {
  /// The sizes joined by `x`, as in `32x32x3`.
  public var description: String { dimensions.map(String.init).joined(separator: "x") }
}

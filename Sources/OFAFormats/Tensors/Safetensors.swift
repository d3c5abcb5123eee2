/// Named arrays of numbers, and some words about them, in one file.
///
///     let tensors = [Safetensors.Tensor("stem.filter", shape: [16, 3, 3, 3], values: filter)]
///     try Safetensors(tensors: tensors).write(to: "weights.safetensors")
///     let weights = try Safetensors(reading: "weights.safetensors")
///     weights["stem.filter"]?.values
///
/// The file is the length of its header (8 bytes, little-endian), the header (a JSON object: for each name its element
/// type, shape and byte range), and the bytes, row-major and little-endian.
///
/// - Note: github.com/huggingface/safetensors, "Format".
public struct Safetensors: Hashable, Sendable {
  /// One array.
  public struct Tensor: Hashable, Sendable {
    /// Its name, unique in the file.
    public var name: String
    /// Its dimensions; none for a single number.
    public var shape: [Int]
    /// Its elements, row-major.
    public var values: [Float]

    /// An array of a shape.
    ///
    /// - Precondition: there are as many values as the shape says.
    public init(_ name: String, shape: [Int], values: [Float]) {
      precondition(values.count == shape.reduce(1, *), "\(name) has \(values.count) values for the shape \(shape).")
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  /// What the file says about itself.
  public var metadata: [String: String]
  /// The arrays; those of a file that was read are in the order of their names.
  public var tensors: [Tensor]

  /// Arrays with words about them.
  public init(metadata: [String: String] = [:], tensors: [Tensor]) {
    self.metadata = metadata
    self.tensors = tensors
  }

  /// The array of this name.
  ///
  /// - Complexity: O(arrays).
  public subscript(name: String) -> Tensor? { tensors.first { $0.name == name } }
}

/// How a node's weight comes from a tensor of the supernet: sliced along every axis, then perhaps taken to a smaller
/// kernel.
///
/// Nothing is copied to say this; one evaluator in the engine serves training, inference, export and the board.
public struct Weight: Hashable, Sendable {
  /// The supernet tensor's name.
  public var tensor: String
  /// The supernet tensor's whole shape.
  public var tensorShape: [Int]
  /// The part that is used along each axis of the tensor: a prefix of channels, say.
  public var ranges: [Range<Int>]
  /// The steps from the tensor's kernel size down to the one used, empty when the whole kernel is used. Only a filter
  /// [channels, 1, k, k] has them.
  public var kernelSteps: [KernelStep]

  /// A prefix of a tensor: the first `counts[i]` elements along axis `i`.
  public init(_ tensor: String, shape tensorShape: [Int], prefix counts: [Int], kernelSteps: [KernelStep] = []) {
    precondition(tensorShape.count == counts.count && zip(tensorShape, counts).allSatisfy { $0 >= $1 })
    self.tensor = tensor
    self.tensorShape = tensorShape
    self.ranges = counts.map { 0..<$0 }
    self.kernelSteps = kernelSteps
  }

  /// The whole of a tensor.
  public init(_ tensor: String, shape tensorShape: [Int]) {
    self.init(tensor, shape: tensorShape, prefix: tensorShape)
  }

  /// The shape of the value that the node reads.
  public var shape: [Int] {
    var shape = ranges.map { $0.count }  // a key path would be several times as slow, and this is asked for often
    if let last = kernelSteps.last {
      shape[shape.count - 2] = last.kernelSize
      shape[shape.count - 1] = last.kernelSize
    }
    return shape
  }

  /// The number of elements that the node reads.
  public var count: Int { shape.reduce(1, *) }
}

/// One step of an elastic kernel: crop the centred window, read it row by row, multiply by a learned matrix.
///
///     y = M · crop(x),   M is [kernelSize², kernelSize²], shared by all channels of the layer
///
/// - Note: Once-for-All, 2020, §3.3 (kernel transformation matrices). Without a matrix the step is the crop alone.
public struct KernelStep: Hashable, Sendable {
  /// The kernel size after the step.
  public var kernelSize: Int
  /// The name of the supernet tensor with the matrix.
  public var matrix: String?

  /// A step down to `kernelSize`.
  public init(to kernelSize: Int, matrix: String?) {
    self.kernelSize = kernelSize
    self.matrix = matrix
  }
}

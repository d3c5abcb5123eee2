/// What a node computes. Each case states its inputs, its weights in order, and its output's shape.
public enum Operation: Hashable, Sendable {
  /// The network's input. No inputs, no weights.
  case input

  /// A convolution; see ``Convolution``. One input; weights: the filter [out, in / groups, k, k], then a bias [out] if
  /// it has one.
  case convolution(Convolution)

  /// A fully connected layer over a vector: output = weight · input + bias. One 1 × 1 input; weights: [out, in], then a
  /// bias [out] if it has one.
  case linear

  /// Batch normalization: output = scale · (input − mean) / √(variance + epsilon) + shift, by channel. One input;
  /// weights: scale [channels], shift [channels]. Mean and variance are the batch's own in training, and otherwise a
  /// value that belongs to the subnet, made by recalibration and keyed by the node's name.
  case normalization(epsilon: Float)

  /// An element-wise function of one input.
  case activation(Activation)

  /// The largest element or the mean of each window; see ``Pooling``. One input.
  case pooling(Pooling)

  /// The mean over all positions. One input; a 1 × 1 output.
  case globalAveragePooling

  /// The product of an image and a 1 × 1 gate by channel: the last step of squeeze-and-excitation. Inputs: image, gate.
  case scaling

  /// The element-wise sum of two inputs of one shape.
  case addition
}

/// A two-dimensional convolution with zero padding of half the kernel.
///
///     output[y, x, o] = Σ i,j,c  input[y·stride + i − k/2, x·stride + j − k/2, c] · filter[o, c, i, j] + bias[o]
///
/// The output measures ⌊(size − 1) / stride⌋ + 1 in each direction. With `groups` equal to the channels it is
/// depthwise.
public struct Convolution: Hashable, Sendable {
  /// The filter's height and width; odd.
  public var kernelSize: Int
  /// The distance of neighbouring windows.
  public var stride: Int
  /// Into how many independent parts the channels are cut.
  public var groups: Int

  /// A convolution with an odd kernel size.
  public init(kernelSize: Int, stride: Int = 1, groups: Int = 1) {
    precondition(kernelSize % 2 == 1 && stride > 0 && groups > 0)
    self.kernelSize = kernelSize
    self.stride = stride
    self.groups = groups
  }

  /// The number of windows along a side of `size` elements.
  public func outputSize(_ size: Int) -> Int { (size - 1) / stride + 1 }
}

/// What becomes of each window of an image: a square of `size` elements, of which only those inside the image count.
///
/// The first window begins `padding` elements outside of the image, neighbours lie `stride` apart. There are as many as
/// windows of a convolution of that stride, ⌊(side − 1) / stride⌋ + 1 in each direction; the last may reach beyond the
/// image.
public struct Pooling: Hashable, Sendable {
  /// What a window comes to.
  public enum Kind: String, Hashable, Sendable {
    /// Its largest element.
    case max
    /// The mean of its elements.
    case mean
  }

  /// What a window comes to.
  public var kind: Kind
  /// A window's height and width.
  public var size: Int
  /// The distance of neighbouring windows.
  public var stride: Int
  /// How far the first window reaches out of the image; less than its size.
  public var padding: Int

  /// A pooling whose windows all have elements of the image.
  public init(_ kind: Kind, size: Int, stride: Int, padding: Int = 0) {
    precondition(size > 0 && stride > 0 && (0..<size).contains(padding))
    self.kind = kind
    self.size = size
    self.stride = stride
    self.padding = padding
  }

  /// The number of windows along a side of `size` elements.
  public func outputSize(_ size: Int) -> Int { (size - 1) / stride + 1 }
}

/// The element-wise functions of the spaces.
public enum Activation: String, Hashable, Sendable, Codable, CaseIterable {
  /// max(0, x).
  case relu
  /// min(6, max(0, x)).
  case relu6
  /// x · relu6(x + 3) / 6. MobileNetV3, 2019, §5.2.
  case hSwish = "h_swish"
  /// relu6(x + 3) / 6.
  case hSigmoid = "h_sigmoid"
}

/// Images as a network reads them, with what it is to make of each: a batch or a shard of one.
public struct TaughtBatch: Sendable {
  /// [images, resolution, resolution, channels], flat.
  public var images: [Float]
  /// A share for each class, [images, classes].
  public var targets: Rows
  /// The part of its step's images that these are, 0…1.
  public var share: Float

  /// Images with their targets; by default all of a step's.
  ///
  /// - Precondition: the images are whole, and as many as the targets' rows.
  public init(images: [Float], targets: Rows, share: Float = 1) {
    precondition(targets.count > 0 && images.count % targets.count == 0, "Images and targets do not agree.")
    (self.images, self.targets, self.share) = (images, targets, share)
  }

  /// Mixes the first image with the last, the second with the last but one, and so on, their targets alike.
  ///
  ///     x[i] ← share · x[i] + (1 − share) · x[n − 1 − i]
  ///
  /// - Note: Zhang et al., mixup: Beyond Empirical Risk Minimization, 2018, in the form of Once-for-All's code, which
  ///   turns the batch round for the other half of the pairs.
  package mutating func mix(share: Float) {
    Self.mix(&images, rows: targets.count, share: share)
    Self.mix(&targets.values, rows: targets.count, share: share)
  }

  private static func mix(_ values: inout [Float], rows: Int, share: Float) {
    let width = values.count / rows
    values.withUnsafeMutableBufferPointer { values in
      // The middle row of an odd number is its own partner, and stays.
      for row in 0..<rows / 2 {
        let (one, other) = (row * width, (rows - 1 - row) * width)
        for index in 0..<width {
          let (x, y) = (values[one + index], values[other + index])
          values[one + index] = share * x + (1 - share) * y
          values[other + index] = share * y + (1 - share) * x
        }
      }
    }
  }
}

/// Makes batches of normalized images, at any resolution.
///
///     let loader = BatchLoader(data.train, data.normalization, augmentation: data.augmentation)
///     let order = loader.order(using: &orderGenerator)                        // once an epoch
///     let batch = loader.batch(of: order[0..<128], resolution: 28, using: &stepGenerator)
///     batch.fill(0..<128, into: buffer)                                       // or pieces of it on several threads
///
/// It has no state: an epoch's order and a step's changes follow from the generators passed in, so that a run that
/// resumes at a step sees what it would have seen.
public struct BatchLoader: Sendable {
  /// The images that batches are made of.
  public let images: ImageSet
  /// How they are normalized.
  public let normalization: Normalization
  /// How the images of training batches are changed.
  public let augmentation: Augmentation

  /// A loader of some images.
  ///
  /// - Precondition: the normalization has the images' channels.
  public init(_ images: ImageSet, _ normalization: Normalization, augmentation: Augmentation = .none) {
    precondition(normalization.means.count == images.channels, "The normalization is of other images.")
    (self.images, self.normalization, self.augmentation) = (images, normalization, augmentation)
  }

  /// All images in random order: an epoch. Training leaves out what does not fill a last batch.
  public func order(using generator: inout some RandomNumberGenerator) -> [Int] {
    Array(0..<images.count).shuffled(using: &generator)
  }

  /// The given images, each changed at random.
  ///
  /// All random choices are made here, in the order of the images.
  public func batch(
    of indices: some Collection<Int>, resolution: Int, using generator: inout some RandomNumberGenerator
  ) -> Batch {
    let (rows, columns) = (augmentation.shift(side: images.height), augmentation.shift(side: images.width))
    let erased = augmentation.erasedSide(side: resolution)
    func span() -> Range<Int> {
      let first = Int.random(in: 0..<resolution, using: &generator) - erased / 2
      return max(first, 0)..<min(first + erased, resolution)
    }
    let views = indices.map { index in
      Batch.View(
        image: index, row: Int.random(in: -rows...rows, using: &generator),
        column: Int.random(in: -columns...columns, using: &generator),
        isMirrored: augmentation.mirrors && Bool.random(using: &generator),
        erased: erased > 0 ? (rows: span(), columns: span()) : nil)
    }
    return Batch(loader: self, views: views, resolution: resolution)
  }

  /// The given images as they are.
  public func batch(of indices: some Collection<Int>, resolution: Int) -> Batch {
    let views = indices.map { Batch.View(image: $0, row: 0, column: 0, isMirrored: false, erased: nil) }
    return Batch(loader: self, views: views, resolution: resolution)
  }

  /// All images as they are and in order, or the first `limit` of them; the last batch is shorter where they do not
  /// fill it.
  ///
  /// - Precondition: `size` is positive.
  public func batches(of size: Int, resolution: Int, limit: Int = .max) -> [Batch] {
    precondition(size > 0, "A batch has at least one image.")
    let count = min(images.count, limit)
    return stride(from: 0, to: count, by: size).map { batch(of: $0..<min($0 + size, count), resolution: resolution) }
  }
}

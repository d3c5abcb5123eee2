import OFANumerics

/// Makes batches of normalized images, at any resolution.
///
///     let loader = BatchLoader(data.train, data.normalization, augmentation: data.augmentation)
///     let order = loader.order(using: &generator)                             // once an epoch
///     let batch = loader.batch(of: order[0..<128], resolution: 28, epoch: 3, seed: 7)
///     batch.fill(0..<128, into: buffer)                                       // or pieces of it on several threads
///
/// It has no state: what is drawn for an image follows from the seed, the epoch and the image alone, so that a run that
/// resumes at a step sees what it would have seen, however the images are dealt out.
public struct BatchLoader: Sendable {
  /// The images that batches are made of.
  public let images: ImageSet
  /// How they are normalized.
  public let normalization: Normalization
  /// How the images of training batches are changed.
  public var augmentation: Augmentation
  /// How much of an image's sides is seen where it is not changed, in its middle; 1: all of it.
  public let centerFraction: Double

  /// A loader of some images, of all that there is in them unless told otherwise.
  ///
  /// - Precondition: the normalization has the images' channels.
  public init(
    _ images: ImageSet, _ normalization: Normalization, augmentation: Augmentation = .none,
    centerFraction: Double? = nil
  ) {
    precondition(normalization.means.count == images.channels, "The normalization is of other images.")
    (self.images, self.normalization, self.augmentation) = (images, normalization, augmentation)
    self.centerFraction = centerFraction ?? 1
  }

  /// All images in random order: an epoch. Training leaves out what does not fill a last batch.
  public func order(using generator: inout some RandomNumberGenerator) -> [Int] {
    Array(0..<images.count).shuffled(using: &generator)
  }

  /// The given images, each changed as is drawn for it in an epoch.
  public func batch(of indices: some Collection<Int>, resolution: Int, epoch: Int, seed: UInt64) -> Batch {
    batch(of: indices, resolution: resolution) {
      augmentation.view(of: $0, in: images.source, resolution: resolution, epoch: epoch, seed: seed)
    }
  }

  /// The given images as they are.
  public func batch(of indices: some Collection<Int>, resolution: Int) -> Batch {
    batch(of: indices, resolution: resolution) {
      View(place: $0, window: images.source.frame(of: $0).center(centerFraction))
    }
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

  private func batch(of indices: some Collection<Int>, resolution: Int, _ view: (Int) -> View) -> Batch {
    Batch(
      images.source, normalization, views: indices.map { view(images.places[$0]) },
      labels: indices.map { images.labels[$0] }, resolution: resolution)
  }
}

extension ImageSet {
  /// What is seen of some images, resized to squares: bytes [images, side, side, C].
  public func squares(_ indices: some Collection<Int>, side: Int) -> [UInt8] {
    BatchLoader(self, .bytes(channels: channels)).batch(of: indices, resolution: side).values()
      .map { UInt8(min(max($0.rounded(), 0), 255)) }
  }
}

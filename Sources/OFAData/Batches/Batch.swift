/// Some images as a network will see them: chosen, but not yet computed.
///
/// Computing is left to whoever has threads: every image can be filled in on its own, and its values do not depend on
/// who fills in which.
public struct Batch: Sendable {
  /// One image, shifted, perhaps mirrored and with a part erased: row `y` and column `x` show the image's row
  /// `y + row`, column `x + column`.
  struct View: Sendable {
    let image: Int
    let row: Int
    let column: Int
    let isMirrored: Bool
    /// Rows and columns of the batch's image.
    let erased: (rows: Range<Int>, columns: Range<Int>)?
  }

  /// Rows and columns of each image.
  public let resolution: Int
  /// The class of each image.
  public let labels: [Int]

  private let images: ImageSet
  private let views: [View]
  private let rows: Resampling
  private let columns: Resampling
  /// The normalization of one row, [resolution, C], as a product and a sum.
  private let factors: [Float]
  private let summands: [Float]

  init(loader: BatchLoader, views: [View], resolution: Int) {
    precondition(resolution > 0, "An image has at least one pixel.")
    self.resolution = resolution
    self.views = views
    images = loader.images
    labels = views.map { loader.images.labels[$0.image] }
    rows = Resampling(from: images.height, to: resolution)
    columns = Resampling(from: images.width, to: resolution)
    let moments = zip(loader.normalization.means, loader.normalization.standardDeviations)
    factors = (0..<resolution).flatMap { _ in moments.map { 1 / (255 * $1) } }
    summands = (0..<resolution).flatMap { _ in moments.map { -$0 / $1 } }
  }

  /// How many images there are.
  public var count: Int { views.count }

  /// How many values an image has.
  public var valuesPerImage: Int { resolution * resolution * images.channels }

  /// All the values, [N, H, W, C].
  public func values() -> [Float] {
    [Float](unsafeUninitializedCapacity: count * valuesPerImage) { buffer, initialized in
      fill(0..<count, into: buffer)
      initialized = buffer.count
    }
  }

  /// Computes some of the images: shifted, mirrored, resized, normalized, and a part erased.
  ///
  /// Resizing is bilinear, with the filter widened where the image shrinks.
  ///
  /// - Parameter buffer: the whole batch, [N, H, W, C]; only the values of the images in `range` are written.
  /// - Precondition: the buffer has room for the whole batch.
  /// - Complexity: allocates nothing but a row.
  public func fill(_ range: Range<Int>, into buffer: UnsafeMutableBufferPointer<Float>) {
    precondition(buffer.count >= count * valuesPerImage, "The buffer is too small for the batch.")
    guard let output = buffer.baseAddress, !range.isEmpty else { return }
    let channels = images.channels
    images.pixels.withUnsafeBufferPointer { pixels in
      guard let pixels = pixels.baseAddress else { return }
      withUnsafeTemporaryAllocation(of: Float.self, capacity: (images.width + resolution) * channels) { rows in
        guard let source = rows.baseAddress else { return }
        for index in range {
          fill(
            views[index], pixels + views[index].image * images.bytesPerImage, output + index * valuesPerImage,
            source, source + images.width * channels)
        }
      }
    }
  }

  /// Computes one image, row by row: first the source rows that make it, then along the row.
  private func fill(
    _ view: View, _ image: UnsafePointer<UInt8>, _ output: UnsafeMutablePointer<Float>,
    _ source: UnsafeMutablePointer<Float>, _ resized: UnsafeMutablePointer<Float>
  ) {
    let channels = images.channels
    let sourceRow = images.width * channels
    let outputRow = resolution * channels
    // The columns that the shifted image has; the others stay black.
    let firstSeen = min(max(-view.column, 0), images.width)
    let seen = firstSeen..<max(firstSeen, min(images.width - view.column, images.width))
    for y in 0..<resolution {
      source.update(repeating: 0, count: sourceRow)
      rows.forEachTap(of: y) { tap, weight in
        let row = tap + view.row
        guard 0..<images.height ~= row, !seen.isEmpty else { return }
        let pixels = image + row * sourceRow + (seen.lowerBound + view.column) * channels
        let target = source + seen.lowerBound * channels
        for index in 0..<(seen.count * channels) { target[index] += weight * Float(pixels[index]) }
      }
      var row = source
      if !columns.isIdentity {
        columns.apply(source, resized, channels: channels)
        row = resized
      }
      let target = output + y * outputRow
      factors.withUnsafeBufferPointer { factors in
        summands.withUnsafeBufferPointer { summands in
          if view.isMirrored {
            for x in 0..<resolution {
              for channel in 0..<channels {
                let from = (resolution - 1 - x) * channels + channel
                target[x * channels + channel] = row[from] * factors[channel] + summands[channel]
              }
            }
          } else {
            for index in 0..<outputRow { target[index] = row[index] * factors[index] + summands[index] }
          }
        }
      }
    }
    // Zero is the mean.
    guard let erased = view.erased else { return }
    for y in erased.rows {
      (output + y * outputRow + erased.columns.lowerBound * channels).update(
        repeating: 0, count: erased.columns.count * channels)
    }
  }
}

/// Some images as a network will see them: chosen, but not yet computed.
///
/// Computing is left to whoever has threads: every image can be filled in on its own, and its values do not depend on
/// who fills in which.
public struct Batch: Sendable {
  /// Rows and columns of each image.
  public let resolution: Int
  /// The class of each image.
  public let labels: [Int]

  private let source: any ImageSource
  private let views: [View]
  /// What resizes a side of each length that a window has.
  private let resamplings: [Int: Resampling]
  /// The normalization of one row, [resolution, C], as a product and a sum.
  private let factors: [Float]
  private let summands: [Float]

  init(_ source: any ImageSource, _ normalization: Normalization, views: [View], labels: [Int], resolution: Int) {
    precondition(resolution > 0, "An image has at least one pixel.")
    (self.source, self.views, self.labels, self.resolution) = (source, views, labels, resolution)
    let lengths = Set(views.flatMap { [$0.window.height, $0.window.width] })
    resamplings = Dictionary(uniqueKeysWithValues: lengths.map { ($0, Resampling(from: $0, to: resolution)) })
    let moments = zip(normalization.means, normalization.standardDeviations)
    factors = (0..<resolution).flatMap { _ in moments.map { 1 / (255 * $1) } }
    summands = (0..<resolution).flatMap { _ in moments.map { -$0 / $1 } }
  }

  /// How many images there are.
  public var count: Int { views.count }

  /// How many values an image has.
  public var valuesPerImage: Int { resolution * resolution * source.channels }

  /// All the values, [N, H, W, C].
  public func values() -> [Float] {
    [Float](unsafeUninitializedCapacity: count * valuesPerImage) { buffer, initialized in
      fill(0..<count, into: buffer)
      initialized = buffer.count
    }
  }

  /// Computes some of the images: cut out, mirrored, resized, their colours changed, normalized, and a part erased.
  ///
  /// Resizing is bilinear, with the filter widened where the image shrinks.
  ///
  /// - Parameter buffer: the whole batch, [N, H, W, C]; only the values of the images in `range` are written.
  /// - Precondition: the buffer has room for the whole batch.
  /// - Complexity: allocates nothing but a row.
  public func fill(_ range: Range<Int>, into buffer: UnsafeMutableBufferPointer<Float>) {
    precondition(buffer.count >= count * valuesPerImage, "The buffer is too small for the batch.")
    let widest = range.reduce(0) { max($0, views[$1].window.width) }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: (widest + resolution) * source.channels) { rows in
      for index in range {
        let output = UnsafeMutableBufferPointer(
          rebasing: buffer[index * valuesPerImage..<(index + 1) * valuesPerImage])
        source.withImage(views[index].place) { fill(views[index], $0, output, rows) }
      }
    }
  }

  /// Computes one image.
  private func fill(
    _ view: View, _ image: LentImage, _ output: UnsafeMutableBufferPointer<Float>,
    _ scratch: UnsafeMutableBufferPointer<Float>
  ) {
    guard let first = output.baseAddress, let rows = scratch.baseAddress else { return }
    let rowValues = resolution * source.channels
    resize(view, image, first, rows)
    view.color?.apply(to: output, channels: source.channels)
    factors.withUnsafeBufferPointer { factors in
      summands.withUnsafeBufferPointer { summands in
        for y in 0..<resolution {
          let row = first + y * rowValues
          for index in 0..<rowValues { row[index] = row[index] * factors[index] + summands[index] }
        }
      }
    }
    // Zero is the mean.
    guard let erased = view.erased else { return }
    for y in erased.rows {
      (first + y * rowValues + erased.columns.lowerBound * source.channels).update(
        repeating: 0, count: erased.columns.count * source.channels)
    }
  }

  /// Cuts, resizes and mirrors an image.
  private func resize(
    _ view: View, _ image: LentImage, _ output: UnsafeMutablePointer<Float>, _ scratch: UnsafeMutablePointer<Float>
  ) {
    guard let rows = resamplings[view.window.height], let columns = resamplings[view.window.width] else { return }
    let channels = source.channels
    let outputRow = resolution * channels
    image.forEachResizedRow(of: view.window, by: rows, columns, channels: channels, scratch: scratch) { y, row in
      let target = output + y * outputRow
      if view.isMirrored {
        for x in 0..<resolution {
          for channel in 0..<channels {
            target[x * channels + channel] = row[(resolution - 1 - x) * channels + channel]
          }
        }
      } else {
        target.update(from: row, count: outputRow)
      }
    }
  }
}

extension LentImage {
  /// Resizes a window, row by row: first the source rows that make one, then along the row. Outside the image all is
  /// black.
  ///
  /// - Parameters:
  ///   - scratch: room for a row of the window and one of the result.
  ///   - body: takes each row, [columns, C], with its place.
  func forEachResizedRow(
    of window: Window, by rows: Resampling, _ columns: Resampling, channels: Int,
    scratch source: UnsafeMutablePointer<Float>, _ body: (_ y: Int, _ row: UnsafePointer<Float>) -> Void
  ) {
    let resized = source + window.width * channels
    // The columns of the window that the image has; the others stay black.
    let firstSeen = min(max(-window.column, 0), window.width)
    let seen = firstSeen..<max(firstSeen, min(width - window.column, window.width))
    for y in 0..<rows.to {
      source.update(repeating: 0, count: window.width * channels)
      rows.forEachTap(of: y) { tap, weight in
        let row = tap + window.row
        guard 0..<height ~= row, !seen.isEmpty else { return }
        let pixels = pixels + (row * width + seen.lowerBound + window.column) * channels
        let target = source + seen.lowerBound * channels
        for index in 0..<(seen.count * channels) { target[index] += weight * Float(pixels[index]) }
      }
      if !columns.isIdentity { columns.apply(source, resized, channels: channels) }
      body(y, columns.isIdentity ? source : resized)
    }
  }
}

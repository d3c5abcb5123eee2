/// A decoded picture: bytes, [height, width, channels].
///
///     let photo = try Picture(decoding: InputFile.read("cat.jpg"), channels: 3, shorterSide: 256, at: "cat.jpg")
///     let square = photo.cropped(rows: 0..<256, columns: 0..<256).resized(height: 64, width: 64)
///     try AtomicFile.write(square.png(), to: "cat.png")
public struct Picture: Hashable, Sendable {
  /// Rows.
  public let height: Int
  /// Columns.
  public let width: Int
  /// 1 for grey, 3 for red, green and blue.
  public let channels: Int
  /// The brightness of every pixel, [height, width, channels], as screens take it (sRGB).
  public let pixels: [UInt8]

  /// A picture of given pixels.
  ///
  /// - Precondition: there are pixels, and as many as the sizes say; 1 or 3 channels.
  public init(height: Int, width: Int, channels: Int, pixels: [UInt8]) {
    precondition(height > 0 && width > 0, "A picture has at least one pixel.")
    precondition(channels == 1 || channels == 3, "A picture is grey or coloured.")
    precondition(pixels.count == height * width * channels, "The pixels are not as many as the sizes say.")
    (self.height, self.width, self.channels, self.pixels) = (height, width, channels, pixels)
  }

  /// A rectangle of it.
  ///
  /// - Precondition: the rectangle lies in the picture and has at least one pixel.
  public func cropped(rows: Range<Int>, columns: Range<Int>) -> Picture {
    precondition(
      0 <= rows.lowerBound && rows.upperBound <= height && 0 <= columns.lowerBound && columns.upperBound <= width,
      "The rectangle is not in the picture.")
    var cropped: [UInt8] = []
    cropped.reserveCapacity(rows.count * columns.count * channels)
    for row in rows {
      let start = row * width
      cropped += pixels[(start + columns.lowerBound) * channels..<(start + columns.upperBound) * channels]
    }
    return Picture(height: rows.count, width: columns.count, channels: channels, pixels: cropped)
  }

  /// The square in its middle, as high or as wide as it is.
  public var square: Picture {
    let window = Window.square(inHeight: height, width: width)
    return cropped(
      rows: window.row..<window.row + window.height, columns: window.column..<window.column + window.width)
  }

  /// The picture in another size, by ``Resampling``: bilinear, with the filter widened where it shrinks.
  ///
  /// Values are rounded once, at the end.
  ///
  /// - Precondition: the sizes are positive.
  public func resized(height: Int, width: Int) -> Picture {
    precondition(height > 0 && width > 0, "A picture has at least one pixel.")
    guard (height, width) != (self.height, self.width) else { return self }
    let (rows, columns) = (Resampling(from: self.height, to: height), Resampling(from: self.width, to: width))
    let rowCount = width * channels
    let resized = [UInt8](unsafeUninitializedCapacity: height * rowCount) { output, count in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: (self.width + width) * channels) { floats in
        pixels.withUnsafeBufferPointer { pixels in
          guard let pixels = pixels.baseAddress, let scratch = floats.baseAddress else { return }
          LentImage(pixels: pixels, height: self.height, width: self.width).forEachResizedRow(
            of: Window(height: self.height, width: self.width), by: rows, columns, channels: channels, scratch: scratch
          ) { y, row in
            for index in 0..<rowCount { output[y * rowCount + index] = UInt8(min(max(row[index] + 0.5, 0), 255)) }
          }
        }
      }
      count = output.count
    }
    return Picture(height: height, width: width, channels: channels, pixels: resized)
  }

  /// The picture with its shorter side reduced to a length where it is longer, the other in proportion, rounded to
  /// nearest.
  ///
  /// - Precondition: the length is positive.
  public func reduced(toShorterSide side: Int) -> Picture {
    let shorter = min(height, width)
    let side = min(side, shorter)
    func reduced(_ length: Int) -> Int { (2 * length * side + shorter) / (2 * shorter) }
    return resized(height: reduced(height), width: reduced(width))
  }
}

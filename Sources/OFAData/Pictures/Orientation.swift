/// Where the first row and the first column of a stored picture lie in the upright one: EXIF's eight cases, by its
/// names. A camera that is held on its side stores what its sensor saw, and says how to turn it.
enum Orientation: Int {
  case topLeft = 1
  case topRight, bottomRight, bottomLeft, leftTop, rightTop, rightBottom, leftBottom

  /// Whether rows are stored as columns.
  var swapsSides: Bool { rawValue >= Self.leftTop.rawValue }

  /// What EXIF data say; nil where they say nothing, or are damaged.
  ///
  /// They are a TIFF file: the order of bytes, the place of a directory, and in that entries of 12 bytes: a tag, the
  /// type, a count, and the value.
  init?(exif: ArraySlice<UInt8>) {
    let isLittleEndian = exif.starts(with: "II*\0".utf8)
    guard isLittleEndian || exif.starts(with: "MM\0*".utf8) else { return nil }
    func integer(_ size: Int, at offset: Int) -> Int? {
      guard offset + size <= exif.count else { return nil }
      let bytes = exif.dropFirst(offset).prefix(size)
      return isLittleEndian
        ? bytes.reversed().reduce(0) { $0 << 8 | Int($1) } : bytes.reduce(0) { $0 << 8 | Int($1) }
    }
    guard let directory = integer(4, at: 4), let count = integer(2, at: directory) else { return nil }
    let (tag, short) = (0x112, 3)
    let entries = (0..<count).lazy.map { directory + 2 + 12 * $0 }
    guard let entry = entries.first(where: { integer(2, at: $0) == tag }), integer(2, at: entry + 2) == short,
      let value = integer(2, at: entry + 8)
    else { return nil }
    self.init(rawValue: value)
  }

  /// Where the upright picture's first pixel is stored, and how far apart those of its rows and columns are.
  fileprivate func steps(height: Int, width: Int) -> (first: Int, down: Int, right: Int) {
    let (lastRow, last) = ((height - 1) * width, height * width - 1)
    return switch self {
    case .topLeft: (0, width, 1)
    case .topRight: (width - 1, width, -1)
    case .bottomRight: (last, -width, -1)
    case .bottomLeft: (lastRow, -width, 1)
    case .leftTop: (0, 1, width)
    case .rightTop: (lastRow, 1, -width)
    case .rightBottom: (last, -1, -width)
    case .leftBottom: (width - 1, -1, width)
    }
  }
}

extension Picture {
  /// The upright picture of one that is stored in an orientation.
  func turned(from orientation: Orientation) -> Picture {
    guard orientation != .topLeft else { return self }
    let (first, down, right) = orientation.steps(height: height, width: width)
    let (height, width) = orientation.swapsSides ? (width, height) : (height, width)
    let turned = [UInt8](unsafeUninitializedCapacity: pixels.count) { output, count in
      for y in 0..<height {
        for x in 0..<width {
          let stored = first + y * down + x * right
          for channel in 0..<channels { output[count + channel] = pixels[stored * channels + channel] }
          count += channels
        }
      }
    }
    return Picture(height: height, width: width, channels: channels, pixels: turned)
  }
}

extension Safetensors {
  /// Reads a file.
  ///
  /// Element types F64, F32, F16, BF16, I64, I32, I16, I8, U8 and BOOL are converted to `Float`.
  ///
  /// - Throws: what ``ByteStream`` throws, and `Failure(.badData)` when the file is not what its header says.
  public init(reading path: String) throws { try self.init(ByteStream(path)) }

  /// Reads the bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: all of the file.
  ///   - place: what the bytes are called in errors.
  /// - Throws: `Failure(.badData)`.
  public init(bytes: [UInt8], at place: String) throws { try self.init(ByteStream(bytes, at: place)) }

  /// Reads a file from its beginning.
  ///
  /// Every number of the header is checked before it is used, so that no file makes the program trap or allocate more
  /// than a small multiple of the file's length, and no more is read than the header announces and a byte.
  init(_ stream: ByteStream) throws {
    let place = stream.place
    let first = try stream.read(8)
    guard first.count == 8 else {
      throw Failure(.badData, "\(first.count) bytes are too few for a safetensors file", at: place)
    }
    let headerLength = first.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let headerBytes = try stream.read(Int(min(headerLength, UInt64(Self.longestHeader))))
    guard headerLength == headerBytes.count else {
      let found =
        headerBytes.count < Self.longestHeader
        ? "but only \(headerBytes.count) bytes follow" : "more than the \(Self.longestHeader) bytes that are read"
      throw Failure(
        .badData, "the header's length is \(headerLength), \(found); it may be cut, or no safetensors file", at: place)
    }
    let header = try JSON.decode(Header.self, from: headerBytes, at: place)

    // The ranges must follow on each other without gap or overlap: then each byte is read once.
    var end = 0
    for (name, entry) in header.entries.sorted(by: {
      ($0.value.begin, $0.value.end, $0.key) < ($1.value.begin, $1.value.end, $1.key)
    }) {
      guard entry.begin == end else {
        throw Failure(
          .badData, "bytes \(entry.begin) to \(entry.end) are expected to begin at \(end), where those before end",
          at: "\(place): \(name.shown)")
      }
      end = entry.end
    }
    // A file that has all that it announces may be larger.
    guard end <= InputFile.defaultLimit || stream.expected - 8 - headerBytes.count == end else {
      throw Failure(
        .badData, "the header says \(end) bytes, more than \(InputFile.defaultLimit), the most that is read", at: place)
    }
    let data = try stream.read(end + 1)
    guard data.count == end else {
      let found = data.count < end ? "only \(data.count)" : "more than \(end)"
      throw Failure(
        .badData, "\(found) bytes follow the header, which says \(end); the file may be cut or damaged, fetch it again",
        at: place)
    }

    metadata = header.metadata
    tensors = header.entries.sorted { $0.key < $1.key }.map { name, entry in
      let slice = data[entry.begin..<entry.end]
      return Tensor(name, shape: entry.shape, values: slice.withUnsafeBytes(entry.elementType.floats))
    }
  }

  /// The most bytes of a header that are read: as in the format's own library.
  private static let longestHeader = 100_000_000

  /// The JSON object at the file's beginning.
  private struct Header: Decodable {
    var metadata: [String: String] = [:]
    var entries: [String: Entry] = [:]

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: JSONKey.self)
      for key in container.allKeys {
        if key.stringValue == "__metadata__" {
          metadata = try container.decode([String: String].self, forKey: key)
        } else {
          entries[key.stringValue] = try container.decode(Entry.self, forKey: key)
        }
      }
    }
  }

  /// One tensor in the header; the byte range has the length that shape and element type ask for.
  private struct Entry: Decodable {
    enum CodingKeys: String, CodingKey {
      case elementType = "dtype"
      case shape
      case range = "data_offsets"
    }

    var elementType: ElementType
    var shape: [Int]
    var begin: Int
    var end: Int

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      let typeName = try container.decode(String.self, forKey: .elementType)
      guard let type = ElementType(rawValue: typeName) else {
        throw DecodingError.dataCorruptedError(
          forKey: .elementType, in: container,
          debugDescription:
            "\"\(typeName)\" is not one of \(ElementType.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      elementType = type
      shape = try container.decode([Int].self, forKey: .shape)
      let range = try container.decode([Int].self, forKey: .range)
      var bytes: Int? = type.size
      for dimension in shape where bytes != nil {
        let (product, overflow) = (bytes ?? 0).multipliedReportingOverflow(by: dimension)
        bytes = dimension < 0 || overflow ? nil : product
      }
      guard range.count == 2, range[0] >= 0, range[1] >= range[0], range[1] - range[0] == bytes else {
        throw DecodingError.dataCorruptedError(
          forKey: .range, in: container,
          debugDescription: "bytes \(range) do not fit the shape \(shape) of \(typeName)")
      }
      (begin, end) = (range[0], range[1])
    }
  }
}

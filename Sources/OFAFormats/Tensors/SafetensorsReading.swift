extension Safetensors {
  /// Reads a file.
  ///
  /// Element types F64, F32, F16, BF16, I64, I32, I16, I8, U8 and BOOL are converted to `Float`.
  ///
  /// - Throws: what ``InputFile/read(_:limit:)`` throws, and `Failure(.badData)` when the file is not what its header says.
  public init(reading path: String) throws {
    try self.init(bytes: InputFile.read(path), at: path)
  }

  /// Reads the bytes of a file.
  ///
  /// Every number of the header is checked before it is used, so that no file makes the program trap or allocate more than a
  /// small multiple of the file's length.
  ///
  /// - Parameter place: what the bytes are called in errors.
  /// - Throws: `Failure(.badData)`.
  public init(bytes: [UInt8], at place: String) throws {
    guard bytes.count >= 8 else {
      throw Failure(.badData, "\(bytes.count) bytes are too few for a safetensors file", at: place)
    }
    let headerLength = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard headerLength <= UInt64(bytes.count - 8) else {
      throw Failure(
        .badData,
        "the header's length is \(headerLength), but only \(bytes.count - 8) bytes follow; not a safetensors file, or cut",
        at: place)
    }
    let data = bytes[(8 + Int(headerLength))...]
    let header = try JSON.decode(Header.self, from: bytes[8..<data.startIndex], at: place)

    // The ranges must cover the bytes without gap or overlap: then each byte is read once.
    var end = 0
    for (name, entry) in header.entries.sorted(by: {
      ($0.value.begin, $0.value.end, $0.key) < ($1.value.begin, $1.value.end, $1.key)
    }) {
      guard entry.begin == end, entry.end <= data.count else {
        throw Failure(
          .badData,
          "bytes \(entry.begin) to \(entry.end), expected to begin at \(end) and to end by \(data.count); the file is damaged or cut",
          at: "\(place): \(name)")
      }
      end = entry.end
    }
    guard end == data.count else {
      throw Failure(.badData, "\(data.count - end) bytes belong to no tensor; the file is damaged", at: place)
    }

    metadata = header.metadata
    tensors = header.entries.sorted { $0.key < $1.key }.map { name, entry in
      let slice = data[(data.startIndex + entry.begin)..<(data.startIndex + entry.end)]
      return Tensor(name, shape: entry.shape, values: slice.withUnsafeBytes(entry.elementType.floats))
    }
  }

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

extension Safetensors {
  /// Writes a file, whole or not at all; equal values give equal bytes.
  ///
  /// - Throws: `Failure(.inputOutput)`.
  public func write(to path: String) throws {
    try AtomicFile.write(encoded(), to: path)
  }

  /// The bytes of the file: F32, tensors in the order of their names, the header filled up with spaces to a multiple of
  /// 8.
  ///
  /// - Precondition: the names differ, and none is `__metadata__`.
  public func encoded() throws -> [UInt8] {
    let sorted = tensors.sorted { $0.name < $1.name }
    precondition(zip(sorted, sorted.dropFirst()).allSatisfy { $0.name != $1.name }, "Two tensors have one name.")
    var header = Array(try JSON.encode(Header(metadata: metadata, tensors: sorted), pretty: false).utf8)
    header += repeatElement(UInt8(ascii: " "), count: (8 - header.count % 8) % 8)

    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.count + sorted.reduce(0) { $0 + 4 * $1.values.count })
    bytes += (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    bytes += header
    for tensor in sorted {
      #if _endian(little)
        tensor.values.withUnsafeBytes { bytes += $0 }
      #else
        for value in tensor.values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 } }
      #endif
    }
    return bytes
  }

  /// By name, but what the format is called first: by its head a file is told from others, however much follows.
  private struct Metadata: Encodable {
    let values: [String: String]

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: JSONKey.self)
      let names = values.keys.sorted()
      for name in names.filter({ $0 == "format" }) + names.filter({ $0 != "format" }) {
        try container.encode(values[name], forKey: JSONKey(stringValue: name))
      }
    }
  }

  private struct Header: Encodable {
    struct Entry: Encodable {
      var dtype = "F32"
      var shape: [Int]
      var data_offsets: [Int]
    }

    let metadata: [String: String]
    let tensors: [Tensor]

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: JSONKey.self)
      if !metadata.isEmpty {
        try container.encode(Metadata(values: metadata), forKey: JSONKey(stringValue: "__metadata__"))
      }
      var offset = 0
      for tensor in tensors {
        let end = offset + 4 * tensor.values.count
        try container.encode(
          Entry(shape: tensor.shape, data_offsets: [offset, end]), forKey: JSONKey(stringValue: tensor.name))
        offset = end
      }
    }
  }
}

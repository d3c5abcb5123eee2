/// How a file stores an element of a tensor, little-endian, under the name that safetensors has for it.
enum ElementType: String, CaseIterable {
  case F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL

  /// Bytes of an element.
  var size: Int {
    switch self {
    case .F64, .I64: 8
    case .F32, .I32: 4
    case .F16, .BF16, .I16: 2
    case .I8, .U8, .BOOL: 1
    }
  }

  /// The elements as single precision, rounded to nearest.
  func floats(_ bytes: UnsafeRawBufferPointer) -> [Float] {
    func each<Element>(_ type: Element.Type, _ convert: (Element) -> Float) -> [Float] {
      (0..<bytes.count / size).map { convert(bytes.loadUnaligned(fromByteOffset: $0 * size, as: type)) }
    }
    return switch self {
    case .F64: each(UInt64.self) { Float(Double(bitPattern: UInt64(littleEndian: $0))) }
    case .F32: each(UInt32.self) { Float(bitPattern: UInt32(littleEndian: $0)) }
    case .F16: each(UInt16.self) { Float(Float16(bitPattern: UInt16(littleEndian: $0))) }
    case .BF16: each(UInt16.self) { Float(bitPattern: UInt32(UInt16(littleEndian: $0)) << 16) }
    case .I64: each(Int64.self) { Float(Int64(littleEndian: $0)) }
    case .I32: each(Int32.self) { Float(Int32(littleEndian: $0)) }
    case .I16: each(Int16.self) { Float(Int16(littleEndian: $0)) }
    case .I8: each(Int8.self) { Float($0) }
    case .U8, .BOOL: each(UInt8.self) { Float($0) }
    }
  }
}

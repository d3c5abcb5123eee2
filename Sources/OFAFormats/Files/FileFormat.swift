/// Formats that show in their first bytes, for readers that take several, and for saying what a file is that a
/// reader does not take.
public enum FileFormat: Sendable, CustomStringConvertible {
  /// A zip archive: what PyTorch writes since version 1.6.
  case zip
  /// A Python pickle: what PyTorch wrote before.
  case pickle
  /// A safetensors file.
  case safetensors
  /// A gzip file.
  case gzip

  /// The format of a file that begins with some bytes, nine at least if it has so many; nil for another.
  public init?(start: [UInt8]) {
    if start.starts(with: "PK\u{3}\u{4}".utf8) {
      self = .zip
    } else if start.starts(with: [0x1f, 0x8b]) {
      self = .gzip
    } else if start.count > 8, start[7] == 0, start[8] == UInt8(ascii: "{") {
      // A JSON object after its length in 8 bytes, little-endian, of which the last is zero.
      self = .safetensors
    } else if start.first == Pickle.Opcode.proto.rawValue {
      self = .pickle
    } else {
      return nil
    }
  }

  /// Whether it may be PyTorch's.
  public var isPyTorch: Bool { self == .zip || self == .pickle }

  /// What such a file is called.
  public var description: String {
    switch self {
    case .zip: "a zip archive (as PyTorch's files are)"
    case .pickle: "a Python pickle (as PyTorch's older files are)"
    case .safetensors: "a safetensors file"
    case .gzip: "a gzip file"
    }
  }
}

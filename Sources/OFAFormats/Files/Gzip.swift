import CZlib

/// Decompresses gzip, over zlib, piece by piece.
///
/// As with `gzip -t`, a file is members one after the other, and zeros behind the last one, as tapes and object stores
/// pad files. Anything else behind a member is refused.
final class GzipReader {
  private enum State {
    case inMember
    /// Behind a member: another, zeros or the end.
    case behindMember
    case inPadding
    case atEnd
  }

  private let place: String
  private let source: () throws -> [UInt8]
  /// zlib keeps a pointer to it.
  private let stream: UnsafeMutablePointer<z_stream>
  private var state = State.inMember
  private var input: [UInt8]
  private var position = 0
  /// How many bytes of the file came before `input`.
  private var passed = 0

  /// Whether bytes begin as a gzip file does.
  static func isCompressed(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1f, 0x8b]) }

  /// A reader of a file's bytes, of which the first are there already.
  init(start: [UInt8], next: @escaping () throws -> [UInt8], at place: String) throws {
    (self.place, source, input) = (place, next, start)
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15 bits of window; 16 more mean gzip, not zlib.
    guard inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw Failure(.internalError, "zlib does not start", at: place)
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// The next decompressed bytes; none at the end.
  ///
  /// - Throws: `Failure(.badData)`, with the byte of the file.
  func next() throws -> [UInt8] {
    while true {
      if position == input.count, state != .atEnd {
        passed += input.count
        (input, position) = (try source(), 0)
        if input.isEmpty {
          guard state != .inMember else {
            throw Failure(
              .badData, "the file ends at byte \(passed) before its gzip data do; it may be cut, fetch it again",
              at: place)
          }
          state = .atEnd
        }
      }
      switch state {
      case .atEnd: return []
      case .inMember:
        let output = try inflated()
        if !output.isEmpty { return output }
      case .behindMember where input[position] == 0x1f:
        inflateReset(stream)
        state = .inMember
      case .behindMember, .inPadding:
        guard input[position] == 0 else {
          throw Failure(
            .badData,
            "byte \(passed + position) follows the gzip data and is neither a zero nor another member; unpack "
              + "the file with "
              + "gzip -dc, which leaves such bytes out", at: place)
        }
        state = .inPadding
        while position < input.count, input[position] == 0 { position += 1 }
      }
    }
  }

  /// What the next input gives; notes where a member ends.
  private func inflated() throws -> [UInt8] {
    var status = Z_OK
    let output = [UInt8](unsafeUninitializedCapacity: ByteStream.pieceSize) { output, count in
      input.withUnsafeMutableBufferPointer { input in
        stream.pointee.next_in = input.baseAddress.map { $0 + position }
        stream.pointee.avail_in = UInt32(input.count - position)
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(output.count)
        status = inflate(stream, Z_NO_FLUSH)
        position = input.count - Int(stream.pointee.avail_in)
      }
      count = output.count - Int(stream.pointee.avail_out)
    }
    switch status {
    case Z_STREAM_END: state = .behindMember
    case Z_OK, Z_BUF_ERROR: break  // more input is wanted
    default:
      let words = stream.pointee.msg.map { " (\(String(cString: $0)))" } ?? ""
      throw Failure(
        .badData, "no gzip data from byte \(passed + position) on\(words); the file may be damaged, fetch it again",
        at: place)
    }
    return output
  }
}

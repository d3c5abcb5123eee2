import CZlib

/// Decompresses gzip, over zlib.
enum Gzip {
  /// Whether bytes begin as a gzip file does.
  static func isCompressed(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1f, 0x8b]) }

  /// The decompressed bytes of all members, at most `limit`.
  ///
  /// Memory grows with what comes out, not with what a header claims.
  static func decompress(_ bytes: [UInt8], limit: Int, at place: String) throws -> [UInt8] {
    var stream = z_stream()
    // 15 bits of window; 16 more mean gzip, not zlib.
    guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw Failure(.internalError, "zlib does not start", at: place)
    }
    defer { inflateEnd(&stream) }
    var output: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    var input = bytes
    try input.withUnsafeMutableBufferPointer { input in
      var consumed = 0
      while true {
        let available = min(input.count - consumed, 1 << 30)
        stream.next_in = input.baseAddress.map { $0 + consumed }
        stream.avail_in = UInt32(available)
        let status = piece.withUnsafeMutableBufferPointer { piece in
          stream.next_out = piece.baseAddress
          stream.avail_out = UInt32(piece.count)
          return inflate(&stream, Z_NO_FLUSH)
        }
        consumed += available - Int(stream.avail_in)
        let produced = piece.count - Int(stream.avail_out)
        guard output.count + produced <= limit else {
          throw Failure(.badData, "decompresses to more than \(limit) bytes, the most that is read", at: place)
        }
        output += piece[..<produced]
        switch status {
        case Z_STREAM_END where consumed == input.count: return
        case Z_STREAM_END: inflateReset(&stream)  // another member follows
        case Z_OK where produced > 0 || consumed < input.count: continue
        case Z_OK, Z_BUF_ERROR:
          throw Failure(.badData, "the gzip file ends too soon; fetch it again", at: place)
        default:
          throw Failure(.badData, "the gzip file is damaged at byte \(consumed); fetch it again", at: place)
        }
      }
    }
    return output
  }
}

import CZlib
import OFAFormats

extension Picture {
  /// The kind of contact sheets' files: PNG with a comment that says what they are.
  public static let sheetKind = FileKind("a contact sheet", mark: comment)

  private static let comment = Array("Description\0A contact sheet, a row a class, made by ofa".utf8)

  /// The picture as the file of a contact sheet.
  ///
  /// - Throws: `Failure(.internalError)` when it cannot be encoded.
  public func sheetFile() throws -> [UInt8] {
    // After the signature and the header, which have 8 and 25 bytes, comes a chunk of text: length, type and text, and
    // a checksum of the latter two.
    var file = try png()
    let body = Array("tEXt".utf8) + Self.comment
    let checksum = UInt32(crc32(0, body, UInt32(body.count)))
    func bytes(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } }
    file.insert(contentsOf: bytes(UInt32(Self.comment.count)) + body + bytes(checksum), at: 33)
    return file
  }
}

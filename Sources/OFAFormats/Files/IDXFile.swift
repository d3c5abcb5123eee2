/// An array of bytes in an IDX file, which may be compressed with gzip.
///
/// The file is a big-endian magic number (0x0800 and the number of dimensions), the dimensions as 32-bit numbers, and
/// the bytes. The header is read on opening, the bytes when they are asked for: so files can be compared before they
/// are unpacked.
///
/// - Note: yann.lecun.com/exdb/mnist, "the IDX file format".
public struct IDXFile {
  /// The sizes in each direction; the first is the number of images or labels.
  public let dimensions: [Int]
  private let stream: ByteStream
  private let content: String

  /// The most rows, columns or channels of an image that are believed.
  private static let largestSide = 4_096

  /// Opens a file of so many dimensions.
  ///
  /// - Parameters:
  ///   - path: the file's.
  ///   - count: how many dimensions its header must have.
  ///   - content: what it holds, for errors: "images", "labels".
  /// - Throws: what ``ByteStream`` throws, and `Failure(.badData)` when the header is another.
  public init(opening path: String, dimensions count: Int, of content: String) throws {
    (stream, self.content) = (try ByteStream(path, decompressing: true), content)
    let header = try stream.read(4 + 4 * count)
    func number(_ index: Int) -> Int { header[(index * 4)..<(index * 4 + 4)].reduce(0) { $0 << 8 | Int($1) } }
    let magic = 0x0800 + count
    guard header.count >= 4, number(0) == magic else {
      let found = header.count >= 4 ? "magic number \(Self.hexadecimal(number(0)))" : "\(header.count) bytes"
      throw Failure(
        .badData, "\(found), expected \(Self.hexadecimal(magic)) of an IDX file of \(content)", at: path)
    }
    guard header.count == 4 + 4 * count else {
      throw Failure(
        .badData, "the file ends after \(header.count) bytes, within its header; it may be cut, fetch it again",
        at: path)
    }
    dimensions = (1...count).map(number)
    guard dimensions.dropFirst().allSatisfy({ (1...Self.largestSide).contains($0) }),
      dimensions.reduce(1.0, { $0 * Double($1) }) <= Double(InputFile.defaultLimit)
    else {
      throw Failure(.badData, "the header says \(shape), which is no size of \(content) that is read", at: path)
    }
  }

  /// Reads the bytes behind the header, which are as many as it says. To be asked for once.
  ///
  /// - Throws: what ``ByteStream/read(_:)`` throws, and `Failure(.badData)` when they are fewer or more.
  public func bytes() throws -> [UInt8] {
    let announced = dimensions.reduce(1, *)
    let bytes = try stream.read(announced + 1)
    guard bytes.count == announced else {
      let found = bytes.count < announced ? "only \(bytes.count)" : "more than \(announced)"
      throw Failure(
        .badData,
        "\(found) bytes of \(content) follow the header, which says \(shape); the file may be cut or damaged, "
          + "fetch it again",
        at: stream.place)
    }
    return bytes
  }

  /// Writes a file.
  ///
  /// - Precondition: there are as many bytes as the dimensions say.
  /// - Throws: `Failure(.inputOutput)`.
  public static func write(_ bytes: [UInt8], dimensions: [Int], to path: String) throws {
    precondition(dimensions.reduce(1, *) == bytes.count)
    let header = ([0x0800 + dimensions.count] + dimensions).flatMap { number in
      (0..<4).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
    try AtomicFile.write(header + bytes, to: path)
  }

  private var shape: String { dimensions.map(String.init).joined(separator: "×") }

  private static func hexadecimal(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }
}

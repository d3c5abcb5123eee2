import Foundation

/// Reads and writes values one a line, each line a JSON text: metrics, subnets, fronts.
///
///     try JSONLines.append(StepMetrics(step: 1, loss: 2.3), to: "metrics.jsonl")
///     let metrics = try JSONLines.read(StepMetrics.self, "metrics.jsonl")
public enum JSONLines {
  /// The values of a file's lines, in order; empty lines are passed over.
  ///
  /// - Parameters:
  ///   - type: the kind of value.
  ///   - path: the file's.
  ///   - allowingCutEnd: a last line without its newline that does not parse is left out: what remains when a program
  ///     that appends is killed.
  /// - Throws: what ``InputFile/read(_:limit:)`` throws, and `Failure(.badData)` whose place has the line's number.
  public static func read<T: Decodable>(
    _ type: T.Type, _ path: String, allowingCutEnd: Bool = false
  ) throws -> [T] {
    try decode(type, from: InputFile.read(path, limit: JSON.longestText), at: path, allowingCutEnd: allowingCutEnd)
  }

  /// The values of a text's lines, in order; empty lines are passed over.
  ///
  /// - Throws: `Failure(.badData)` with a place such as `front.jsonl line 3: depths[1]`.
  public static func decode<T: Decodable>(_ type: T.Type, from text: String, at place: String) throws -> [T] {
    try decode(type, from: Array(text.utf8), at: place)
  }

  /// The values of the lines of a text; see ``decode(_:from:at:)``.
  ///
  /// - Throws: `Failure(.badData)`.
  public static func decode<T: Decodable>(
    _ type: T.Type, from bytes: [UInt8], at place: String, allowingCutEnd: Bool = false
  ) throws -> [T] {
    let lines = try PlainText.utf8(bytes, at: place).split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    var values: [T] = []
    for (index, line) in lines.enumerated() where !line.allSatisfy(PlainText.isBlank) {
      do {
        values.append(try JSON.decode(type, from: line, at: "\(place) line \(index + 1)"))
      } catch  where allowingCutEnd && index == lines.count - 1 {
        break
      }
    }
    return values
  }

  /// A line for each value, each with its newline.
  ///
  /// - Throws: `Failure(.internalError)` for a number that is not finite.
  public static func encode(_ values: some Sequence<some Encodable>) throws -> String {
    try values.map { try JSON.encode($0, pretty: false) + "\n" }.joined()
  }

  /// Begins a file with a line: where there is none, or one that is empty or was cut within that very line.
  ///
  /// - Returns: whether it was begun; if not, the file has something already.
  /// - Throws: what ``InputFile/start(of:count:)`` and ``AtomicFile`` throw.
  public static func begin(_ path: String, with first: some Encodable) throws -> Bool {
    let line = Array(try encode(CollectionOfOne(first)).utf8)
    let exists = FileManager.default.fileExists(atPath: path)
    let start = exists ? try InputFile.start(of: path, count: line.count) : []
    guard start.count < line.count, line.starts(with: start.drop { $0 == 0x0a }) else { return false }
    try AtomicFile.write(line, to: path)
    return true
  }

  /// Appends one line to a file, which is made when it is not there, and so are the folders above it.
  ///
  /// What stands behind the file's last newline is removed first where it was cut, as by a full disk, and else gets a
  /// newline. Who reads a file with a cut end and goes on need not write it anew.
  ///
  /// - Throws: `Failure(.inputOutput)` when the file cannot be written, `Failure(.internalError)` for a number that is
  ///   not finite.
  public static func append(_ value: some Encodable, to path: String) throws {
    try TemporaryPath.makeFolder(above: path)
    let line = try encode(CollectionOfOne(value))
    let gap = try mendEnd(of: path)
    let file = try OutputFile(path, appending: true)
    try file.write(Array((gap + line).utf8))
    try file.close()
  }

  /// Cuts a file back to its last newline, unless a whole line follows; what is to be written behind that.
  private static func mendEnd(of path: String) throws -> String {
    let newline = UInt8(ascii: "\n")
    guard case .file(let size)? = try? Place(path), size > 0, let file = FileHandle(forReadingAtPath: path),
      (try? file.seek(toOffset: UInt64(size - 1))) != nil, let end = try? file.read(upToCount: 1), end.first != newline
    else { return "" }
    let bytes = try InputFile.read(path, limit: JSON.longestText)
    let kept = bytes.lastIndex(of: newline).map { $0 + 1 } ?? 0
    if (try? JSON.decode(AnyValue.self, from: bytes[kept...], at: path)) != nil { return "\n" }
    guard truncate(path, off_t(kept)) == 0 else { throw Failure.system("cannot be written", path) }
    return ""
  }

  /// A value of which nothing is asked but that it is whole.
  private struct AnyValue: Decodable {
    init(from decoder: any Decoder) {}
  }
}

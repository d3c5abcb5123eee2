/// What a file, a setting, a disk, a device or an impossible wish caused: thrown, and shown to the user as one line.
///
/// The message says what failed, with which values, and what to do about it; the place says where: a path, and within a
/// document the path inside it. Settings of the library are named in backquotes, as `resumes`; the command says their
/// flags.
///
///     throw Failure(.badData, "magic number 0x00000802, expected 0x00000803 (images)", at: "train-images-idx3-ubyte")
public struct Failure: Error, Hashable, Sendable {
  /// The kinds of failure; the raw value is the command's exit status.
  public enum Kind: Int32, Hashable, Sendable {
    /// No subnet meets the budgets.
    case infeasible = 3
    /// The training loss is no longer a number.
    case diverged = 5
    /// An unknown setting, space, runner or unit; a subnet that does not parse.
    case usage = 64
    /// Corrupt data, a newer format, wrong shapes, a subnet or checkpoint of another space.
    case badData = 65
    /// A file or folder that is not there.
    case missingInput = 66
    /// A mistake of the program itself.
    case internalError = 70
    /// The disk is full, or a file cannot be read or written.
    case inputOutput = 74
    /// Stopped by a signal.
    case interrupted = 130
  }

  /// What kind of failure it is.
  public var kind: Kind
  /// What went wrong, with the values, and what to do.
  public var message: String
  /// Where: a file's path, perhaps followed by the path inside the document.
  public var place: String?

  /// A failure of a kind, with its message and place.
  public init(_ kind: Kind, _ message: String, at place: String? = nil) {
    self.kind = kind
    self.message = message
    self.place = place
  }
}

extension Failure: CustomStringConvertible {
  /// Place and message on one line; both may quote a file.
  public var description: String { (place.map { "\($0): \(message)" } ?? message).onOneLine }
}

extension String {
  /// The text on one line: what breaks lines or steers a terminal is escaped, and a long text is cut.
  public var onOneLine: String {
    let start = unicodeScalars.prefix(1_000)
    return start.map { $0.isControl ? $0.escaped(asASCII: true) : String($0) }.joined()
      + (start.endIndex < unicodeScalars.endIndex ? "…" : "")
  }
}

extension Unicode.Scalar {
  fileprivate var isControl: Bool {
    [.control, .lineSeparator, .paragraphSeparator].contains(properties.generalCategory)
  }
}

extension [String] {
  /// Names as a message lists them: all of them, or the first twelve and how many there are, with commas between.
  public var listed: String { prefix(12).joined(separator: ", ") + (count > 12 ? ", … (\(count) in all)" : "") }
}

/// Text in the columns of a terminal.
public enum TerminalText {
  /// How many columns a text takes: two for a wide character, as those of Chinese and pictures are, one for any other.
  public static func columns(of text: some StringProtocol) -> Int {
    text.reduce(0) { $0 + columns(of: $1) }
  }

  private static func columns(of character: Character) -> Int {
    character.unicodeScalars.contains { scalar in wide.contains { $0.contains(scalar.value) } } ? 2 : 1
  }

  /// Blocks of Unicode whose characters are wide, and the mark that asks for a picture.
  ///
  /// - Note: Unicode Standard Annex 11, East Asian Width: W and F.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF,
    0xFE0F...0xFE0F, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
    0x1F900...0x1F9FF, 0x20000...0x3FFFD,
  ]

  /// The text, cut with `…` where it takes more than so many columns.
  public static func cut(_ text: String, to columns: Int) -> String {
    self.columns(of: text) <= columns ? text : prefix(of: text[...], columns: columns - 1) + "…"
  }

  /// The longest beginning of a text that takes no more than so many columns.
  private static func prefix(of text: Substring, columns: Int) -> Substring {
    var left = columns
    return text.prefix {
      left -= self.columns(of: $0)
      return left >= 0
    }
  }

  /// A part of a line, and how soon it gives way where there is no room for all: those of 0 never, the others from the
  /// greatest number down.
  public typealias Part = (text: String, yields: Int)

  /// Parts with a dot between them, in no more than so many columns; what cannot give way is cut.
  public static func line(_ parts: [Part], columns: Int) -> String {
    let line = parts.map(\.text).joined(separator: " · ")
    let next = parts.map(\.yields).max() ?? 0
    guard self.columns(of: line) > columns, next > 0 else { return cut(line, to: columns) }
    return self.line(parts.filter { $0.yields != next }, columns: columns)
  }

  /// The text in lines of no more than so many columns, broken where words, or the parts of an id or a path, end if
  /// they do.
  ///
  /// - Precondition: there are two columns or more.
  static func wrapped(_ text: String, to columns: Int) -> [Substring] {
    var (lines, rest) = ([Substring](), text[...])
    while self.columns(of: rest) > columns {
      var line = prefix(of: rest, columns: columns)
      if rest[line.endIndex...].first != " ",
        let end = line.lastIndex(of: " ") ?? line.lastIndex(where: { "-/.,".contains($0) })
      {
        line = line[...end]
      }
      lines.append(line)
      rest = rest[line.endIndex...].drop { $0 == " " }
    }
    return lines + [rest]
  }
}

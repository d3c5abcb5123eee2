extension String {
  /// The text as one word of a shell's command line: as it is where that is safe, else in single quotes.
  public var shellWord: String {
    let isSafe =
      !isEmpty
      && unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || "0123456789._/-+=:,@%".unicodeScalars.contains($0))
      }
    return isSafe ? self : "'" + replacing("'", with: "'\\''") + "'"
  }
}

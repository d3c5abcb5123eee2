import OFAFormats

extension CommandLine {
  /// Refuses a path that is no UTF-8 text: made into text it would name another place.
  ///
  /// - Throws: `Failure(.usage)`.
  static func refuseDamagedArguments() throws {
    for index in 1..<max(1, Int(argc)) {
      guard let argument = unsafeArgv[index], String(validatingCString: argument) == nil else { continue }
      throw Failure(
        .usage, "argument \(index) is no UTF-8 text; give the file or folder a name that is",
        at: String(cString: argument))
    }
  }
}

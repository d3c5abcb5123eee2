import OFAFormats

/// A program in Python that says what pictures show, by the ONNX file of its own name beside it.
///
/// It needs ONNX Runtime, and Pillow to read pictures, and takes all else from the file's metadata; see
/// ``Description``.
public enum PredictScript {
  /// The program.
  public static let bytes = PackageResources.predict_py
  /// The kind of its files: they begin with what it is for.
  public static let fileKind = FileKind("a script that says what pictures show", mark: bytes.prefix { $0 != 0x0a })

  /// Where the program of an ONNX file is: beside it, with its name.
  public static func path(beside file: String) -> String {
    precondition(file.hasSuffix(ending), "It is no name of an ONNX file.")
    return file.dropLast(ending.count) + ".py"
  }

  private static let ending = ".onnx"
}

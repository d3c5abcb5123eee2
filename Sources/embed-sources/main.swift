import Foundation

// Writes a Swift file with the texts of others:  embed-sources OUTPUT FOLDER PATH…
//
// The paths are relative to the folder.
let arguments = CommandLine.arguments
var text = """
  /// The files of the board's program: path and text.
  let probeSources: [(path: String, text: String)] = [

  """
for path in arguments.dropFirst(3) {
  let source = try String(contentsOfFile: "\(arguments[2])/\(path)", encoding: .utf8)
  text += "  (\"\(path)\", ###\"\"\"\n\(source)\n\"\"\"###),\n"
}
try (text + "]\n").write(toFile: arguments[1], atomically: true, encoding: .utf8)

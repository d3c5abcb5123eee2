import Foundation
import OFAFormats

/// What reads bytes, and how to damage them.
struct Reader {
  let name: String
  /// Where the bytes are put for it.
  let path: String
  /// Sound inputs.
  let seeds: [[UInt8]]
  let form: Form
  /// Whether reading starts a program, which takes its time.
  var startsProgram = false
  /// Whether what the seeds ask for is there; what is not there is refused.
  var takesSeeds = true
  /// Reads the bytes, which lie at ``path`` too, and uses what they gave, so that a trap further on shows here.
  let read: ([UInt8]) throws -> Void

  /// The name of a reader, and what makes it in an empty folder of its own.
  typealias Maker = (name: String, make: @Sendable (_ folder: String) throws -> Reader)

  /// All readers.
  static let makers: [Maker] = documents + files + images + texts + programs + lines
}

/// The bytes of a text.
func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

import Foundation

/// What the library's settings are called on the command line.
package enum Flags {
  /// Those that are not called what the library calls them.
  private static let others = [
    "latency": "--max-latency", "multiplyAccumulates": "--max-macs", "flops": "--max-flops",
    "parameters": "--max-parameters", "weightBytes": "--max-storage", "peakActivationBytes": "--max-memory",
    "batchSize": "--batch", "configuration": "--config", "profiles": "--profile", "resumes": "--resume",
    "sourceColumns": "--from-column",
    "leastAccuracy": "--min-accuracy", "takesPictures": "--with-preprocessing", "verifies": "--verify",
    "verification": "--verify", "finetuning": "--finetune",
    "writesScript": "--predict-script",
  ]

  /// A message of the library, which names its settings in backquotes, as the command says it.
  ///
  ///     Flags.spoken("go on with it by `resumes`")    // go on with it by --resume
  package static func spoken(_ message: String) -> String {
    message.replacing(/`([a-z][A-Za-z]*)`/) { match in
      others[String(match.1)] ?? "--" + match.1.replacing(/[A-Z]/) { "-" + $0.output.lowercased() }
    }
  }
}

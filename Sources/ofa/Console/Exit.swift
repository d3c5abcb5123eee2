import ArgumentParser
import Foundation
import OFAFormats

/// How the program ends: the message and the status of whatever was thrown.
enum Exit {
  /// Ends the program: help and version on standard output and status 0; anything else as one line on standard error,
  /// with the failure's status (64 for a command line that does not parse).
  static func end(with error: any Error) -> Never {
    let status: Int32
    switch error {
    case let failure as Failure where failure.kind == .interrupted:
      // Who asks a program to stop is told what there is, and made no mistake.
      if Ranks.speaks(of: failure) { Streams.remark("\(Flags.spoken(failure.description))\n") }
      Ranks.end(status: Signals.status ?? failure.kind.rawValue, isOrderly: true)
    case let failure as Failure:
      if Ranks.speaks(of: failure) { complain(failure) }
      status = failure.kind.rawValue
    case let code as ExitCode:
      status = code.rawValue
    default:
      status = Ofa.exitCode(for: error).rawValue
      switch status {
      case ExitCode.success.rawValue:
        do {
          try Streams.write(Ofa.message(for: error) + "\n")
        } catch {
          end(with: error)
        }
      case ExitCode.validationFailure.rawValue: complain(usageMessage(of: error))
      default:
        // Every foreseen failure is a `Failure`.
        end(with: Failure(.internalError, "internal error: \(error)"))
      }
    }
    Ranks.end(status: status, isOrderly: false)
  }

  /// Says a failure that does not end the program yet.
  static func complain(_ failure: Failure) { complain(Flags.spoken(failure.description)) }

  /// One line on standard error.
  private static func complain(_ message: String) {
    let line = message.split(whereSeparator: \.isNewline).joined(separator: " ")
    Streams.remark("error: \(line)\n")
  }

  /// What is wrong with the command line, and the command that tells more.
  private static func usageMessage(of error: any Error) -> String {
    let parsed = Ofa.message(for: error).trimmingCharacters(in: .init(charactersIn: ". \n"))
    // ArgumentParser looks at what is missing before it looks at what is misspelt, and knows no near command.
    let message = CommandTree.misspelling ?? parsed
    // The full message ends: See 'ofa cost --help' for more information.
    let hint = Ofa.fullMessage(for: error).split(separator: "'", omittingEmptySubsequences: false).dropLast().last
    guard let hint, hint.hasSuffix("--help") else { return message }
    return "\(message); see '\(hint)'"
  }
}

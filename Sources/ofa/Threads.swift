import ArgumentParser
import Foundation

/// Numbers of threads.
enum Threads {
  /// One for each processor.
  static var all: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// - Throws: a usage error unless the number is possible.
  static func check(_ threads: Int) throws {
    guard 1...256 ~= threads else { throw ValidationError("'--threads' takes a number from 1 to 256, not \(threads).") }
  }
}

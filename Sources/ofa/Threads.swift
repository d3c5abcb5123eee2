import ArgumentParser
import OFAPipeline

/// Numbers of threads.
enum Threads {
  /// One for each processor that the program may use, within what is accepted.
  static var all: Int { min(Processors.own, bounds.upperBound) }
  private static let bounds = 1...256

  /// - Throws: a usage error unless the number is possible.
  static func check(_ threads: Int) throws {
    guard bounds ~= threads else {
      throw ValidationError("'--threads' takes a number from 1 to \(bounds.upperBound), not \(threads).")
    }
  }
}

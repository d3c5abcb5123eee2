import Foundation
import OFAFormats

/// The board's program as sources: a folder that `make` builds on the board, or with a cross compiler, with nothing but
/// a C compiler, libc, libm and pthreads.
public enum ProbeBundle {
  /// What was written.
  public struct Written: Hashable, Sendable, Encodable {
    /// How many files.
    public var files: Int
  }

  /// The name of the program.
  static let program = "ofa-probe"

  /// The files: path within the folder, and text.
  static var files: [(path: String, text: String)] {
    [("Makefile", makefile), ("README.md", readme)] + probeSources.map { ("Sources/\($0.path)", $0.text) }
  }

  /// Writes the files into a folder, which is made where it is not there.
  ///
  /// - Throws: `.inputOutput` when one cannot be written; `.usage` where the folder has something else.
  public static func write(to folder: String) throws -> Written {
    let manager = FileManager.default
    let names = Set(files.map { $0.path.split(separator: "/")[0] }.map(String.init))
    let others = ((try? manager.contentsOfDirectory(atPath: folder)) ?? []).filter { !names.contains($0) }.sorted()
    if let other = others.first {
      throw Failure(.usage, "the folder has something that is no part of the bundle: \(other)", at: folder)
    }
    for (path, text) in files {
      let file = URL(fileURLWithPath: folder).appendingPathComponent(path)
      do {
        try manager.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      } catch {
        throw Failure(.inputOutput, "cannot create the folder: \(error.localizedDescription)", at: folder)
      }
      try AtomicFile.write(text, to: file.path)
    }
    return Written(files: files.count)
  }

  private static let makefile = """
    # make                                     with the board's own compiler
    # make CC=aarch64-linux-gnu-gcc            for a 64-bit board
    # make CC=arm-linux-gnueabihf-gcc          for a 32-bit board
    # make CFLAGS="-O2 -DOFA_SINGLE_THREAD"    without threads
    CFLAGS = -O2 -pthread
    SOURCES = $(wildcard Sources/*/*.c Sources/*/*/*.c)

    \(program): $(SOURCES) $(wildcard Sources/*/*.h Sources/*/*/*.h Sources/*/*/*/*.h)
    \t$(CC) $(CFLAGS) -std=c11 -I Sources/CRuntime/include $(SOURCES) -lm -o $@

    clean:
    \trm -f \(program)

    """

  private static let readme = """
    # ofa-probe

    Runs networks that `ofa` made, and tells how long they take. It needs a C compiler, libc, libm and pthreads.

        make && ./ofa-probe subnet.plan

    The Makefile says how to build it for another processor.

    """
}

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
  /// What a compiler is told of the sources.
  static let compilation = "-std=c11 -I Sources/CRuntime/include"

  /// What a shell takes to say the library of 64-bit atomics, where the processor has none and threads need them.
  ///
  /// The thread team alone has atomics: it is linked with a program that does nothing.
  static func atomics(compiler: String) -> String {
    "echo 'int main(void) { return 0; }' | "
      + "\(compiler) \(compilation) Sources/CRuntime/team.c -x c - -o /dev/null 2> /dev/null || echo -latomic"
  }

  /// The files: path within the folder, and text.
  static var files: [(path: String, text: String)] {
    [("Makefile", makefile), ("README.md", readme)] + probeSources.map { ("Sources/\($0.path)", $0.text) }
  }

  /// The bundle as a folder; the program may have been built in it.
  private static let folderKind = FolderKind(
    "the bundle", mark: "README.md",
    entries: ["README.md": FileKind("a bundle's description", mark: Array(title.utf8)), "Makefile": nil, program: nil],
    folders: ["Sources"])

  /// Writes the files into a folder, in place of an older bundle.
  ///
  /// - Throws: `.inputOutput` when one cannot be written; `.usage` where the folder has something else.
  public static func write(to folder: String) throws -> Written {
    let files = files
    try AtomicFolder.replace(folder, as: folderKind) { part in
      for (path, text) in files { try AtomicFile.write(text, to: "\(part)/\(path)") }
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
    ATOMICS = $(shell \(atomics(compiler: "$(CC) $(CFLAGS)")))

    \(program): $(SOURCES) $(wildcard Sources/*/*.h Sources/*/*/*.h Sources/*/*/*/*.h)
    \t$(CC) $(CFLAGS) \(compilation) $(SOURCES) -lm $(ATOMICS) -o $@

    clean:
    \trm -f \(program)

    """

  private static let title = "# \(program)\n"

  private static let readme = """
    \(title)
    Runs networks that `ofa` made, and tells how long they take. It needs a C compiler, libc, libm and pthreads.

        make && ./ofa-probe subnet.plan

    The Makefile says how to build it for another processor.

    """
}

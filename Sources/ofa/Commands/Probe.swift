import ArgumentParser
import OFAProfiling

struct Probe: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Bring the board's program to a board.", subcommands: [Bundle.self])

  struct Bundle: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write the sources of the board's program, with a makefile.",
      discussion: """
        The folder is all that a board needs: make builds ofa-probe there with any C compiler, libc, libm and \
        pthreads, or here with a cross compiler. With --runner ssh:USER@HOST none of this is needed.
        """)

    @Argument(help: ArgumentHelp("The folder to write.", valueName: "dir"), completion: .directory)
    var folder: String

    @OptionGroup var printing: OutputOptions

    func run() throws {
      let console = printing.console
      let written = try ProbeBundle.write(to: folder)
      try console.write(written) { "\(written.files) files: \(folder)" }
    }
  }
}

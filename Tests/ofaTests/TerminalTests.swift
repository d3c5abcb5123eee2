import Foundation
import OFAReport
import Testing
import TinyWorld

/// What a terminal shows, tried on real ones of several widths.
@Suite struct TerminalTests {
  private let world: TinyWorld

  init() throws { world = try TinyWorld() }

  /// What a command writes on a terminal of so many columns; standard error alone, or all where `isWhole`.
  private func terminal(
    columns: Int, _ arguments: [String], name: String = "xterm", isWhole: Bool = false
  ) throws -> (status: Int32, text: String) {
    try Data(Self.script.utf8).write(to: URL(fileURLWithPath: world.path("terminal.py")))
    let words = arguments.map { "'\($0)'" }.joined(separator: " ")
    let output = try Command.shell(
      "TERM=\(name) python3 terminal.py \(columns) \(isWhole) \"$ofa\" \(words)", in: world.folder)
    let parts = output.split(separator: "\u{1}", omittingEmptySubsequences: false)
    try #require(parts.count == 2, "\(output)")
    return (Int32(parts[0]) ?? -1, String(parts[1]))
  }

  /// Runs a command with a terminal as its standard error, or its other streams too, and prints the status and what
  /// the terminal was given.
  private static let script = """
    import fcntl, os, pty, struct, subprocess, sys, termios
    columns, whole, command = int(sys.argv[1]), sys.argv[2] == "true", sys.argv[3:]
    master, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    # What is written is what is read: no line break becomes two characters.
    state = termios.tcgetattr(terminal)
    state[1] &= ~termios.OPOST
    termios.tcsetattr(terminal, termios.TCSANOW, state)
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=terminal if whole else subprocess.DEVNULL, stderr=terminal,
        env=environment)
    os.close(terminal)
    text = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:
            break
        if not piece:
            break
        text += piece
    sys.stdout.write(f"{process.wait()}\\x01" + text.decode())
    """

  private var profiling: [String] {
    ["profile", "--space", "mini-32", "--budget", "1s", "--output", "profile.json", "--force"]
  }

  @Test("Progress is drawn over and over on one row, whatever the width", arguments: [20, 40, 80, 200])
  func width(columns: Int) throws {
    let (status, text) = try terminal(columns: columns, profiling)
    #expect(status == 0)
    let drawings = text.split(separator: "\r\u{1b}[J").filter { !$0.hasPrefix("warning: ") }
    #expect(drawings.count > 3, "\(text)")
    for drawing in drawings {
      #expect(TerminalText.columns(of: drawing) < columns && !drawing.contains("\n"), "\(drawing)")
      #expect(columns < 80 || drawing.contains(" %"), "\(drawing)")
    }
  }

  @Test("On a terminal that moves no cursor there are no escape codes", arguments: ["dumb", ""])
  func dumb(name: String) throws {
    let (status, text) = try terminal(columns: 80, profiling, name: name)
    #expect(status == 0 && !text.contains("\u{1b}") && !text.contains("\r"), "\(text)")
  }

  @Test("With --quiet there is no progress, of any command that has some")
  func quiet() throws {
    for arguments in [profiling, ["measure", "--space", "mini-32", "--subnets", "r32-45.45-45.45-45.45"]] {
      let loud = try terminal(columns: 80, arguments)
      #expect(loud.text.contains(" % "), "\(arguments): \(loud.text)")
      let (status, text) = try terminal(columns: 80, arguments + ["--quiet"])
      let rest = text.split(separator: "\n").filter { !$0.hasPrefix("warning: ") }
      #expect(status == 0 && rest.isEmpty, "\(text)")
    }
    for command in [
      "bench train-step", "bench inference", "bench kernels", "bench search", "classify", "data inspect", "evaluate",
      "forward", "measure", "predictor train", "profile blocks", "profile fit", "rank", "specialize", "train",
    ] {
      let help = try Command.run(command.split(separator: " ").map(String.init) + ["--help"])
      #expect(help.output.contains("--quiet "), "\(command)")
    }
    let run = [
      "train", "--space", world.space, "--data", world.data, "--recipe", world.recipe, "--output", world.path("run"),
      "--quiet",
    ]
    for more in [[], ["--resume"]] {
      let trained = try Command.run(run + more)
      #expect(trained.status == 0 && trained.errors.isEmpty && trained.output.contains("model: "), "\(trained.errors)")
    }
  }

  @Test("Tables are no wider than the terminal, and whole where there is none", arguments: [40, 60, 100])
  func tables(columns: Int) throws {
    let id = "r32-67.67.67.67-67.67.67.67-67.67.67.67-67.67.67.67-67.67.67.67"
    let cost = ["cost", "--space", "mbv3-32", "--subnets", id]
    let (status, text) = try terminal(columns: columns, cost, isWhole: true)
    #expect(status == 0 && text.split(separator: "\n").allSatisfy { $0.count <= columns }, "\(text)")
    #expect(text.filter { $0 != "\n" && $0 != " " }.contains(id), "\(text)")
    #expect(try Command.run(cost).lines.last?.hasSuffix(id) == true)
  }
}

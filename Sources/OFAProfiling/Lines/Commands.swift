import Foundation
import OFAExport
import OFAFormats

extension LineRunner.Command {
  /// ONNX Runtime on this machine, through Python.
  ///
  /// - Throws: `.missingInput` with what to install where it is not there.
  static func onnxRuntime(threads: Int) throws -> Self {
    let runtime = ONNXRuntime()
    _ = try runtime.version()
    let script = String(decoding: PackageResources.onnxruntime_lines_py, as: UTF8.self)
    return Self(name: "onnxruntime", words: [runtime.python, "-c", script, "\(threads)"])
  }

  /// The board's program on this machine: beside this program, or in the path.
  ///
  /// - Throws: `.missingInput` where it is in neither place.
  static func probe(threads: Int) throws -> Self {
    let name = ProbeBundle.program
    let beside = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent(name).path
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
    guard let program = ([beside].compactMap { $0 } + folders).first(where: FileManager.default.isExecutableFile) else {
      throw Failure(
        .missingInput, "it is neither beside this program nor in the path: 'ofa probe bundle DIR' writes its sources",
        at: name)
    }
    return Self(name: name, words: [program, "--lines", "--threads", "\(threads)"])
  }

  /// What a shell makes of a line; the variable `OFA_THREADS` says how many threads are to run a network, `OFA_CORES`
  /// on which processors, where that was asked for.
  static func shell(_ line: String, threads: Int, cores: Cores?) -> Self {
    Self(
      name: line, words: ["/bin/sh", "-c", line],
      environment: ["OFA_THREADS": "\(threads)", "OFA_CORES": cores?.description ?? ""])
  }

  /// A board that a person can log in to, over the user's own `ssh` and its configuration.
  ///
  /// The board's program is sent as sources and built there in a folder of its own, which goes when the program ends.
  ///
  /// - Parameter address: `USER@HOST`, with a colon and a port behind it where it is not the usual one.
  /// - Throws: `.usage` for an address that `ssh` would take for something else.
  static func ssh(_ address: String, engine: Engine, threads: Int) throws -> Self {
    let parts = address.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let port = parts.count == 2 ? Int(parts[1]) : nil
    guard !parts[0].isEmpty, !parts[0].hasPrefix("-"), !parts[0].contains(where: \.isWhitespace),
      parts.count == 1 || port.map({ 1...65_535 ~= $0 }) == true
    else { throw Failure(.usage, "\"\(address)\" is no USER@HOST or USER@HOST:PORT", at: "`runner`") }
    // Nobody is there to type a password; a line that is cut is noticed within a quarter of a minute.
    let options = ["BatchMode=yes", "ConnectTimeout=10", "ServerAliveInterval=5", "ServerAliveCountMax=3"]
    let gift = engine.gift
    let words =
      ["ssh", "-T"] + options.flatMap { ["-o", $0] } + (port.map { ["-p", "\($0)"] } ?? [])
      + [String(parts[0]), "exec /bin/sh -c " + quoted(engine.script(taking: gift.utf8.count, threads: threads))]
    // BusyBox's head takes more than it is asked for, a buffer: that is of empty lines, which are no requests.
    return Self(name: address, words: words, gift: gift + String(repeating: "\n", count: 1 << 16))
  }

  /// A word as a shell reads it back.
  private static func quoted(_ text: String) -> String {
    "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
  }

  /// What runs networks on a board.
  enum Engine: String, CaseIterable {
    /// The board's program.
    case probe
    /// ONNX Runtime, through the board's Python.
    case onnxRuntime = "onnxruntime"

    /// What is sent before the first line.
    var gift: String {
      switch self {
      case .onnxRuntime: String(decoding: PackageResources.onnxruntime_lines_py, as: UTF8.self)
      case .probe:
        ProbeBundle.files.map { path, text in
          """
          mkdir -p "$(dirname '\(path)')" && cat > '\(path)' <<'END OF \(path)'
          \(text)
          END OF \(path)

          """
        }.joined()
      }
    }

    /// A script of the board's shell that takes a gift of so many bytes from its input, then speaks lines there.
    func script(taking bytes: Int, threads: Int) -> String {
      let folder = """
        umask 077
        # What was left when a board lost its power, or the one who worked there was killed: its name says who that was.
        for left in "${TMPDIR:-/tmp}"/ofa.*.??????; do
          owner=${left%.*}; owner=${owner##*.}
          # In a container it may be long until one that was killed is a process no more.
          if kill -0 "$owner" 2> /dev/null && ! grep -q ') Z ' "/proc/$owner/stat" 2> /dev/null; then continue; fi
          if [ -w "$left" ]; then rm -rf "$left"; fi
        done
        folder=$(mktemp -d "${TMPDIR:-/tmp}/ofa.$$.XXXXXX") || exit 1
        trap 'cd /; rm -rf "$folder"' EXIT
        trap 'exit 1' HUP INT TERM
        cd "$folder" && head -c \(bytes) > gift || exit 1

        """
      switch self {
      case .onnxRuntime:
        return folder + """
          python=$HOME/.venv/bin/python3
          if [ ! -x "$python" ]; then python=python3; fi
          "$python" gift \(threads)

          """
      case .probe:
        return folder + """
          sh gift || exit 1
          for compiler in ${CC:-} cc gcc clang; do
            if command -v "$compiler" > /dev/null; then break; fi
            compiler=
          done
          if [ -z "$compiler" ]; then
            echo "it has no C compiler: build ofa-probe elsewhere, see ofa probe bundle, and use exec:" >&2
            exit 1
          fi
          atomics=$(\(ProbeBundle.atomics(compiler: "\"$compiler\" -O2 -pthread")))
          "$compiler" -O2 -pthread \(ProbeBundle.compilation) Sources/*/*.c Sources/*/*/*.c -lm $atomics -o probe >&2 ||
            exit 1
          ./probe --lines --threads \(threads)

          """
      }
    }
  }
}

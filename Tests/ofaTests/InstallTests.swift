import Foundation
import OFAFormats
import TestSupport
import Testing

private let canInstall = FileManager.default.isExecutableFile(
  atPath: packageRoot + "/.build/release/generate-manual")

/// What `make install` puts in place, and `make uninstall` takes away.
@Suite(.enabled(if: canInstall, "make test builds what makes the manual")) struct InstallTests {
  /// Calls make in the package's folder for what is built already.
  private func make(_ arguments: String, in folder: String) throws -> String {
    try Command.shell(
      "make --no-print-directory -C '\(packageRoot)' -o build -o .build/release/generate-manual "
        + "STAGE='\(folder)/stage' OFA=\"$ofa\" \(arguments) 2>&1; echo \"status $?\"", in: folder)
  }

  private static let made: Set = [
    "bin/ofa", "bin/ofa-probe", "share/man/man1/ofa.1", "share/bash-completion/completions/ofa",
    "share/zsh/site-functions/_ofa", "share/fish/vendor_completions.d/ofa.fish",
  ]
  /// What the package has as it is.
  private func shipped() throws -> Set<String> {
    Set(
      try ["HardwareProfiles", "Models"].flatMap { name in
        try files(below: "\(packageRoot)/\(name)").map { "share/ofa/\(name)/\($0)" }
      })
  }

  private func files(below folder: String) throws -> Set<String> {
    Set(try FileManager.default.subpathsOfDirectory(atPath: folder).filter { InputFile.isFile("\(folder)/\($0)") })
  }

  @Test("A PREFIX below a home is one, whatever the shell makes of the ~")
  func home() throws {
    let commands = try Command.shell(
      "HOME=/home/nobody make -n -C '\(packageRoot)' uninstall 'PREFIX=~/.local'", in: packageRoot)
    #expect(commands.contains("/home/nobody/.local") && !commands.contains("~"), "\(commands)")
  }

  @Test(
    "Below a PREFIX, and a DESTDIR before it, all is installed that is promised, runs, and is uninstalled to the last")
  func installs() throws {
    try withTemporaryFolder { folder in
      for (arguments, root) in [
        ("PREFIX='\(folder)/a prefix'", "\(folder)/a prefix"),
        ("DESTDIR='\(folder)/staged' PREFIX=/opt", "\(folder)/staged/opt"),
      ] {
        try AtomicFile.write("mine", to: root + "/share/man/man1/other.1")
        let installed = try make("install " + arguments, in: folder)
        #expect(installed.hasSuffix("status 0\n"), "\(installed)")
        #expect(try files(below: root) == Self.made.union(shipped()).union(["share/man/man1/other.1"]))
        let version = try Command.shell("\"$PWD/bin/ofa\" --version; \"$PWD/bin/ofa-probe\" 2>&1 | head -1", in: root)
        #expect(version.firstMatch(of: /^\d+\.\d+\.\d+\n.+/) != nil, "\(version)")
        let models = try Command.shell("'\(root)/bin/ofa' list models --json", in: folder)
        #expect(models.contains("\(root)/share/ofa/Models/mbv3-32-mnist"), "\(models)")
        let removed = try make("uninstall " + arguments, in: folder)
        #expect(removed.hasSuffix("status 0\n"), "\(removed)")
        #expect(try FileManager.default.subpathsOfDirectory(atPath: root).sorted().last == "share/man/man1/other.1")
        #expect(try files(below: root) == ["share/man/man1/other.1"])
      }
      _ = try make("install PREFIX='\(folder)/new'", in: folder)
      _ = try make("uninstall PREFIX='\(folder)/new'", in: folder)
      #expect(!FileManager.default.fileExists(atPath: folder + "/new/bin"))
      #expect((try? FileManager.default.contentsOfDirectory(atPath: folder + "/new"))?.isEmpty ?? true)
    }
  }

  @Test("The manual has every command and every option of every command, and a formatter understands it")
  func manual() throws {
    try withTemporaryFolder { folder in
      _ = try make("install PREFIX='\(folder)'", in: folder)
      let page = String(decoding: try InputFile.read(folder + "/share/man/man1/ofa.1"), as: UTF8.self)
      for command in HelpTests.commands {
        guard let name = command.split(separator: " ").last else { continue }
        #expect(page.contains("\n.It Em \(name)\n"), "\(command)")
        let help = try Command.run(command.split(separator: " ").map(String.init) + ["--help"]).output
        for option in help.matches(of: /\n  --([a-z-]+)/) {
          #expect(page.contains("Fl -\(option.1)"), "\(command) --\(option.1)")
        }
      }
      let formatted = try Command.shell(
        """
        command -v groff > /dev/null || exit 0
        groff -mdoc -Tascii -ww share/man/man1/ofa.1 2>&1 > page; wc -l < page
        """, in: folder)
      #expect(
        formatted.isEmpty || Int(formatted.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0 > 500, "\(formatted)")
    }
  }
}

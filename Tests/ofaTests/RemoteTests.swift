import Foundation
import OFAFormats
import TestSupport
import Testing
import TinyWorld

/// Boards that are logged in to: servers of ssh on this machine stand in for them.
@Suite struct RemoteTests {
  private static let server = ["/usr/sbin/sshd", "/usr/bin/sshd"].first(
    where: FileManager.default.isExecutableFile(atPath:))

  /// What the shell prints after a script with a server, the host `board` in the user's configuration, and one subnet.
  private func withServer(_ script: String) throws -> [String] {
    let world = try TinyWorld()
    try #"{"resolution": 12, "depths": 1, "kernelSizes": 3, "expandRatios": 2}"#.write(
      toFile: world.path("subnet.jsonl"), atomically: true, encoding: .utf8)
    let preparation = """
      # A path with blanks, as users have them.
      mkdir -p "a board/tmp" bin; cd "a board"
      ssh-keygen -q -t ed25519 -N '' -f hostkey; ssh-keygen -q -t ed25519 -N '' -f key
      cp key.pub authorized; chmod 600 authorized; [ "$(id -u)" = 0 ] && mkdir -p /run/sshd
      for attempt in 1 2 3 4 5; do
        port=$((20000 + RANDOM % 20000))
        printf '%s\\n' "Port $port" "ListenAddress 127.0.0.1" "HostKey \\"$PWD/hostkey\\"" "StrictModes no" "UsePAM no" \\
          "PidFile \\"$PWD/pid\\"" "AuthorizedKeysFile \\"$PWD/authorized\\"" "SetEnv TMPDIR=\\"$PWD/tmp\\"" > server
        \(Self.server ?? "sshd") -f "$PWD/server" -E "$PWD/log" && break
      done
      trap 'kill $(cat "$PWD/pid")' EXIT
      printf '%s\\n' "Host board" "  HostName 127.0.0.1" "  Port $port" "  User $(id -un)" \\
        "  IdentityFile \\"$PWD/key\\"" "  IdentitiesOnly yes" "  StrictHostKeyChecking no" \\
        "  UserKnownHostsFile /dev/null" "  LogLevel ERROR" > config
      # The user's configuration, which only ssh itself may read.
      printf '%s\\n' '#!/bin/sh' "exec /usr/bin/ssh -F '$PWD/config' \\"\\$@\\"" > ../bin/ssh; chmod +x ../bin/ssh
      export PATH="$PWD/../bin:$PATH" space='\(world.space)' subnet='\(world.path("subnet.jsonl"))'
      for wait in 1 2 3 4 5 6 7 8 9 10; do ssh board true && break; sleep 0.2; done

      """
    return try Command.shell(preparation + script, in: world.folder).split(separator: "\n").map(String.init)
  }

  @Test(
    "A board is measured over ssh with what it builds itself, and nothing of that is left there",
    .enabled(if: Self.server != nil, "there is no sshd"))
  func measures() throws {
    let lines = try withServer(
      """
      $ofa measure --runner ssh:board --space "$space" --subnets "$subnet" --json; echo "status $?"
      $ofa profile --runner "ssh:board:$port" --space "$space" --budget 1s --output profile.json --json; echo "status $?"
      grep -o '"runner": *"[a-z]*"' profile.json; echo "left: $(ls tmp)"
      """)
    try #require(lines.count == 6, "\(lines)")
    #expect(try keys(lines[0]) == ["id", "latencyMilliseconds", "p10Milliseconds", "p90Milliseconds", "runs"])
    #expect(lines[1] == "status 0" && lines[3] == "status 0")
    #expect(lines[4].contains("probe") && lines[5] == "left: ")
  }

  @Test(
    "What keeps a board from being measured is said in a line, with its status",
    .enabled(if: Self.server != nil, "there is no sshd"))
  func failures() throws {
    let lines = try withServer(
      """
      measure() { $ofa measure --space "$space" --subnets "$subnet" "$@" 2>&1 > /dev/null; echo "status $?"; }
      measure --runner ssh:board --engine toaster; measure --runner host --engine probe
      measure --runner "ssh:-oProxyCommand=x"; measure --runner ssh:board:70000
      kill $(cat pid); sleep 0.3; measure --runner ssh:board
      """)
    #expect(
      lines == [
        "error: --engine: unknown engine \"toaster\"; there is: probe, onnxruntime", "status 64",
        "error: --engine: it is for --runner ssh:USER@HOST", "status 64",
        "error: --runner: \"-oProxyCommand=x\" is no USER@HOST or USER@HOST:PORT", "status 64",
        "error: --runner: \"board:70000\" is no USER@HOST or USER@HOST:PORT", "status 64",
      ] + lines.suffix(2))
    #expect(lines.dropLast().last?.contains("Connection refused") == true && lines.last == "status 74", "\(lines)")
  }

  @Test("The bundle builds with the compiler of a board and is nobody else's folder")
  func bundle() throws {
    try withTemporaryFolder { folder in
      let written = try Command.run(["probe", "bundle", folder + "/bundle", "--json"])
      let files = try FileManager.default.subpathsOfDirectory(atPath: folder + "/bundle")
        .filter { $0.hasSuffix(".c") || $0.hasSuffix(".h") }
      #expect(written.output == "{\"files\":\(files.count + 2)}\n")
      let built = try Command.shell(
        "make -C bundle 2>&1 > /dev/null && bundle/ofa-probe 2>&1; echo $?", in: folder)
      #expect(built.hasSuffix("64\n") && built.contains("usage: ofa-probe PLAN"), "\(built)")
      try "x".write(toFile: folder + "/bundle/notes", atomically: true, encoding: .utf8)
      let second = try Command.run(["probe", "bundle", folder + "/bundle"])
      #expect(second.status == 64 && second.errors.contains("no part of the bundle: notes"))
      try FileManager.default.removeItem(atPath: folder + "/bundle/notes")
      #expect(try Command.run(["probe", "bundle", folder + "/bundle", "--json"]).output == written.output)
    }
  }

  @Test("A bundle is not put in the place of a project of the user's with files of the same names")
  func othersProject() throws {
    try withTemporaryFolder { folder in
      try FileManager.default.createDirectory(atPath: folder + "/Sources", withIntermediateDirectories: true)
      for name in ["Makefile", "README.md"] {
        try "mine".write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
      }
      #expect(try Command.run(["probe", "bundle", folder]).status == 64)
      #expect(try String(contentsOfFile: folder + "/Makefile", encoding: .utf8) == "mine")
    }
  }
}

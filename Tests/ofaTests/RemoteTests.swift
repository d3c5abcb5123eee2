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
      # Of one that was killed, no process having so high a number, of one not buried yet, and of one that works.
      sh -c 'sleep 0 & echo $! > zombie; exec sleep 300' > /dev/null & parent=$!; sleep 0.5
      mkdir tmp/ofa.4194305.killed tmp/ofa.$(cat zombie).zombie tmp/ofa.$$.worker
      $ofa measure --runner ssh:board --space "$space" --subnets "$subnet" --json; echo "status $?"
      $ofa profile --runner "ssh:board:$port" --space "$space" --budget 1s --output profile.json --json; echo "status $?"
      grep -o '"runner": *"[a-z]*"' profile.json; echo "left: $(ls tmp | sed "s/$$/PID/")"
      kill -9 $parent
      """)
    try #require(lines.count == 6, "\(lines)")
    #expect(try keys(lines[0]) == ["id", "latencyMilliseconds", "p10Milliseconds", "p90Milliseconds", "runs"])
    #expect(lines[1] == "status 0" && lines[3] == "status 0")
    #expect(lines[4].contains("probe") && lines[5] == "left: ofa.PID.worker")
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

  /// Whether networks of boards can be made here, with addresses of their own.
  private static let hasNamespaces =
    server != nil && getuid() == 0
    && (try? Command.shell("ip netns add ofa-test && ip netns del ofa-test; echo $?")) == "0\n"

  @Test(
    "Boards that share the work are killed, frozen, cut off and slowed in turn: nothing stops, is lost or left behind",
    .enabled(if: Self.hasNamespaces, "no sshd, or no right to make network namespaces"))
  func faults() throws {
    try withTemporaryFolder { folder in
      // b0 is the way to b1; the boards' paths have blanks. A compiler that copies a probe spares minutes of building.
      let script = """
        id=$(( $$ % 30000 )); net=10.$(( 100 + id % 100 )).$(( id / 256 )); bridge=ofa$id
        finish() {
          for n in 0 1 2 3; do
            kill $(cat pid$n); ip netns pids ofa$id-$n | xargs -r kill -9; ip netns del ofa$id-$n
          done 2> /dev/null
          ip link del $bridge
        }
        trap finish EXIT
        mkdir -p bin /run/sshd; ssh-keygen -q -t ed25519 -N '' -f hostkey; ssh-keygen -q -t ed25519 -N '' -f key
        cp key.pub authorized; chmod 600 authorized
        printf '%s\\n' '#!/bin/sh' "cp $(dirname $ofa)/ofa-probe probe" > bin/copy; chmod +x bin/copy
        printf '%s\\n' '#!/bin/sh' "exec /usr/bin/ssh -F '$PWD/config' \\"\\$@\\"" > bin/ssh; chmod +x bin/ssh
        export PATH="$PWD/bin:$PATH"
        ip link add $bridge type bridge && ip addr add $net.1/24 dev $bridge && ip link set $bridge up
        for n in 0 1 2 3; do
          ip netns add ofa$id-$n; ip link add v$id-$n type veth peer name eth0 netns ofa$id-$n
          ip link set v$id-$n master $bridge up; ip -n ofa$id-$n addr add $net.1$n/24 dev eth0
          ip -n ofa$id-$n link set eth0 up; ip -n ofa$id-$n link set lo up; mkdir -p "board $n/tmp"
          printf '%s\\n' "ListenAddress $net.1$n" "HostKey \\"$PWD/hostkey\\"" "StrictModes no" "UsePAM no" \\
            "PidFile \\"$PWD/pid$n\\"" "AuthorizedKeysFile \\"$PWD/authorized\\"" \\
            "SetEnv \\"TMPDIR=$PWD/board $n/tmp\\" CC=$PWD/bin/copy" > server$n
          ip netns exec ofa$id-$n \(Self.server ?? "sshd") -f "$PWD/server$n" -E "$PWD/log$n"
          printf '%s\\n' "Host b$n" "  HostName $net.1$n" "  IdentityFile \\"$PWD/key\\"" "  IdentitiesOnly yes" \\
            "  StrictHostKeyChecking no" "  UserKnownHostsFile /dev/null" "  LogLevel ERROR" >> config
        done
        printf '%s\\n' "Host b1" "  ProxyCommand /usr/bin/ssh -F '$PWD/config' -W %h:%p b0" >> config
        sessions() { ip netns pids ofa$id-$1 | grep -vx "$(cat pid$1)"; }
        for n in 1 2 3; do for wait in 1 2 3 4 5; do ssh b$n true && break; sleep 0.5; done; done

        $ofa profile --space mini-32 --runner ssh:b2 --budget 5s --output calm.json --json
        $ofa profile --space mini-32 --runner ssh:b1,b2,b3 --budget 40s --output faults.json --json 2> errors &
        profile=$!
        # A slow machine takes long until a board's program runs.
        for wait in $(seq 300); do
          for pid in $(sessions 1); do cat /proc/$pid/comm; done 2> /dev/null | grep -qx probe && break; sleep 0.1
        done
        sleep 2; kill -9 $(sessions 1)
        sleep 2; frozen=$(ip netns pids ofa$id-2); kill -STOP $frozen; sleep 13; kill -CONT $frozen
        ip link set v$id-3 down; sleep 13; ip link set v$id-3 up
        end=$(( SECONDS + 5 ))
        while [ $SECONDS -lt $end ]; do
          slowed=$(sessions 2); kill -STOP $slowed; sleep 0.045; kill -CONT $slowed; sleep 0.005
        done 2> /dev/null
        wait $profile; echo "status $?"
        left() { ls board*/tmp | grep -v : | xargs; }
        for wait in $(seq 20); do [ -z "$(left)" ] && break; sleep 1; done
        echo "left: $(left)"
        """
      let output = try Command.shell(script, in: folder)
      let errors = try String(contentsOfFile: folder + "/errors", encoding: .utf8)
      let lines = output.split(separator: "\n").map(String.init)
      #expect(lines.suffix(2) == ["status 0", "left: "], "\(output)\n\(errors)")
      let blocks = try ["calm", "faults"].map { try medians(folder + "/\($0).json") }
      #expect(blocks[1].count == 76 && Set(blocks[1].keys).isSuperset(of: blocks[0].keys))
      let ratios = blocks[1].compactMap { signature, time in blocks[0][signature].map { time / $0 } }.sorted()
      try #require(!ratios.isEmpty)
      // A tenth of the speed would be a ratio of ten. The machine is the tests' own, and no quiet one.
      #expect(0.4...2.5 ~= ratios[ratios.count / 2], "\(ratios)")
      #expect(errors.contains("warning: b1: it ended"), "\(errors)")
    }
  }

  /// The medians of the blocks of a profile that were measured.
  private func medians(_ path: String) throws -> [String: Double] {
    struct Profile: Decodable {
      var blocks: [Block]
      struct Block: Decodable {
        var signature: String
        var medianMilliseconds: Double?
      }
    }
    let profile = try JSONDecoder().decode(Profile.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    let medians = profile.blocks.compactMap { block in block.medianMilliseconds.map { (block.signature, $0) } }
    return Dictionary(uniqueKeysWithValues: medians)
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

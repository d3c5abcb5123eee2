import Foundation
import OFAFormats
import TestSupport
import Testing
import TinyWorld

/// What `ofa measure` tells of processors and memory.
@Suite struct MeasureTests {
  private let world: TinyWorld
  private let subnet = #"{"resolution": 12, "depths": 1, "kernelSizes": 3, "expandRatios": 2}"#

  init() throws { world = try TinyWorld() }

  /// What the command answers about one subnet, by a program that answers at once; `loaded` is what it tells beside.
  private func measure(_ loaded: String = "", _ arguments: [String]) throws -> Command.Outcome {
    let script = """
      read hello; echo '{"hello": "ofa-runner", "version": 1, "takes": "onnx", "runner": "x"}'
      while read request id rest; do case $request in
        load) echo "{\\"loaded\\": $id, \\"difference\\": 0\(loaded.replacing("\"", with: "\\\""))}";;
        turn) echo "{\\"turn\\": $id, \\"milliseconds\\": [9000]}";;
        *) echo '{"error": "not understood", "kind": "request"}';;
      esac; done
      """
    try AtomicFile.write(script, to: world.path("program.sh"))
    return try Command.run(
      ["measure", "--runner", "exec:sh '\(world.path("program.sh"))'", "--space", world.space, "--subnets", "-"]
        + arguments, input: subnet)
  }

  @Test("With --memory each line says what the network needs, null where that is not known; without it nothing of that")
  func memory() throws {
    let latency: Set = ["id", "latencyMilliseconds", "p10Milliseconds", "p90Milliseconds", "runs"]
    let known = try measure(#", "arenaBytes": 2000, "peakBytes": 3000000"#, ["--memory", "--json"])
    #expect(try Set(keys(known.lines[0])) == latency.union(["processBytes", "arenaBytes"]))
    #expect(known.output.contains(#""processBytes":3000000,"arenaBytes":2000"#), "\(known.output)")
    let unknown = try measure("", ["--memory", "--json"])
    #expect(unknown.output.contains(#""processBytes":null,"arenaBytes":null"#), "\(unknown.output)")
    #expect(try Set(keys(measure(#", "arenaBytes": 2000"#, ["--json"]).lines[0])) == latency)
    let table = try measure(#", "arenaBytes": 2000"#, ["--memory"])
    #expect(table.lines[0].split(separator: " ") == ["median", "p10", "p90", "runs", "process", "arena", "id"])
    #expect(table.lines[2].contains(" –  2.00 kB  r12-"), "\(table.output)")
    #expect(try measure("", []).lines[0].split(separator: " ") == ["median", "p10", "p90", "runs", "id"])
    let impossible = try measure(#", "arenaBytes": -1"#, ["--memory"])
    #expect(impossible.status == 65 && impossible.errors.contains("memory that cannot be"), "\(impossible.errors)")
  }

  @Test("A board whose head takes more than it is asked for, as BusyBox's does, is spoken with")
  func greedyHead() throws {
    for (name, text) in [
      ("ssh", "#!/bin/sh\nfor last; do :; done\nexec /bin/sh -c \"$last\"\n"),
      (
        "head",
        """
        #!/usr/bin/env python3
        import os, sys
        count, taken = int(sys.argv[2]), b""
        while len(taken) < count + 4096:
            taken += os.read(0, count + 4096 - len(taken))
        sys.stdout.buffer.write(taken[:count])
        """
      ),
    ] {
      try writeProgram(text, to: world.path("bin/\(name)"))
    }
    let output = try Command.shell(
      "PATH=\"$PWD/bin:$PATH\"; $ofa measure --space space.json --runner ssh:board --subnets smallest --json",
      in: world.folder)
    #expect(output.contains("\"latencyMilliseconds\":"), "\(output)")
  }

  /// The blocks of a profile by what the command tells of it: how many are predicted depends on the machine's speed.
  private func blocks(_ line: String) throws -> Int {
    struct Told: Decodable { var blocks: Int, predictedBlocks: Int? }
    let told = try JSONDecoder().decode(Told.self, from: Data(line.utf8))
    return told.blocks + (told.predictedBlocks ?? 0)
  }

  @Test("A profile whose measurement was killed goes on from what it had, and is not begun anew by mistake")
  func resumes() throws {
    let output = try Command.shell(
      """
      profile() {
        $ofa profile --space mbv3-32 --output p.json --json "$@" 2> errors; echo "status $?"; grep ^error: errors
      }
      timeout -s KILL 5 $ofa profile --space mbv3-32 --budget 1min --output p.json 2> errors
      sed 's/"seconds":[0-9.e-]*/"seconds":-1/' p.json.partial > q.json.partial
      [ -s p.json.partial ] && echo kept; [ -e p.json ] || echo none
      profile --budget 2s; profile --budget 2s --resume; [ -e p.json.partial ] || echo gone
      profile --budget 2s --resume --threads 2; profile --budget 1s --resume --space mini-32 | head -1
      again() { $ofa profile --space mbv3-32 --budget 1s --output q.json --json "$@" 2>&1 > q.out; echo "status $?"; }
      again --resume; again --force | tail -1
      """, in: world.folder)
    let lines = output.split(separator: "\n").map(String.init)
    try #require(lines.count == 13, "\(output)")
    #expect(lines[0...2] == ["kept", "none", "status 64"])
    #expect(lines[3].hasPrefix("error: p.json.partial: an interrupted measurement is there; go on with it by --resume"))
    #expect(try blocks(lines[4]) == 223 && lines[5] == "status 0" && lines[6] == "gone", "\(output)")
    #expect(lines[7] == "status 64" && lines[8].contains("measured by another runner, version, kernel form or number"))
    #expect(try blocks(lines[9]) == 291, "\(output)")
    let damage = "it has times that cannot be; begin anew with --force in place of --resume"
    #expect(lines[10...] == ["error: q.json.partial: \(damage)", "status 65", "status 0"], "\(output)")
  }

  @Test("A profile with predicted blocks takes another space, and says how many are predicted now")
  func addsToPredictions() throws {
    let output = try Command.shell(
      """
      for space in mini-32 mbv3-32; do
        $ofa profile --space $space --budget 10ms --output p.json --resume --json | grep -o '"predictedBlocks":[0-9]*'
      done
      grep -c '"count": 0' p.json
      """, in: world.folder)
    let counts = output.split(separator: "\n").compactMap { $0.split(separator: ":").last.flatMap { Int($0) } }
    #expect(counts.count == 3 && counts[0] > 0 && counts[1] > counts[0] && counts[2] == counts[1], "\(output)")
  }

  @Test("Processors that a network cannot be pinned to are a usage error")
  func cores() throws {
    let host = ["measure", "--space", world.space, "--subnets", "-"]
    for (arguments, words) in [
      (host + ["--cores", "0", "--threads", "2"], "--cores: 0 is too few for 2 threads"),
      (host + ["--cores", "big"], "--cores: \"big\" is no list of processors; write for example 0,2-3"),
      (host + ["--cores", "1023"], "--cores: this machine does not have all of 1023"),
      (host + ["--runner", "probe", "--cores", "1023"], "--cores: ofa-probe: cores: the system does not have all"),
      (
        ["profile", "--space", world.space, "--output", world.path("profile.json"), "--cores", "1-"],
        "--cores: \"1-\" is no list of processors"
      ),
    ] {
      let outcome = try Command.run(arguments, input: subnet)
      #expect(outcome.status == 64 && outcome.errors.hasPrefix("error: \(words)"), "\(outcome.errors)")
    }
    let refused = try measure("", ["--cores", "0"])
    #expect(refused.status == 64 && refused.errors.contains("not understood"), "\(refused.errors)")
  }
}

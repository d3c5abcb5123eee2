import Foundation
import OFAExport
import OFAFormats
import OFAHardware
import OFAProfiling
import OFASpace
import TestSupport
import Testing

/// Runners that are programs of their own.
@Suite struct LineRunnerTests {
  private static let probe =
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("ofa-probe").path

  private func turn(of runner: any Runner, _ space: SearchSpace) throws -> Turn {
    var request = Turn.Request(runs: 4)
    request.blockRuns = runner.timesBlocks ? 2 : 0
    let networks = try runner.load([space.graph(of: space.smallest), space.graph(of: space.largest)])
    return try networks[1].take(request)
  }

  @Test("The board's program computes what the engine does, and times whole networks and blocks", arguments: [1, 2])
  func probe(threads: Int) throws {
    let space = try tinySpace()
    let runner = try Runners.named("exec:\(Self.probe) --lines --threads $OFA_THREADS", space: space, threads: threads)
    #expect(runner.timesBlocks && runner.measurement.runner == "probe" && runner.measurement.threads == threads)
    #expect(runner.measurement.runnerVersion == Runners.version)
    let turn = try turn(of: runner, space)
    #expect(turn.milliseconds.count == 4 && turn.milliseconds.allSatisfy { $0 > 0 })
    let blocks = space.graph(of: space.largest).blocks.count
    #expect(turn.blockMilliseconds.map(\.count) == [blocks, blocks])
  }

  @Test("A program that runs another number of threads than was asked for is refused")
  func otherThreads() throws {
    let space = try tinySpace()
    let found = failure { _ = try Runners.named("exec:\(Self.probe) --lines", space: space, threads: 2) }
    #expect(found?.kind == .usage && found?.place == "`threads`", "\(String(describing: found))")
    #expect(found?.message.contains("1 of its threads, not with 2") == true)
  }

  @Test("A whole profile can be made by the board's program")
  func profile() throws {
    let space = try tinySpace()
    let runner = try Runners.named("exec:\(Self.probe) --lines", space: space, threads: 1)
    let (profile, _) = try Profiler(space: space, runner: runner, budget: .milliseconds(200)).profile()
    #expect(profile.table.covers(space.graph(of: space.largest)))
  }

  @Test("ONNX Runtime computes what the engine does, and times networks", .enabled(if: Self.hasONNXRuntime))
  func onnxRuntime() throws {
    let space = try tinySpace()
    let runner = try Runners.named("onnxruntime", space: space, threads: 1)
    let turn = try turn(of: runner, space)
    #expect(turn.milliseconds.count == 4 && turn.milliseconds.allSatisfy { $0 > 0 })
    #expect(runner.measurement.runnerVersion == (try ONNXRuntime().version()))
  }

  @Test("The documentation's example is a runner", .enabled(if: Self.hasONNXRuntime))
  func example() throws {
    let page = try String(
      contentsOfFile: packageRoot + "/Sources/OFAProfiling/OFAProfiling.docc/Lines.md", encoding: .utf8)
    let program = try #require(page.components(separatedBy: "```python\n").last?.components(separatedBy: "```").first)
    try withTemporaryFolder { folder in
      // A path with blanks, as users have them.
      let path = folder + "/the example.py"
      try program.write(toFile: path, atomically: true, encoding: .utf8)
      let space = try tinySpace()
      let runner = try Runners.named(
        "exec:'\(ONNXRuntime().python)' '\(path)'", space: space, threads: 1)
      #expect(!runner.timesBlocks)
      #expect(try turn(of: runner, space).milliseconds.count == 4)
    }
  }

  private static let hasONNXRuntime = (try? ONNXRuntime().version()) != nil

  /// The board's program behind one that passes its lines on, with a fault.
  private func faulty(_ fault: String, in folder: String, cores: String? = nil) throws -> any Runner {
    let script = """
      import base64, json, os, signal, subprocess, sys, time
      fault, state = sys.argv[1:3]
      probe = subprocess.Popen(sys.argv[3:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
      starts = open(state).read() if os.path.exists(state) else ""
      open(state, "a").write("x")
      for line in sys.stdin:
          if line.startswith("turn") and fault in ("ends", "hangs") and not starts:
              if fault == "hangs":
                  time.sleep(1000)
              sys.exit("the board lost power")
          if line.startswith("load") and fault in ("nan", "inf"):
              words = line.split()
              first = b"\\0\\0\\xc0\\x7f" if fault == "nan" else b"\\0\\0\\x80\\x7f"
              words[4] = base64.b64encode(first + base64.b64decode(words[4])[4:]).decode()
              line = " ".join(words) + "\\n"
          probe.stdin.write(line)
          probe.stdin.flush()
          answer = probe.stdout.readline()
          told = json.loads(answer) if line.startswith("turn") and fault.startswith("clock") else None
          if told and fault.startswith("clock_whole_"):
              told["milliseconds"][-1] = float(fault.split("_")[2])
          if told and fault.startswith("clock_block_"):
              told["blockMilliseconds"][0][0] = float(fault.split("_")[2])
          if told:
              answer = json.dumps(told) + "\\n"
          if line.startswith("load") and fault == "result":
              answer = json.dumps({"error": "its result is 3 from the expected one", "kind": "result"}) + "\\n"
          if line.startswith("turn") and fault == "twice":
              answer = json.dumps({**json.loads(answer), "turn": 0}) + "\\n"
          if line.startswith("turn") and fault == "babble":
              answer = "Segmentation fault\\n"
          if fault == "always" or line.startswith(fault.replace("_", " ")):
              sys.exit("no more")
          sys.stdout.write(answer)
          sys.stdout.flush()
      """
    try script.write(toFile: folder + "/faulty.py", atomically: true, encoding: .utf8)
    return try Runners.named(
      "exec:exec python3 '\(folder)/faulty.py' \(fault) '\(folder)/state' '\(Self.probe)' --lines", space: tinySpace(),
      threads: 1, cores: cores)
  }

  @Test("A program runs networks on the processors that it is asked to, with all its threads, however often it starts")
  func pins() throws {
    let cores = try #require(CoresTests.one).description
    // Two threads on one processor, which nobody may ask for: it says that it has one.
    let runner = try Runners.named(
      "exec:'\(Self.probe)' --lines --threads 2 | sed -u 's/\"threads\":2/\"threads\":1/'", space: tinySpace(),
      threads: 1, cores: cores)
    #expect(runner.measurement.cores == cores)
    let process = try #require(try runner.systemText(of: "/proc/self/stat")?.split(separator: " ").first)
    let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")
    let allowed = try threads.map {
      CoresTests.allowed(in: try InputFile.read("/proc/\(process)/task/\($0)/status"))
    }
    #expect(allowed == [cores, cores])
    try withTemporaryFolder { folder in
      let runner = try faulty("ends", in: folder, cores: cores)
      #expect(try turn(of: runner, tinySpace()).milliseconds.count == 4)
      #expect(try String(contentsOfFile: folder + "/state", encoding: .utf8) == "xx")
      let status = try #require(try runner.systemText(of: "/proc/self/status"))
      #expect(CoresTests.allowed(in: Array(status.utf8)) == cores)
    }
  }

  @Test("ONNX Runtime runs networks on the processors that it is asked to", .enabled(if: Self.hasONNXRuntime))
  func onnxRuntimePins() throws {
    let cores = try #require(CoresTests.one).description
    let runner = try Runners.named("onnxruntime", space: tinySpace(), threads: 1, cores: cores)
    let status = try #require(try runner.systemText(of: "/proc/self/status"))
    #expect(CoresTests.allowed(in: Array(status.utf8)) == cores && runner.measurement.cores == cores)
    #expect {
      _ = try Runners.named("onnxruntime", space: tinySpace(), threads: 1, cores: "1023")
    } throws: {
      ($0 as? Failure)?.kind == .usage && "\($0)".hasPrefix("`cores`: onnxruntime: cores: the system does not have")
    }
  }

  /// A program on a board of two kinds of cores, which answers the request to pin in its own way.
  private func board(_ folder: String, pinning: String, threads: Int = 1, cores: String? = nil) throws -> any Runner {
    let script = """
      import json, os, sys
      for line in sys.stdin:
          request, *words = line.split()
          answer = {"error": "not understood", "kind": "request"}
          if request == "hello":
              answer = {"hello": "ofa-runner", "version": 1, "takes": "onnx", "runner": "board",
                        "device": "board " + os.environ["OFA_CORES"]}
          elif request == "read" and words[0].endswith("/online"):
              answer = {"read": "0-5\\n"}
          elif request == "read" and words[0].endswith("/cpu_capacity"):
              answer = {"read": "1024\\n" if words[0].split("/")[-2] in ("cpu4", "cpu5") else "485\\n"}
          elif request == "cores" and sys.argv[1] == "does":
              answer = {"cores": words[0]}
          elif request == "cores" and sys.argv[1] == "lies":
              answer = {"cores": "0"}
          elif request == "cores" and sys.argv[1] == "ends":
              sys.exit("no such request")
          elif request == "load":
              answer = {"loaded": int(words[0]), "difference": 0}
          print(json.dumps(answer), flush=True)
      """
    try script.write(toFile: folder + "/board.py", atomically: true, encoding: .utf8)
    return try Runners.named(
      "exec:exec python3 '\(folder)/board.py' \(pinning)", space: tinySpace(), threads: threads, cores: cores)
  }

  @Test("Unless asked otherwise networks are pinned to the fastest kind, where the program can do so")
  func fastestKind() throws {
    try withTemporaryFolder { folder in
      #expect(try board(folder, pinning: "does").measurement.cores == "4-5")
      #expect(try board(folder, pinning: "does", threads: 3).measurement.cores == "0-3")
      #expect(try board(folder, pinning: "does", threads: 5).measurement.cores == nil)
      let asked = try board(folder, pinning: "does", cores: "2,0")
      #expect(asked.measurement.cores == "0,2" && asked.device.name == "board 0,2")
      for way in ["refuses", "lies", "ends"] {
        #expect(try board(folder, pinning: way).measurement.cores == nil, "\(way)")
      }
    }
  }

  @Test("A program that does not pin networks is refused where that was asked for")
  func doesNotPin() throws {
    try withTemporaryFolder { folder in
      for (way, kind, words) in [
        ("refuses", Failure.Kind.usage, "board.py' refuses: not understood"),
        ("lies", .usage, "board.py' lies: it pins to 0, not to 4"), ("ends", .inputOutput, "no such request"),
      ] {
        #expect {
          _ = try board(folder, pinning: way, cores: "4")
        } throws: {
          ($0 as? Failure)?.kind == kind && "\($0)".contains(words)
        }
      }
    }
  }

  @Test("What a network needs is at least its arena and weights, and grows with the network")
  func memory() throws {
    let space = try SearchSpace.named("ofa_mbv3_d234_e346_k357_w1.0")
    let runner = try Runners.named("exec:'\(Self.probe)' --lines", space: space, threads: 1)
    // The large one first: what it took is not the small one's need.
    let memory = try [space.largest, space.smallest].map { subnet in
      let graph = space.graph(of: subnet)
      let memory = try runner.memory(of: graph)
      let (process, arena) = (try #require(memory.processBytes), try #require(memory.arenaBytes))
      #expect(arena >= graph.costs.peakActivationBytes / 2 && process > arena + graph.costs.weightBytes)
      #expect(process < 2 * (arena + graph.costs.weightBytes) + 20_000_000, "\(memory)")
      return process
    }
    #expect(memory[0] > memory[1] + 10_000_000, "\(memory)")
    let largest = try #require(try Crew(space: space, runner: runner).largestNetwork(of: space))
    #expect(
      largest.id == space.id(of: space.largest) && abs(Double(largest.processBytes ?? 0) / Double(memory[0]) - 1) < 0.1)
  }

  @Test("ONNX Runtime tells what a network needs, and a program that does not tell is not guessed at")
  func otherMemory() throws {
    let space = try tinySpace()
    let graph = space.graph(of: space.largest)
    try withTemporaryFolder { folder in
      let runner = try board(folder, pinning: "refuses")
      let crew = try Crew(space: space, runner: runner)
      #expect(try crew.memory(of: [graph]) == [NetworkMemory()] && crew.largestNetwork(of: space) == nil)
    }
    let host = try Runners.named("host", space: space, threads: 1).memory(of: graph)
    #expect(host.processBytes == nil && host.arenaBytes ?? 0 > 0)
    guard Self.hasONNXRuntime else { return }
    let memory = try Runners.named("onnxruntime", space: space, threads: 1).memory(of: graph)
    #expect(memory.processBytes ?? 0 > graph.costs.weightBytes && memory.arenaBytes == nil)
  }

  @Test("A network is refused of which one run takes more than the board's program allows")
  func mostWork() throws {
    let space = try SearchSpace.named("ofa_mbv3_d234_e346_k357_w1.0")
    var subnet = space.largest
    subnet.resolution = 320
    let runner = try Runners.named("exec:'\(Self.probe)' --lines --most-work 1", space: space, threads: 1)
    #expect {
      _ = try runner.load([space.graph(of: subnet)])
    } throws: {
      ($0 as? Failure)?.kind == .badData && "\($0)".contains("it takes too long; raise --most-work")
    }
    subnet.resolution = 128
    #expect(try runner.load([space.graph(of: subnet)]).count == 1)
  }

  @Test("A program may tell that a run takes for ever; it is waited for as long as for any")
  func slow() throws {
    let program = """
      read hello; echo '{"hello": "ofa-runner", "version": 1, "takes": "onnx", "runner": "x"}'
      while read request rest; do case $request in
        load) echo '{"loaded": 0, "difference": 0, "milliseconds": 1e308}';;
        turn) echo '{"turn": 0, "milliseconds": [1e9]}';;
        *) echo '{"error": "not understood", "kind": "request"}';;
      esac; done
      """
    let space = try tinySpace()
    let network = try Runners.named("exec:\(program)", space: space, threads: 1).load([space.graph(of: space.largest)])[
      0]
    for _ in 0..<2 { #expect(try network.take(Turn.Request(runs: 1)).milliseconds == [1e9]) }
  }

  @Test(
    "A program that ends or falls silent is started again, and what it left open is done then",
    arguments: ["ends", "hangs"])
  func starts(fault: String) throws {
    try withTemporaryFolder { folder in
      let runner = try faulty(fault, in: folder)
      #expect(try turn(of: runner, tinySpace()).milliseconds.count == 4)
      #expect(try String(contentsOfFile: folder + "/state", encoding: .utf8) == "xx")
    }
  }

  @Test("A program that always ends is given up with its last words")
  func alwaysEnds() throws {
    try withTemporaryFolder { folder in
      let failure = #expect(throws: Failure.self) { _ = try faulty("always", in: folder) }
      #expect(failure?.kind == .inputOutput && failure?.message == "it ended, and says: no more")
    }
  }

  @Test("The last words are told, however much was said before")
  func manyWords() throws {
    let failure = #expect(throws: Failure.self) {
      _ = try Runners.named(
        "exec:head -c 3000000 /dev/zero | tr '\\0' x >&2; echo >&2; echo the reason >&2; exit 1", space: tinySpace(),
        threads: 1)
    }
    #expect(failure?.message == "it ended, and says: the reason")
  }

  @Test("A program that does not end with its input is ended, with all that its shell has started")
  func staysBehind() throws {
    try withTemporaryFolder { folder in
      let file = folder + "/process"
      do {
        _ = try Runners.named(
          "exec:'\(Self.probe)' --lines && sh -c 'echo $$ > \(file); exec sleep 1000' && true", space: tinySpace(),
          threads: 1)
      }
      let process = try #require(Int32(String(contentsOfFile: file, encoding: .utf8).dropLast()))
      let end = ContinuousClock().now + .seconds(20)
      while kill(process, 0) == 0, ContinuousClock().now < end { usleep(10_000) }
      #expect(kill(process, 0) == -1)
    }
  }

  @Test("A board says what it is by its system's files, where its program does not")
  func boardsNames() throws {
    func name(_ files: [String: String]) -> String? { Processor.machine { files[$0] } }
    #expect(
      name(["/proc/device-tree/model": "Raspberry Pi 5 Model B Rev 1.0\0", "/proc/cpuinfo": "processor : 0\n"])
        == "Raspberry Pi 5 Model B")
    #expect(name(["/proc/cpuinfo": "processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\n"]) == "Some CPU @ 2 GHz")
    #expect(name([:]) == nil)
    let runner = try Runners.named("exec:'\(Self.probe)' --lines", space: tinySpace(), threads: 1)
    #expect(runner.measurement.machine == Processor.current.name)
  }

  @Test("A program that ends when it is asked about its system is lost; of a file that there is not it tells nothing")
  func endsWhenAsked() throws {
    try withTemporaryFolder { folder in
      let runner = try faulty("read_/proc/loadavg", in: folder)
      #expect(try runner.systemText(of: "/proc/none") == nil)
      let failure = #expect(throws: Failure.self) { _ = try runner.systemText(of: "/proc/loadavg") }
      #expect(failure?.kind == .inputOutput && failure?.message == "it ended, and says: no more")
    }
  }

  @Test(
    "What cannot be true is refused, with what it was",
    arguments: [
      ("clock_whole_-1", "its clock is wrong"), ("clock_whole_0", "its clock is wrong"),
      ("clock_whole_1e300", "its clock is wrong"), ("clock_whole_1e-300", "its clock is wrong"),
      ("clock_block_-1", "its clock is wrong"), ("clock_block_1e300", "its clock is wrong"),
      ("nan", "its result is nan from the expected one"), ("inf", "its result is inf from the expected one"),
      ("result", "its result is 3 from the expected one"),
      ("babble", "it answers \"Segmentation fault\""), ("twice", "it answers for network 0, not for 1"),
    ])
  func refused(fault: String, message: String) throws {
    try withTemporaryFolder { folder in
      let runner = try faulty(fault, in: folder)
      #expect {
        _ = try turn(of: runner, tinySpace())
      } throws: {
        ($0 as? Failure)?.kind == .badData && "\($0)".contains(message)
      }
    }
  }

  @Test("A block may take no time by a coarse clock, and any program may be slow")
  func possibleTimes() throws {
    for fault in ["clock_block_0", "clock_whole_1e9", "clock_block_1e9"] {
      try withTemporaryFolder { folder in
        let runner = try faulty(fault, in: folder)
        #expect(try turn(of: runner, tinySpace()).milliseconds.count == 4, "\(fault)")
      }
    }
  }

  @Test(
    "A program tells files of /proc and /sys alone: no folder, nothing that a link leads to, nothing to wait for",
    arguments: ["exec", "onnxruntime"])
  func tellsFiles(kind: String) throws {
    guard kind == "exec" || Self.hasONNXRuntime else { return print("left out: no ONNX Runtime") }
    let runner = try Runners.named(
      kind == "exec" ? "exec:'\(Self.probe)' --lines" : kind, space: tinySpace(), threads: 1)
    #expect(try runner.systemText(of: "/proc/self/stat") != nil && runner.systemText(of: "/proc/loadavg") != nil)
    // A link within /proc.
    #expect(try runner.systemText(of: "/proc/mounts") != nil)
    let secret = "/proc/self/root" + URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().path
    for path in [
      secret, "/proc/self/cwd/Package.swift", "/etc/passwd", "/proc/../etc/passwd", "/proc", "/proc/self", "/sys/class",
      "/proc/none", "/proc/self/fd/0",
    ] {
      #expect(try runner.systemText(of: path) == nil, "\(path)")
    }
  }

  @Test("A program that speaks otherwise, or not at all, is refused")
  func others() throws {
    for (command, kind) in [("echo hi", Failure.Kind.badData), ("exit 3", .inputOutput), ("cat", .badData)] {
      #expect {
        _ = try Runners.named("exec:\(command)", space: tinySpace(), threads: 1)
      } throws: {
        ($0 as? Failure)?.kind == kind
      }
    }
    let version = #"echo '{"hello": "ofa-runner", "version": 2, "takes": "plan", "runner": "x"}'"#
    #expect(throws: Failure(.badData, "it speaks version 2 of the lines, not 1", at: version)) {
      _ = try Runners.named("exec:\(version)", space: tinySpace(), threads: 1)
    }
  }

  @Test("A program that ends without taking what it is sent is noticed at once")
  func takesNothing() throws {
    let hello = #"{"hello": "ofa-runner", "version": 1, "takes": "plan", "runner": "x"}"#
    // More than the stream holds by itself.
    let space = try SearchSpace.named("mbv3-32")
    let start = ContinuousClock.now
    let failure = #expect(throws: Failure.self) {
      let runner = try Runners.named("exec:read line; echo '\(hello)'; sleep 0.2", space: space, threads: 1)
      _ = try runner.load([space.graph(of: space.largest)])
    }
    #expect(failure == Failure(.inputOutput, "it ended", at: "read line; echo '\(hello)'; sleep 0.2"))
    #expect(ContinuousClock.now - start < .seconds(60))
  }

  @Test("Waiting ends when the work is interrupted")
  func interrupted() throws {
    #expect {
      _ = try Runners.crew("exec:sleep 60", space: tinySpace(), threads: 1, isInterrupted: { true })
    } throws: {
      ($0 as? Failure)?.kind == .interrupted
    }
  }
}

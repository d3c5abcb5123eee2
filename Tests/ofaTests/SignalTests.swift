import Foundation
import OFAFormats
import OFANumerics
import OFASpace
import Testing
import TinyWorld

/// What a scheduler, a terminal that goes away, and Ctrl-C do: tried with real signals.
@Suite struct SignalTests {
  /// Starts the command in a world's folder, without signals that the tests may have been started to ignore.
  private func start(
    _ world: TinyWorld, ignoring name: String? = nil, _ arguments: [String]
  ) throws -> (process: Process, input: Pipe, errors: Pipe) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      ["--default-signal=HUP,INT,TERM"] + (name.map { ["--ignore-signal=\($0)"] } ?? []) + [Command.path] + arguments
    process.currentDirectoryURL = URL(fileURLWithPath: world.folder)
    let (input, errors) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    try process.run()
    return (process, input, errors)
  }

  /// Starts a training that would take long, and waits until it has begun.
  private func train(_ world: TinyWorld, ignoring name: String? = nil) throws -> (process: Process, errors: Pipe) {
    let (process, _, errors) = try start(
      world, ignoring: name,
      [
        "train", "--space", "space.json", "--data", "data", "--recipe", "recipe.json", "--epochs", "4000", "--output",
        "run",
      ])
    wait(for: process) { lastStep(world) > 0 }
    #expect(lastStep(world) > 0)
    return (process, errors)
  }

  /// The step of the last whole line of metrics.
  private func lastStep(_ world: TinyWorld) -> Int {
    struct Line: Decodable { var step: Int }
    return (try? JSONLines.read(Line.self, world.path("run/metrics.jsonl"), allowingCutEnd: true))?.last?.step ?? 0
  }

  private func wait(for process: Process, until isDone: () -> Bool) {
    let deadline = ContinuousClock.now + .seconds(60)
    while !isDone(), process.isRunning, ContinuousClock.now < deadline { Thread.sleep(forTimeInterval: 0.02) }
  }

  private func checkpoints(_ world: TinyWorld) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: world.path("run/checkpoints"))
  }

  @Test(
    "A signal ends training with the shell's status and a checkpoint, and the line that it prints goes on",
    arguments: [(SIGHUP, 129), (SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func stops(signal: Int32, status: Int32) throws {
    let world = try TinyWorld()
    let (process, errors) = try train(world)
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == status)
    #expect(try !checkpoints(world).isEmpty)

    // The advice is followed as it stands, in the folder in which the command was given.
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let advice = try #require(text.firstMatch(of: /stopped at step (\d+); go on with: ofa (train .*--resume)\n/))
    let step = try #require(Int(advice.1))
    // It is no error, and the model as far as it is trained can be used.
    #expect(!text.contains("error:") && text.contains("the model so far is in run/model"))
    let space = try world.searchSpace()
    let exported = try Command.run([
      "export", "--model", world.path("run/model"), "--subnet", space.id(of: space.smallest), "--output",
      world.path("subnet.onnx"),
    ])
    #expect(exported.status == 0, "\(exported.errors)")
    #expect(InputFile.isFile(world.path("run/report.html")))
    #expect(advice.2 == "train --output run --resume")
    let (again, _, complaints) = try start(world, advice.2.split(separator: " ").map(String.init))
    wait(for: again) { lastStep(world) > step }
    #expect(lastStep(world) > step)
    kill(again.processIdentifier, SIGTERM)
    again.waitUntilExit()
    #expect(again.terminationStatus == 143)
    let told = String(decoding: complaints.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(told.hasPrefix("run: goes on at step \(step), epoch "), "\(told)")
  }

  @Test("While a run goes on, none else is begun or gone on with in its folder")
  func twoAtOnce() throws {
    let world = try TinyWorld()
    let (process, _) = try train(world)
    let (other, _, errors) = try start(
      world, ["train", "--config", "run/config.json", "--output", "run", "--resume"])
    other.waitUntilExit()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(other.terminationStatus == 64 && text.contains("another process is at work in this folder"), "\(text)")
    #expect(process.isRunning)
    kill(process.processIdentifier, SIGTERM)
    process.waitUntilExit()
    #expect(process.terminationStatus == 143)
  }

  @Test(
    "A signal that was ignored when the program began stays ignored",
    arguments: [("HUP", SIGHUP), ("INT", SIGINT), ("TERM", SIGTERM)] as [(String, Int32)])
  func ignored(name: String, signal: Int32) throws {
    let world = try TinyWorld()
    let (process, _) = try train(world, ignoring: name)
    kill(process.processIdentifier, signal)
    Thread.sleep(forTimeInterval: 0.5)
    #expect(process.isRunning)
    kill(process.processIdentifier, signal == SIGTERM ? SIGINT : SIGTERM)
    process.waitUntilExit()
    #expect(process.terminationStatus == (signal == SIGTERM ? 130 : 143))
    #expect(try !checkpoints(world).isEmpty)
  }

  @Test("A signal that comes twice, as from a terminal and its shell, still leaves a checkpoint")
  func twice() throws {
    let world = try TinyWorld()
    let (process, _) = try train(world)
    for _ in 0..<3 { kill(process.processIdentifier, SIGHUP) }
    kill(process.processIdentifier, SIGTERM)
    process.waitUntilExit()
    #expect(process.terminationStatus == 129 || process.terminationStatus == 143)
    #expect(try !checkpoints(world).isEmpty)
  }

  @Test("Fifty kills at random moments leave the models of undisturbed runs, byte for byte")
  func kills() throws {
    let world = try TinyWorld()
    let arguments = [
      "train", "--space", "space.json", "--data", "data", "--recipe", "recipe.json", "--epochs", "40", "--resume",
      "--output",
    ]
    func finish(_ folder: String) throws -> [String: [UInt8]] {
      let (process, _, _) = try start(world, arguments + [folder])
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      let model = world.path(folder + "/model")
      return try Dictionary(
        uniqueKeysWithValues: FileManager.default.contentsOfDirectory(atPath: model).map {
          ($0, try InputFile.read("\(model)/\($0)"))
        })
    }
    let undisturbed = try finish("undisturbed")
    #expect(undisturbed.count == 8)
    var generator = SeededGenerator(seed: 1, stream: "kills")
    var (kills, runs) = (0, 0)
    while kills < 50 {
      let (process, _, _) = try start(world, arguments + ["run\(runs)"])
      Thread.sleep(forTimeInterval: Double.random(in: 0...0.7, using: &generator))
      if process.isRunning {
        kill(process.processIdentifier, SIGKILL)
        kills += 1
      }
      process.waitUntilExit()
      // One that came to its end gives way to the next.
      if process.terminationReason == .exit {
        #expect(try finish("run\(runs)") == undisturbed)
        runs += 1
      }
    }
    #expect(try finish("run\(runs)") == undisturbed)
  }

  @Test("A disk that is full ends training with its status, and once there is room it goes on to the same model")
  func fullDisk() throws {
    let world = try TinyWorld()
    let output = try Command.shell(
      """
      train() { "$ofa" train --space space.json --data data --recipe recipe.json --epochs 6 --resume --output "$1"; }
      export -f train
      train whole > /dev/null
      same() { cmp "$1/model/weights.safetensors" whole/model/weights.safetensors && echo "same $1"; }
      # Where no file may be larger than 4 kB.
      (ulimit -f 4; train limited > /dev/null 2> limited.txt; echo "limited $?")
      tail -1 limited.txt
      train limited > /dev/null && same limited
      # A disk of 48 kB, where the system lets one be made.
      mkdir disk
      unshare -rm bash -c '
        mount -t tmpfs -o size=48k tmpfs disk || exit
        train disk/run > /dev/null 2> full.txt; echo "full $?"
        tail -1 full.txt
        mount -o remount,size=8m disk
        train disk/run > /dev/null && cp -r disk/run again' && same again
      """, in: world.folder)
    #expect(output.contains("limited 74") && output.contains("same limited"), "\(output)")
    #expect(output.contains("File too large"), "\(output)")
    if output.contains("full ") {
      #expect(output.contains("full 74") && output.contains("same again"), "\(output)")
      #expect(output.contains("No space left on device; free some space and try again"), "\(output)")
    }
  }

  @Test("Work that has nothing to lose ends at once, with the shell's status")
  func nothingAtStake() throws {
    let world = try TinyWorld()
    for (signal, status) in [(SIGHUP, 129), (SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)] {
      // It waits for its input, which does not come.
      let (process, input, _) = try start(world, ["cost", "--space", "mbv3-32", "--subnets", "-"])
      Thread.sleep(forTimeInterval: 0.5)
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      #expect(process.terminationReason == .exit && process.terminationStatus == status)
      try input.fileHandleForWriting.close()
    }
  }
}

import Foundation
import OFAFormats
import TestSupport
import Testing
import TinyWorld

/// The devices that come with the package, and what commands make of those that were not measured.
@Suite struct DeviceTests {
  private let world: TinyWorld
  private let shipped = packageRoot + "/HardwareProfiles"

  init() throws { world = try TinyWorld() }

  @Test("Devices are listed as objects of the documented keys, or as a table; a file that is none does not keep them")
  func lists() throws {
    let listed = try Command.run(["list", "devices", shipped, "--json"])
    #expect(listed.status == 0 && listed.errors.isEmpty, "\(listed.errors)")
    let columns = ["name", "path", "runner", "space", "memoryBytes", "storageBytes"]
    for line in listed.lines { #expect(try keys(line) == columns) }
    #expect(listed.lines.contains { $0.contains("\"nRF52840\"") && $0.contains("\"space\":null") })

    let folder = world.path("devices")
    for name in ["nrf52840.json", "stm32h743xi.json"] {
      try AtomicFile.write(InputFile.read("\(shipped)/\(name)"), to: "\(folder)/\(name)")
    }
    let table = try Command.run(["list", "devices", folder])
    #expect(table.status == 0 && table.lines.count == 4 && table.lines[2].contains("262 kB"), "\(table.output)")
    for name in ["a.json", "o.json"] { try AtomicFile.write("[\n]", to: "\(folder)/\(name)") }
    let some = try Command.run(["list", "devices", folder, "--json"])
    let errors = some.errors.split(separator: "\n")
    #expect(some.status == 65 && some.lines.count == 2 && errors.count == 2, "\(some.errors)")
    for (error, name) in zip(errors, ["a.json", "o.json"]) { #expect(error.hasPrefix("error: \(folder)/\(name)")) }
  }

  @Test("Without a folder those here are listed, and without any here those of the package")
  func folders() throws {
    let list = "$ofa list devices --json; echo $?"
    let ours = try Command.shell(list, in: world.folder).split(separator: "\n")
    let files = try FileManager.default.contentsOfDirectory(atPath: shipped).filter { $0.hasSuffix(".json") }
    #expect(ours.count == files.count + 1 && ours.last == "0")
    #expect(ours.dropLast().allSatisfy { $0.contains("\"path\":\"\(shipped)/") }, "\(ours)")
    try AtomicFile.write(InputFile.read(shipped + "/nrf52840.json"), to: world.path("HardwareProfiles/x.json"))
    let here = try Command.shell(list, in: world.folder).split(separator: "\n")
    #expect(here.count == 2 && here[0].contains("\"path\":\"HardwareProfiles/x.json\""), "\(here)")
    // Away from its package the command has none.
    let away = try Command.shell(
      "mkdir away; cp $ofa away/; cd away; ./ofa list devices 2>&1; echo $?", in: world.folder)
    #expect(away.hasPrefix("error: HardwareProfiles: no such folder") && away.hasSuffix("\n66\n"), "\(away)")
  }

  @Test("No latency is told of a board that was not measured, but the command that measures, which can be followed")
  func notMeasured() throws {
    let board = shipped + "/raspberry-pi-zero-2-w.json"
    let subnets = ["--space", world.space, "--subnets", "-"]
    let subnet = "\"r8-23-23\""
    let latency = try Command.run(["latency", "--profile", board] + subnets, input: subnet)
    let search = try Command.run(["specialize", "--space", world.space, "--profile", board, "--max-latency", "1ms"])
    for refused in [latency, search] {
      #expect(refused.status == 65 && refused.output.isEmpty && refused.errors.count { $0 == "\n" } == 1)
      #expect(refused.errors.hasPrefix("error: Raspberry Pi Zero 2 W: no latency was measured"), "\(refused.errors)")
    }
    let advice = try #require(latency.errors.firstMatch(of: /measure it by ofa (profile [^,]*),/)).1
    // This machine stands in for the board.
    let fill = ["S": world.space, "ssh:USER@HOST": "host", "FILE": world.path("measured.json")]
    let words = advice.split(separator: " ").map { fill[String($0)] ?? String($0) }
    #expect(try Command.run(words + ["--budget", "1ms"]).status == 0)
    let told = try Command.run(["latency", "--profile", world.path("measured.json")] + subnets, input: subnet)
    #expect(told.status == 0 && told.errors.isEmpty, "\(told.errors)")
  }

  @Test("A limit of a board that was not measured bounds a search, whose answer has no latency")
  func limits() throws {
    let model = packageRoot + "/Models/mbv3-32-mnist"
    let arguments = ["specialize", "--model", model, "--max-macs", "9M", "--time-limit", "1s"]
    for (board, isEnough) in [("nrf52840", false), ("stm32h743xi", true)] {
      let found = try Command.run(arguments + ["--profile", "\(shipped)/\(board).json", "--json"])
      if isEnough {
        #expect(found.status == 0 && found.errors.isEmpty, "\(found.errors)")
        #expect(found.output.contains("\"latencyMilliseconds\":null"), "\(found.output)")
      } else {
        #expect(found.status == 3 && found.errors.contains("all that nRF52840 has"), "\(found.errors)")
      }
    }
  }

  @Test(
    "A profile of another version of the engine is used with a warning of one line", arguments: ["latency", "search"])
  func otherVersion(command: String) throws {
    let profile = world.path("old\nprofile.json")
    _ = try Command.run(["profile", "--space", world.space, "--budget", "1ms", "--output", profile])
    let text = String(decoding: try InputFile.read(profile), as: UTF8.self)
    let version = try #require(text.firstMatch(of: /"runnerVersion": "(.+?)"/)).1
    try AtomicFile.write(
      text.replacing("\"runnerVersion\": \"\(version)\"", with: "\"runnerVersion\": \"0.0.1\""), to: profile)
    let outcome =
      command == "latency"
      ? try Command.run(
        ["latency", "--profile", profile, "--space", world.space, "--subnets", "-", "--json"], input: "\"r8-23-23\"")
      : try Command.run(["specialize", "--space", world.space, "--profile", profile, "--max-macs", "1"])
    #expect(outcome.status == (command == "latency" ? 0 : 3), "\(outcome.errors)")
    let warning = outcome.errors.split(separator: "\n").first ?? ""
    #expect(
      warning.hasPrefix("warning: ") && outcome.errors.split(separator: "\n").count == (command == "latency" ? 1 : 2))
    for word in ["profile.json", "0.0.1", version, "measure again"] { #expect(warning.contains(word), "\(warning)") }
  }
}

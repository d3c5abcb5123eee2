import Foundation
import OFAFormats
import OFAHardware
import OFAPipeline
import TestSupport
import Testing

@Suite struct DeviceListingTests {
  /// What a listing of a folder comes to.
  private func listed(_ folder: String) throws -> (
    devices: [DeviceListing.Device], warnings: [String], errors: [Failure]
  ) {
    var (devices, warnings): ([DeviceListing.Device], [String]) = ([], [])
    let errors = try DeviceListing(folder: folder).read(monitor: Monitor(warn: { warnings.append($0) })) {
      devices.append($0)
    }
    return (devices, warnings, errors)
  }

  @Test("Every profile that comes with the package can be relied on, is called as its device, and is in the table")
  func shipped() throws {
    let folder = packageRoot + "/HardwareProfiles"
    let (devices, warnings, errors) = try listed(folder)
    #expect(errors.isEmpty && warnings.isEmpty, "\(errors) \(warnings)")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0 != "README.md" }
    #expect(devices.map(\.path).sorted() == files.map { "\(folder)/\($0)" }.sorted())
    #expect(Set(devices.map(\.name)).count == devices.count)
    #expect(devices.count { $0.runner == "none" } >= 9)
    #expect(devices.contains { $0.space == "mbv3-32" && $0.runner == "host" && $0.memoryBytes == nil })
    let zero = try #require(devices.first { $0.name == "Raspberry Pi Zero 2 W" })
    #expect(zero.space == nil && zero.memoryBytes == 512 << 20 && zero.storageBytes == nil)
  }

  /// A profile of a data sheet.
  private func board(_ name: String) -> DeviceProfile {
    DeviceProfile(
      device: DeviceProfile.Device(name: name),
      measurement: DeviceProfile.Measurement(runner: "none", sources: ["its data sheet"]), spaces: ["one", "two"],
      limits: DeviceProfile.Limits(memoryBytes: 1 << 20, storageBytes: 1 << 21))
  }

  @Test("A folder without a table is listed by its profiles alone; what is none of them is said, and skipped")
  func plain() throws {
    try withTemporaryFolder { folder in
      try Documents.write(board("A"), to: folder + "/called otherwise.JSON")
      try AtomicFile.write("{}", to: folder + "/broken.json")
      try AtomicFile.write("notes", to: folder + "/notes.txt")
      try FileManager.default.createDirectory(atPath: folder + "/z.json", withIntermediateDirectories: false)
      let (devices, warnings, errors) = try listed(folder + "/")
      #expect(warnings.isEmpty && devices.map(\.name) == ["A"])
      #expect(devices.first?.path == folder + "/called otherwise.JSON" && devices.first?.space == "one, two")
      #expect(errors.map(\.kind) == [.badData, .missingInput])
      #expect(errors.first?.place?.hasPrefix(folder + "/broken.json") == true)
    }
    #expect(failure { try listed("/nowhere") }?.kind == .missingInput)
  }

  @Test("Where there is a table, each profile has a row by its device's name, and each row a profile")
  func table() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write(
        """
        # Mine

        | profile | device |
        |---|---|
        | `board-4-gb.json` | an own one |
        | `other.json` | Board, 8 GB |
        | `third.json` | a third one |
        | `gone.json` | Gone |

        """, to: folder + "/README.md")
      try Documents.write(board("Board, 4 GB"), to: folder + "/board-4-gb.json")
      try Documents.write(board("Board, 8 GB"), to: folder + "/other.json")
      try Documents.write(board("Board, 16 GB"), to: folder + "/third.json")
      try Documents.write(board("New"), to: folder + "/new.json")
      let (devices, warnings, errors) = try listed(folder)
      #expect(devices.count == 4 && errors.isEmpty)
      let expected = [("new.json", "no row"), ("third.json", "board-16-gb.json"), ("README.md", "gone.json")]
      #expect(warnings.count == expected.count, "\(warnings)")
      for (warning, (file, words)) in zip(warnings, expected) {
        #expect(warning.hasPrefix("\(folder)/\(file): ") && warning.contains(words), "\(warning)")
      }
    }
  }
}

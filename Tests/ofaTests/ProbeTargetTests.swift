import Foundation
import TestSupport
import Testing

/// What `make probe-arm64` and `make probe-arm32` build.
@Suite struct ProbeTargetTests {
  @Test(
    "The board's program for ARM needs nothing of the board: it is static, and answers in an emulator",
    arguments: [("arm64", Toolchain.arm64, "AArch64"), ("arm32", .arm32, "ARM")])
  func standsAlone(name: String, toolchain: Toolchain, machine: String) throws {
    guard toolchain.isThere, let emulator = toolchain.emulator else {
      return print("left out: no \(toolchain.compiler) or emulator for \(toolchain.name)")
    }
    try withTemporaryFolder { folder in
      let built = try Command.shell(
        "make --no-print-directory -C '\(packageRoot)' -o arm-packages ARM_PROBE='\(folder)/probe-' probe-\(name) 2>&1")
      let program = try #require(built.split(separator: "\n").last.map(String.init), "\(built)")
      let headers = try Command.shell(
        "LC_ALL=C \(toolchain.compiler.replacing("gcc", with: "readelf")) -hl '\(program)' 2>&1")
      #expect(headers.contains("Machine:") && headers.contains(" \(machine)\n"), "\(built) \(headers)")
      #expect(headers.contains("LOAD") && !headers.contains("INTERP") && !headers.contains("DYNAMIC"), "\(headers)")
      let version = try Command.shell("\(emulator) '\(program)' --version")
      #expect(version == "ofa-probe \(try Command.run(["--version"]).lines[0]): neon, portable\n", "\(version)")
    }
  }
}

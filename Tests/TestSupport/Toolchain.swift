import Foundation

/// How a C program is compiled, and what runs it.
public struct Toolchain: CustomStringConvertible, Sendable {
  /// What it is for.
  public let name: String
  /// The compiler's name.
  public let compiler: String
  /// What the compiler is told.
  public let flags: [String]
  /// A program that runs what it makes, where this processor does not.
  public let emulator: String?

  /// The name.
  public var description: String { name }

  /// A toolchain of these.
  public init(name: String, compiler: String, flags: [String], emulator: String? = nil) {
    (self.name, self.compiler, self.flags, self.emulator) = (name, compiler, flags, emulator)
  }

  /// For 64-bit ARM.
  public static let arm64 = Toolchain(
    name: "64-bit ARM", compiler: "aarch64-linux-gnu-gcc", flags: ["-O2", "-static"], emulator: "qemu-aarch64")
  /// For 32-bit ARM.
  public static let arm32 = Toolchain(
    name: "32-bit ARM", compiler: "arm-linux-gnueabihf-gcc", flags: ["-O2", "-static"], emulator: "qemu-arm")

  /// Whether all that it needs is on this machine.
  public var isThere: Bool { [compiler, emulator].compactMap(\.self).allSatisfy { Self.find($0) != nil } }

  /// The path of a program.
  public static func find(_ name: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}

import Foundation
import OFAFormats
import OFAHardware

/// Lists the devices that a folder has profiles of.
public struct DeviceListing {
  /// The folder's path.
  public var folder: String

  /// A profile in short.
  public struct Device: Hashable, Sendable {
    /// The device's name.
    public var name: String
    /// The profile's path.
    public var path: String
    /// What ran the networks; `none` where nothing was measured.
    public var runner: String
    /// The names of the spaces that it was measured for, with commas between; nil where none is known.
    public var space: String?
    /// Bytes that activations may take; nil where they are not limited.
    public var memoryBytes: Int?
    /// Bytes that weights may take; nil where they are not limited.
    public var storageBytes: Int?
  }

  private static let readme = "README.md"

  /// The profiles of a folder: unless one is named, `HardwareProfiles` here, or else in the package that this program
  /// was built in.
  ///
  /// - Throws: `.missingInput` where there is none.
  public init(folder: String? = nil) throws {
    self.folder = try folder ?? Package.folder("HardwareProfiles")
  }

  /// Hands over the devices in order of their files' names, and warns of what keeps others from relying on a profile:
  /// what it does not tell, and where the folder has a `README.md`, that its table and the files do not agree.
  ///
  /// - Returns: what is wrong with the files that are no profiles.
  /// - Throws: `.missingInput` without the folder; what `body` throws.
  public func read(monitor: Monitor = Monitor(), _ body: (Device) throws -> Void) throws -> [Failure] {
    let names = try InputFolder.names(in: folder).filter { $0.lowercased().hasSuffix(".json") }
    let rows = try rows()
    var failures: [Failure] = []
    for name in names {
      let profile: DeviceProfile
      do {
        profile = try DeviceProfile(reading: path(of: name))
      } catch let failure as Failure {
        failures.append(failure)
        continue
      }
      try body(Device(profile, path: path(of: name)))
      let doubts = profile.doubts + (rows.map { Self.doubts(of: profile, in: name, rows: $0) } ?? [])
      for doubt in doubts { monitor.warn("\(path(of: name)): \(doubt)") }
    }
    for name in (rows ?? [:]).keys.sorted() where !names.contains(name) {
      monitor.warn("\(path(of: Self.readme)): it has a row for \(name), which is not there")
    }
    return failures
  }

  private func path(of name: String) -> String { (folder as NSString).appendingPathComponent(name) }

  /// By a profile's file, the rest of its row in the folder's table; nil where there is no table to be in.
  private func rows() throws -> [String: Substring]? {
    let path = path(of: Self.readme)
    guard InputFile.isFile(path) else { return nil }
    let rows = String(decoding: try InputFile.read(path), as: UTF8.self).matches(of: /(?m)^\| `([^`]+\.json)` \|(.*)$/)
    return Dictionary(rows.map { (String($0.1), $0.2) }, uniquingKeysWith: { first, _ in first })
  }

  private static func doubts(of profile: DeviceProfile, in name: String, rows: [String: Substring]) -> [String] {
    guard let row = rows[name] else { return ["\(readme) has no row for it"] }
    let device = profile.device.name
    let words = device.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    let expected = words.joined(separator: "-") + ".json"
    return name == expected || row.contains(device)
      ? [] : ["it is of \"\(device)\": call it \(expected), or write the device's name into its row of \(readme)"]
  }
}

extension DeviceListing.Device: Encodable {
  private enum CodingKeys: String, CodingKey { case name, path, runner, space, memoryBytes, storageBytes }

  fileprivate init(_ profile: DeviceProfile, path: String) {
    self.init(
      name: profile.device.name, path: path, runner: profile.measurement.runner,
      space: profile.spaces.isEmpty ? nil : profile.spaces.joined(separator: ", "),
      memoryBytes: profile.limits.memoryBytes, storageBytes: profile.limits.storageBytes)
  }

  /// Writes all keys, null for what is not known.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(path, forKey: .path)
    try container.encode(runner, forKey: .runner)
    try container.encode(space, forKey: .space)
    try container.encode(memoryBytes, forKey: .memoryBytes)
    try container.encode(storageBytes, forKey: .storageBytes)
  }
}

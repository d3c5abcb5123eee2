import Foundation
import OFAFormats
import OFAHardware
import OFARegression
import OFASearch
import OFASpace

/// Makes a device's profile of published latency tables.
public struct LatencyImport {
  /// The path of a table, or of a folder with tables, which may be one a resolution.
  public var tables: String
  /// The device's name in results.
  public var device: String

  /// What an import came to.
  public struct Result: Hashable, Sendable, Encodable {
    /// The distinct blocks that have a latency.
    public var blocks: Int
    /// The resolutions of the tables' networks, ascending.
    public var resolutions: [Int]
    /// The keys of the tables.
    public var keys: Int
  }

  /// An import of tables for a device.
  public init(tables: String, device: String) {
    self.tables = tables
    self.device = device
  }

  /// Reads the tables, and writes the profile to a file.
  ///
  /// - Throws: `.missingInput` when there is no table, `.badData` with file, line and key for one that cannot be read
  ///   or does not go with the others, `.inputOutput` when the profile cannot be written.
  public func run(output: Output) throws -> Result {
    try output.check(for: DeviceProfile.fileKind)
    let tables = try paths().map(PublishedTable.init(reading:))
    let profile = try DeviceProfile(device: device, tables: tables)
    try output.write(profile)
    return Result(
      blocks: profile.table.entries.count, resolutions: Set(tables.flatMap(\.resolutions)).sorted(),
      keys: tables.reduce(0) { $0 + $1.keyCount })
  }

  /// The table, or the folder's tables in order of their names.
  private func paths() throws -> [String] {
    guard InputFile.isFolder(tables) else { return [tables] }
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: tables)
    } catch {
      throw Failure(.inputOutput, "the folder cannot be read: \(error.localizedDescription)", at: tables)
    }
    let paths = names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted().map { "\(tables)/\($0)" }
    guard !paths.isEmpty else { throw Failure(.missingInput, "no .yaml file in the folder", at: tables) }
    return paths
  }
}

/// Makes an accuracy predictor of a published one.
public struct PredictorImport {
  /// The path of the published file.
  public var file: String
  /// The space whose subnets it predicts.
  public var space: SpaceSource

  /// What an import came to.
  public struct Result: Hashable, Sendable, Encodable {
    /// How many features it reads.
    public var features: Int
    /// The resolutions that it knows, ascending.
    public var resolutions: [Int]
  }

  /// An import of a file for a space.
  public init(file: String, space: SpaceSource) {
    self.file = file
    self.space = space
  }

  /// Reads the file, and writes the predictor.
  ///
  /// - Throws: `.missingInput`, `.badData` for a file that is no published predictor or one of another space,
  ///   `.inputOutput`.
  public func run(output: Output) throws -> Result {
    try output.check(for: AccuracyPredictor.fileKind)
    let space = try space.space()
    let predictor = try AccuracyPredictor(published: Checkpoint.tensors(reading: file), space: space, at: file)
    try output.write(predictor)
    return Result(features: predictor.featureCount, resolutions: predictor.resolutions)
  }
}

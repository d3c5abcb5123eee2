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
  /// The name of the means to take, where the tables have several.
  public var column: String?

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
  public init(tables: String, device: String, column: String? = nil) {
    self.tables = tables
    self.device = device
    self.column = column
  }

  /// Reads the tables, and writes the profile to a file.
  ///
  /// - Throws: `.missingInput` when there is no table, `.badData` with file, line and key for one that cannot be read
  ///   or does not go with the others, `.inputOutput` when the profile cannot be written.
  public func run(output: Output) throws -> Result {
    try output.check(for: DeviceProfile.fileKind)
    let tables = try paths().map { try PublishedTable(reading: $0, column: column) }
    let profile = try DeviceProfile(device: device, tables: tables)
    try output.write(profile)
    return Result(
      blocks: profile.table.entries.count, resolutions: Set(tables.flatMap(\.resolutions)).sorted(),
      keys: tables.reduce(0) { $0 + $1.keyCount })
  }

  /// The table, or the folder's tables in order of their names. Documents of this program, such as the profile of an
  /// earlier import, are none.
  private func paths() throws -> [String] {
    guard InputFile.isFolder(tables) else { return [tables] }
    let paths = try InputFolder.names(in: tables)
      .filter { name in Self.extensions.contains { name.lowercased().hasSuffix($0) } }
      .map { "\(tables)/\($0)" }
      .filter { path in
        path.lowercased().hasSuffix(".json") ? Documents.format(of: path)?.hasPrefix("ofa-") != true : true
      }
    guard !paths.isEmpty else {
      throw Failure(.missingInput, "no table in the folder: no file ends with \(Self.extensions.listed)", at: tables)
    }
    return paths
  }

  private static let extensions = [".yaml", ".yml", ".json"]
}

/// Makes an accuracy predictor of a published one.
public struct PredictorImport {
  /// The path of the published file.
  public var file: String
  /// The space whose subnets it predicts.
  public var space: SpaceSource
  /// The resolutions that its features are of, in order; those of the published predictor with as many features unless
  /// given.
  public var resolutions: [Int]?

  /// What an import came to.
  public struct Result: Hashable, Sendable, Encodable {
    /// How many features it reads.
    public var features: Int
    /// The resolutions that it knows, ascending.
    public var resolutions: [Int]
  }

  /// An import of a file for a space.
  public init(file: String, space: SpaceSource, resolutions: [Int]? = nil) {
    self.file = file
    self.space = space
    self.resolutions = resolutions
  }

  /// Reads the file, and writes the predictor.
  ///
  /// - Throws: `.missingInput`, `.badData` for a file that is no published predictor or one of another space,
  ///   `.inputOutput`.
  public func run(output: Output) throws -> Result {
    try output.check(for: AccuracyPredictor.fileKind)
    let space = try space.space()
    let predictor = try AccuracyPredictor(
      published: Checkpoint.tensors(reading: file), space: space, resolutions: resolutions, at: file)
    try output.write(predictor)
    return Result(features: predictor.featureCount, resolutions: predictor.resolutions)
  }
}

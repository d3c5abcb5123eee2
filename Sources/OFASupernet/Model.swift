import OFAEngine
import OFAFormats
import OFASpace

/// A trained supernet and all that must travel with it: what `Models/<id>/` holds.
///
/// | file | holds |
/// |---|---|
/// | `space.json` | the search space |
/// | `weights.safetensors` | every tensor of the supernet, float32, under its name in the space |
/// | `statistics.safetensors` | the normalization statistics of the full network |
/// | `calibration-images-idx4-ubyte` | training images to make a subnet's statistics from; see ``CalibrationImages`` |
/// | `data.json` | what images it expects: normalization by channel, the classes' names; see ``InputDescription`` |
/// | `results.json` | how it was trained and what was measured; see ``TrainingResults`` |
/// | `predictor.json` | the accuracy predictor, if one was fitted; written by whoever fits it |
/// | `README.md` | data, recipe, accuracy and licence for a reader |
///
///     let model = try Model(reading: "runs/one/model")
///     let statistics = model.supernet.statistics(of: subnet, batches: batches, team: team)
public struct Model {
  /// The space and the weights.
  public var supernet: Supernet
  /// The statistics of the space's largest subnet: what a subnet takes prefixes of when none are made for it.
  public var statistics: NormalizationStatistics
  /// Training images to make statistics from; nil for an imported model that came without.
  public var calibration: CalibrationImages?
  /// What images it expects.
  public var input: InputDescription
  /// How it was trained, and what was measured.
  public var results: TrainingResults

  /// A model of its parts.
  ///
  /// - Precondition: they are of one space.
  public init(
    supernet: Supernet, statistics: NormalizationStatistics, calibration: CalibrationImages?, input: InputDescription,
    results: TrainingResults
  ) {
    precondition(
      calibration?.channels ?? supernet.space.channels == supernet.space.channels
        && input.means.count == supernet.space.channels)
    self.supernet = supernet
    self.statistics = statistics
    self.calibration = calibration
    self.input = input
    self.results = results
  }

  /// Reads a model folder.
  ///
  /// - Throws: `Failure(.missingInput)` without the folder or one of its files; `Failure(.badData)` when a document is
  ///   corrupt or of a newer format, when the weights are not exactly the tensors of the space in their shapes, or when
  ///   a value is not finite; `Failure(.usage)` when the memory cannot hold the weights.
  public init(reading folder: String) throws {
    let space = try Self.space(in: folder)
    try MachineMemory.check(weights: space.supernetValues)
    supernet = Supernet(space: space)
    let weightsPath = folder + "/weights.safetensors"
    try supernet.weights.fill(from: Safetensors(reading: weightsPath), at: weightsPath)
    statistics = try NormalizationStatistics(
      reading: folder + "/statistics.safetensors", for: space.graph(of: space.largest))
    results = try Documents.read(TrainingResults.self, folder + "/results.json")
    let calibrationPath = folder + "/" + Self.calibrationName
    if results.recipe != TrainingResults.imported || InputFile.isFile(calibrationPath) {
      let images = try CalibrationImages(reading: calibrationPath)
      guard images.channels == space.channels else {
        throw Failure(
          .badData, "images of \(images.channels) channels, but the space has \(space.channels)", at: calibrationPath)
      }
      calibration = images
    }
    input = try Documents.read(InputDescription.self, folder + "/data.json")
    try input.check(against: space, at: folder + "/data.json")
  }

  /// The space of a model folder.
  ///
  /// - Throws: as ``init(reading:)``.
  public static func space(in folder: String) throws -> SearchSpace {
    if InputFile.isFile(folder) {
      let isCheckpoint = (try? FileFormat(start: InputFile.start(of: folder, count: 9))).map { $0 != .gzip } ?? false
      let remedy = "; a checkpoint becomes one by ofa import --checkpoint"
      throw Failure(.missingInput, "a file, where a model's folder is wanted\(isCheckpoint ? remedy : "")", at: folder)
    }
    return try Documents.read(SearchSpace.self, folder + "/space.json")
  }

  /// Whether a path is a model folder's, as far as a look tells.
  public static func isFolder(_ path: String) -> Bool { InputFile.isFile(path + "/space.json") }

  /// The kind of model folders: what may be in one.
  public static let folderKind = FolderKind(
    "a model folder", mark: "space.json",
    entries: [
      "space.json": SearchSpace.fileKind, "weights.safetensors": nil, "statistics.safetensors": nil,
      calibrationName: nil, "data.json": InputDescription.fileKind, "results.json": TrainingResults.fileKind,
      "predictor.json": FileKind("a predictor", mark: "\"ofa-".utf8), "README.md": nil,
    ])

  /// Writes a model folder, all of it or nothing, in a place where there is none yet, an empty folder, or another model
  /// folder.
  ///
  /// - Parameters:
  ///   - folder: the folder's path; the folders above it are made.
  ///   - readMe: the text of `README.md`; by default a table of the results.
  /// - Throws: `Failure(.usage)` for a folder with anything else in it; `Failure(.inputOutput)` when the disk does not
  ///   take it.
  public func write(to folder: String, readMe: String? = nil) throws {
    try AtomicFolder.replace(folder, as: Self.folderKind) { part in
      try Documents.write(supernet.space, to: part + "/space.json")
      try supernet.weights.safetensors(metadata: ["space": supernet.space.name])
        .write(to: part + "/weights.safetensors")
      try statistics.safetensors.write(to: part + "/statistics.safetensors")
      try calibration?.write(to: part + "/" + Self.calibrationName)
      try Documents.write(input, to: part + "/data.json")
      try Documents.write(results, to: part + "/results.json")
      try AtomicFile.write(readMe ?? self.readMe, to: part + "/README.md")
    }
  }

  /// Where a model folder keeps its accuracy predictor.
  public static func predictorPath(in folder: String) -> String { folder + "/predictor.json" }

  private static let calibrationName = "calibration-images-idx4-ubyte"
}

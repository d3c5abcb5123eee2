import OFAEngine
import OFAFormats
import OFASpace

/// A trained supernet and all that must travel with it: what `Models/<id>/` holds.
///
/// | file | holds |
/// |---|---|
/// | `space.json` | the search space |
/// | `weights.safetensors` | every tensor of the supernet, float32, under its name in the space |
/// | `data.json` | what images it expects: normalization by channel, the classes' names; see ``InputDescription`` |
/// | `results.json` | how it was trained and what was measured; see ``TrainingResults`` |
/// | `predictor.json` | the accuracy predictor, if one was fitted; written by whoever fits it |
/// | `README.md` | data, recipe, command, accuracy and licence for a reader |
///
///     let model = try Model(reading: "runs/one/model")
///     let statistics = model.supernet.statistics(of: subnet, batches: batches, team: team)
public struct Model {
  /// The space and the weights.
  public var supernet: Supernet
  /// What images it expects.
  public var input: InputDescription
  /// How it was trained, and what was measured.
  public var results: TrainingResults

  /// A model of its parts.
  public init(supernet: Supernet, input: InputDescription, results: TrainingResults) {
    self.supernet = supernet
    self.input = input
    self.results = results
  }

  /// Reads a model folder.
  ///
  /// - Throws: `Failure(.missingInput)` without the folder or one of its files; `Failure(.badData)` when a document is corrupt or
  ///   of a newer format, when the weights are not exactly the tensors of the space in their shapes, or when a value is not finite.
  public init(reading folder: String) throws {
    let space = try Documents.read(SearchSpace.self, folder + "/space.json")
    supernet = Supernet(space: space)
    let path = folder + "/weights.safetensors"
    try supernet.weights.fill(from: Safetensors(reading: path), at: path)
    input = try Documents.read(InputDescription.self, folder + "/data.json")
    guard input.means.count == space.channels, input.classNames.count == space.classes else {
      throw Failure(
        .badData,
        "\(input.means.count) channels and \(input.classNames.count) classes, but the space has "
          + "\(space.channels) and \(space.classes)", at: folder + "/data.json")
    }
    results = try Documents.read(TrainingResults.self, folder + "/results.json")
  }

  /// Writes a model folder in place of whatever stands there: all of it, or nothing.
  ///
  /// - Parameters:
  ///   - folder: the folder's path; the folders above it are made.
  ///   - readMe: the text of `README.md`; by default a table of the results.
  /// - Throws: `Failure(.inputOutput)` when the disk does not take it.
  public func write(to folder: String, readMe: String? = nil) throws {
    try AtomicFolder.replace(folder) { part in
      try Documents.write(supernet.space, to: part + "/space.json")
      try supernet.weights.safetensors(metadata: ["space": supernet.space.name])
        .write(to: part + "/weights.safetensors")
      try Documents.write(input, to: part + "/data.json")
      try Documents.write(results, to: part + "/results.json")
      try AtomicFile.write(readMe ?? self.readMe, to: part + "/README.md")
    }
  }

  /// Where a model folder keeps its accuracy predictor.
  public static func predictorPath(in folder: String) -> String { folder + "/predictor.json" }
}

/// What a model expects of an image, and what its classes are called.
///
/// A pixel p in 0…1 of channel c enters the network as (p − means[c]) / standardDeviations[c].
public struct InputDescription: VersionedDocument, Hashable, Sendable {
  /// The document's name.
  public static var format: String { "ofa-input" }
  /// The document's newest version.
  public static var currentVersion: Int { 1 }

  /// The data set's name.
  public var dataset: String
  /// The mean of each channel over the training images, pixels in 0…1.
  public var means: [Float]
  /// The standard deviation of each channel over the training images, pixels in 0…1; positive.
  public var standardDeviations: [Float]
  /// A name for each class.
  public var classNames: [String]

  /// A description of its parts.
  public init(dataset: String, means: [Float], standardDeviations: [Float], classNames: [String]) {
    self.dataset = dataset
    self.means = means
    self.standardDeviations = standardDeviations
    self.classNames = classNames
  }
}

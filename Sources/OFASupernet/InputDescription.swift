import OFAFormats
import OFASpace

/// What a model expects of an image, and what its classes are called.
///
/// A pixel p in 0…1 of channel c enters the network as (p − means[c]) / standardDeviations[c].
public struct InputDescription: VersionedDocument, Hashable, Sendable {
  /// The document's name.
  public static var format: String { "ofa-input" }
  /// The document's newest version.
  public static var currentVersion: Int { 1 }

  /// The data set's name, or ``unknown``.
  public var dataset: String
  /// The mean of each channel over the training images, pixels in 0…1.
  public var means: [Float]
  /// The standard deviation of each channel over the training images, pixels in 0…1; positive.
  public var standardDeviations: [Float]
  /// A name for each class.
  public var classNames: [String]
  /// How much of a picture's square in the middle the network sees, as a fraction of its side, above 0 to 1; nil: all
  /// of it, as in training here.
  ///
  /// Networks for ImageNet are judged on the middle 7/8: the picture is resized to 8/7 of the resolution, then cropped.
  public var centerFraction: Double?

  /// The data set's licence, such as `CC BY-SA 3.0`; nil where nobody said it.
  public var licence: String?

  /// What stands for the data set of an imported model.
  public static let unknown = "imported"

  /// A description of its parts.
  public init(
    dataset: String, means: [Float], standardDeviations: [Float], classNames: [String], centerFraction: Double? = nil,
    licence: String? = nil
  ) {
    self.dataset = dataset
    self.means = means
    self.standardDeviations = standardDeviations
    self.classNames = classNames
    self.centerFraction = centerFraction
    self.licence = licence
  }

  /// Refuses a description that does not fit a space.
  ///
  /// - Throws: `Failure(.badData)`.
  public func check(against space: SearchSpace, at place: String) throws {
    func require(_ holds: Bool, _ key: String, _ what: String) throws {
      if !holds { throw Failure(.badData, what, at: "\(place): \(key)") }
    }
    try require(means.count == space.channels, "means", "\(means.count) of \(space.channels) channels")
    try require(
      standardDeviations.count == space.channels, "standardDeviations",
      "\(standardDeviations.count) of \(space.channels) channels")
    // A pixel is 0…1, so that these are wide of anything that images have; within them inputs are finite.
    try require(means.allSatisfy { abs($0) <= 1e3 }, "means", "one is not from -1000 to 1000")
    try require(
      standardDeviations.allSatisfy { 1e-6...1e6 ~= $0 }, "standardDeviations", "one is not from 0.000001 to 1000000")
    if let centerFraction {
      try require(0.01...1 ~= centerFraction, "centerFraction", "\(centerFraction) is not from 0.01 to 1")
    }
    try require(classNames.count == space.classes, "classNames", "\(classNames.count) of \(space.classes) classes")
  }
}

import OFAData
import OFASupernet

extension InputDescription {
  /// What a model trained on a data set expects. Classes without names are called by their numbers.
  public init(_ data: Dataset) {
    self.init(
      dataset: data.name, means: data.normalization.means,
      standardDeviations: data.normalization.standardDeviations, classNames: (0..<data.classes).map(String.init))
  }

  /// How pixels become inputs.
  public var normalization: Normalization {
    Normalization(means: means, standardDeviations: standardDeviations)
  }
}

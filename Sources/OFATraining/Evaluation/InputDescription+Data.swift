import OFAData
import OFASupernet

extension InputDescription {
  /// What a model trained on a data set expects.
  public init(_ data: Dataset) {
    self.init(
      dataset: data.name, means: data.normalization.means,
      standardDeviations: data.normalization.standardDeviations, classNames: data.classNames)
  }

  /// How pixels become inputs.
  public var normalization: Normalization {
    Normalization(means: means, standardDeviations: standardDeviations)
  }
}

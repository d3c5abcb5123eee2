import OFAFormats

extension ONNX {
  /// What a reader must know to use a file, written into it as pairs of names and texts.
  ///
  /// | name | text |
  /// |---|---|
  /// | `subnet` | the subnet's id |
  /// | `normalization.means` | a JSON array, one number a channel |
  /// | `normalization.standardDeviations` | a JSON array, one number a channel |
  /// | `classes` | a JSON array of names in the order of the logits |
  ///
  /// A pixel in 0…1 becomes an input by (pixel − mean) / standard deviation.
  public struct Metadata: Hashable, Sendable {
    /// The subnet's id.
    public var subnet: String?
    /// The mean of each channel that is subtracted from pixels in 0…1.
    public var means: [Double]
    /// The standard deviation of each channel that pixels are divided by.
    public var standardDeviations: [Double]
    /// The names of the classes in the order of the logits.
    public var classNames: [String]?

    /// Metadata of what is known; the rest is left out of the file.
    public init(
      subnet: String? = nil, means: [Double] = [], standardDeviations: [Double] = [], classNames: [String]? = nil
    ) {
      precondition(means.count == standardDeviations.count)
      self.subnet = subnet
      self.means = means
      self.standardDeviations = standardDeviations
      self.classNames = classNames
    }

    func properties() throws -> [Onnx_StringStringEntryProto] {
      var pairs: [(String, String)] = []
      if let subnet { pairs.append(("subnet", subnet)) }
      if !means.isEmpty {
        pairs.append(("normalization.means", try JSON.encode(means, pretty: false)))
        pairs.append(("normalization.standardDeviations", try JSON.encode(standardDeviations, pretty: false)))
      }
      if let classNames { pairs.append(("classes", try JSON.encode(classNames, pretty: false))) }
      return pairs.map { key, value in
        var entry = Onnx_StringStringEntryProto()
        entry.key = key
        entry.value = value
        return entry
      }
    }
  }
}

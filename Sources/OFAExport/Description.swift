import OFAEngine
import OFAFormats

/// What somebody must know to use an exported file, written into it as pairs of names and texts.
///
/// They are the metadata of an ONNX file and of a safetensors file, and the notes of a plan. Texts are plain, or JSON
/// where they are numbers or lists. What is not known is left out.
///
/// | name | text |
/// |---|---|
/// | `subnet` | the subnet's id |
/// | `model`, `space` | the names of the model and of its search space |
/// | `producer` | the program and its version |
/// | `dataset`, `dataset.licence` | what the model was trained on, and its licence |
/// | `accuracy.test` | the share of the test images whose class is right, 0…1 |
/// | `accuracy.heldOut` | the same of images that were held out of training |
/// | `accuracy.predicted`, `accuracy.predicted.range` | what a predictor expects, and where nine of ten lie |
/// | `input.type` | `float32`, or `uint8` for pictures as they are |
/// | `input.layout` | the order of the input's dimensions, `NCHW` or `NHWC` |
/// | `input.channels` | the order of the channels, `RGB` or `grey` |
/// | `preprocessing` | who does what the next lines say: the `caller`, or the `file` itself |
/// | `resize.filter`, `resize.shorterSide`, `crop.fraction`, `resolution` | how a picture is cut and resized |
/// | `scale` | what a byte is multiplied by |
/// | `normalization.means`, `normalization.standardDeviations` | one number a channel, of scaled values |
/// | `output` | `logits`, or `probabilities`, which are their softmax |
/// | `classes` | names in the order of the output |
///
/// ``Preprocessing`` says what is done, and in which order.
public struct Description: Hashable, Sendable {
  /// The subnet's id.
  public var subnet: String?
  /// The model's name.
  public var model: String?
  /// The name of the model's search space.
  public var space: String?
  /// The name of the data set that the model was trained on.
  public var dataset: String?
  /// The licence of the data set.
  public var datasetLicence: String?
  /// What is known of the accuracy.
  public var accuracy: Accuracy?
  /// What becomes of a picture before the network sees it.
  public var preprocessing: Preprocessing?
  /// The names of the classes in the order of the logits.
  public var classNames: [String]?

  /// A share of images whose class is right, 0…1, and how that is known.
  public enum Accuracy: Hashable, Sendable {
    /// Measured on the test images.
    case test(Double)
    /// Measured on images that were held out of training.
    case heldOut(Double)
    /// Predicted; and where nine of ten accuracies lie of which that is predicted, where somebody told.
    case predicted(Double, range: ClosedRange<Double>?)
  }

  /// What goes into a file's network and what comes out.
  public enum Interface: Hashable, Sendable {
    /// Normalized images channels first, logits: ONNX, and weights for PyTorch.
    case channelsFirst
    /// Normalized images channels last, logits: plans.
    case channelsLast
    /// Pictures, channels last, probabilities: ONNX with the preprocessing in it.
    case pictures
  }

  /// A description of what is known.
  public init(
    subnet: String? = nil, model: String? = nil, space: String? = nil, dataset: String? = nil,
    datasetLicence: String? = nil, accuracy: Accuracy? = nil, preprocessing: Preprocessing? = nil,
    classNames: [String]? = nil
  ) {
    (self.subnet, self.model, self.space) = (subnet, model, space)
    (self.dataset, self.datasetLicence, self.accuracy) = (dataset, datasetLicence, accuracy)
    (self.preprocessing, self.classNames) = (preprocessing, classNames)
  }

  /// The pairs, in the order of the table.
  ///
  /// - Throws: `Failure(.internalError)` for a number that is not finite.
  public func pairs(for interface: Interface) throws -> [(name: String, text: String)] {
    var pairs: [(name: String, text: String)] = []
    func add(_ name: String, _ text: String?) {
      if let text { pairs.append((name, text)) }
    }
    func add(_ name: String, json value: some Encodable) throws { add(name, try JSON.encode(value, pretty: false)) }
    add("subnet", subnet)
    add("model", model)
    add("space", space)
    add("producer", "\(ONNX.producer) \(InferencePlan.engineVersion)")
    add("dataset", dataset)
    add("dataset.licence", datasetLicence)
    switch accuracy {
    case .test(let share): try add("accuracy.test", json: share)
    case .heldOut(let share): try add("accuracy.heldOut", json: share)
    case .predicted(let share, let range):
      try add("accuracy.predicted", json: share)
      if let range { try add("accuracy.predicted.range", json: [range.lowerBound, range.upperBound]) }
    case nil: break
    }
    if let preprocessing {
      add("input.type", interface == .pictures ? "uint8" : "float32")
      add("input.layout", interface == .channelsFirst ? "NCHW" : "NHWC")
      add("input.channels", [1: "grey", 3: "RGB"][preprocessing.means.count])
      add("preprocessing", interface == .pictures ? "file" : "caller")
      add("resize.filter", "bilinear, widened where the picture shrinks")
      try add("resize.shorterSide", json: preprocessing.shorterSide)
      try add("crop.fraction", json: preprocessing.centerFraction)
      try add("resolution", json: preprocessing.resolution)
      try add("scale", json: 1.0 / 255)
      try add("normalization.means", json: preprocessing.means)
      try add("normalization.standardDeviations", json: preprocessing.standardDeviations)
    }
    add("output", interface == .pictures ? "probabilities" : "logits")
    if let classNames { try add("classes", json: classNames) }
    return pairs
  }
}

extension Description {
  /// What the pairs of a file say that this program wrote of images: the data set, the preprocessing, the classes.
  ///
  /// - Throws: `Failure(.badData)` where a text is not what its name promises.
  public init(pairs: [String: String], at place: String) throws {
    func value<T: Decodable>(_ name: String) throws -> T? {
      try pairs[name].map { try JSON.decode(T.self, from: $0, at: "\(place): \(name)") }
    }
    self.init(
      dataset: pairs["dataset"], datasetLicence: pairs["dataset.licence"], classNames: try value("classes"))
    guard let resolution: Int = try value("resolution"), let shorterSide: Int = try value("resize.shorterSide"),
      let fraction: Double = try value("crop.fraction"), let means: [Float] = try value("normalization.means"),
      let deviations: [Float] = try value("normalization.standardDeviations")
    else { return }
    guard means.count == deviations.count, resolution > 0, shorterSide > 0, fraction > 0, fraction <= 1 else {
      throw Failure(.badData, "it says of pictures what cannot be", at: place)
    }
    preprocessing = Preprocessing(
      resolution: resolution, shorterSide: shorterSide, centerFraction: fraction, means: means,
      standardDeviations: deviations)
  }
}

import OFANumerics

/// Images to train on, images to choose by, and images to report on.
///
///     let data = try Dataset.load("Data/mnist")
///     let data = try Dataset.load("shapes")     // drawn here, needs no files
///
/// The held-out images are a part of the training images, the same share of every class, and are never trained on: what
/// is chosen by accuracy (subnets, a predictor) is chosen on them, so that the test images are seen only in the report.
public struct Dataset: Sendable {
  /// The folder's own name, or the name of a built-in set.
  public let name: String
  /// To train on.
  public private(set) var train: ImageSet
  /// To choose by: training images that are not in `train`, in an order whose every leading part has the classes in
  /// proportion.
  public private(set) var heldOut: ImageSet
  /// To report on.
  public private(set) var test: ImageSet
  /// Makes the pixels of `train` have mean 0 and deviation 1 in each channel.
  public let normalization: Normalization
  /// What reading the set left out.
  public let report: PictureReport

  /// Parts the training images: `heldOutCount` of them (by default a tenth, at most 5,000), drawn from each class in
  /// proportion.
  ///
  /// The draw depends on `seed` alone. The parts must be the same wherever a model is trained and judged, hence the
  /// default.
  ///
  /// - Precondition: training and test images have the same channels and classes.
  public init(
    name: String, training: ImageSet, test: ImageSet, heldOutCount: Int? = nil, seed: UInt64 = 0,
    report: PictureReport = PictureReport()
  ) {
    precondition(
      (training.channels, training.classes) == (test.channels, test.classes), "Training and test images differ in kind."
    )
    let wanted = min(heldOutCount ?? min(training.count / 10, 5_000), training.count)
    var generator = SeededGenerator(seed: seed, stream: "held-out images")
    let heldOut = Set(training.interleaved(using: &generator).prefix(wanted))
    self.init(
      name: name, train: training.subset(training.labels.indices.filter { !heldOut.contains($0) }, name: training.name),
      heldOut: training.subset(heldOut.sorted(), name: "\(training.name), held out"), test: test, report: report)
  }

  /// A set that comes in its three parts.
  ///
  /// - Precondition: all have the same channels and classes.
  public init(
    name: String, train: ImageSet, heldOut: ImageSet, test: ImageSet, report: PictureReport = PictureReport()
  ) {
    var generator = SeededGenerator(seed: 0, stream: "order of held-out images")
    self.heldOut = heldOut.subset(heldOut.interleaved(using: &generator), name: heldOut.name)
    (self.name, self.train, self.test, self.report) = (name, train, test, report)
    normalization = Normalization(of: train)
  }

  /// 1 for grey, 3 for colour.
  public var channels: Int { train.channels }

  /// What the classes are called, in the order of the labels.
  public var classNames: [String] { train.classNames }

  /// How many classes there are.
  public var classes: Int { train.classes }

  /// A hash of the images to train on and to choose by, in hexadecimal.
  ///
  /// - Throws: `Failure` where one can no longer be read.
  package var digest: String { get throws { try train.digest + heldOut.digest } }

  /// The usual augmentation for such images.
  ///
  /// Small ones are shifted, photographs cropped. Where there is colour, images are mirrored: a mirrored digit or
  /// letter is another sign. Small ones take little: twelve epochs of CIFAR-10 give the smallest network of
  /// `mbv3-32-wide` 83.4 % so, 80.6 % with shifts of 4 and mirroring by chance.
  public var augmentation: Augmentation {
    let areColoured = channels > 1
    let sides = train.places.prefix(100).map { min(train.source.size(of: $0).height, train.source.size(of: $0).width) }
    if areColoured, sides.reduce(0, +) > Self.smallSide * sides.count {
      return Augmentation(
        mirroring: .random, crop: Augmentation.Crop(leastArea: 0.35),
        jitter: Augmentation.Jitter(brightness: 0.2, contrast: 0.2, saturation: 0.2))
    }
    return areColoured ? Augmentation(padding: 2, mirroring: .alternating) : Augmentation(padding: 4)
  }

  /// Images whose sides are no longer than this on average are small.
  private static let smallSide = 48

  /// The set with its labels among other classes, of which its own are some; what is trained and judged stays the same
  /// images.
  ///
  /// - Precondition: each of the set's class names is one of those given.
  public func relabelled(classNames: [String]) -> Dataset {
    var result = self
    result.train = train.relabelled(classNames: classNames)
    result.heldOut = heldOut.relabelled(classNames: classNames)
    result.test = test.relabelled(classNames: classNames)
    return result
  }
}

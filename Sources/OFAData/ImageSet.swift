/// Labelled images of one size: bytes, as they are on disk.
///
/// Pixels are [N, H, W, C] in one array; image `i` takes `i · bytesPerImage ..< (i + 1) · bytesPerImage`. A copy shares
/// the pixels.
public struct ImageSet: Hashable, Sendable {
  /// What it is called in messages.
  public let name: String
  /// Rows of an image.
  public let height: Int
  /// Columns of an image.
  public let width: Int
  /// 1 for grey, 3 for red, green and blue.
  public let channels: Int
  /// What the classes are called, in the order of the labels.
  public let classNames: [String]
  /// The brightness of every pixel, [N, H, W, C].
  public let pixels: [UInt8]
  /// The class of every image.
  public let labels: [Int]

  /// Images with their labels.
  ///
  /// - Parameter classNames: by default the labels themselves.
  /// - Precondition: the counts agree and every label is a class.
  public init(
    name: String, height: Int, width: Int, channels: Int, classes: Int, classNames: [String]? = nil, pixels: [UInt8],
    labels: [Int]
  ) {
    let classNames = classNames ?? (0..<classes).map(String.init)
    precondition(classNames.count == classes, "Every class has a name.")
    precondition(height > 0 && width > 0 && channels > 0, "An image has at least one pixel.")
    precondition(pixels.count == labels.count * height * width * channels, "Pixels and labels do not agree.")
    precondition(labels.allSatisfy { 0 <= $0 && $0 < classes }, "A label is not a class.")
    (self.name, self.height, self.width, self.channels) = (name, height, width, channels)
    (self.classNames, self.pixels, self.labels) = (classNames, pixels, labels)
  }

  /// How many classes there are; labels are below it.
  public var classes: Int { classNames.count }

  /// How many images there are.
  public var count: Int { labels.count }

  /// Bytes, which are values, of one image.
  public var bytesPerImage: Int { height * width * channels }

  /// The images at the given places, in the given order.
  public func subset(_ indices: some Collection<Int>, name: String) -> ImageSet {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(indices.count * bytesPerImage)
    for index in indices { pixels += self.pixels[(index * bytesPerImage)..<((index + 1) * bytesPerImage)] }
    return ImageSet(
      name: name, height: height, width: width, channels: channels, classes: classes, classNames: classNames,
      pixels: pixels, labels: indices.map { labels[$0] })
  }

  /// The images with their labels among other classes, of which the set's own are some.
  ///
  /// - Precondition: each of the set's class names is one of those given.
  public func relabelled(classNames: [String]) -> ImageSet {
    let places = self.classNames.compactMap(classNames.firstIndex)
    return ImageSet(
      name: name, height: height, width: width, channels: channels, classes: classNames.count, classNames: classNames,
      pixels: pixels, labels: labels.map { places[$0] })
  }
}

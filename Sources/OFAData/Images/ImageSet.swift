import OFANumerics

/// Labelled images: some of a source's, in an order of their own. A copy shares the source.
public struct ImageSet: Sendable {
  /// What it is called in messages.
  public let name: String
  /// Where the images come from.
  public let source: any ImageSource
  /// Where each image is in the source.
  public let places: [Int]
  /// The class of every image.
  public let labels: [Int]
  /// What the classes are called, in the order of the labels.
  public let classNames: [String]

  /// Some of a source's images with their labels.
  ///
  /// - Precondition: there are as many places as labels, each in the source, and every label is a class.
  public init(name: String, source: any ImageSource, places: [Int], labels: [Int], classNames: [String]) {
    precondition(places.count == labels.count, "Places and labels do not agree.")
    precondition(places.allSatisfy { 0 <= $0 && $0 < source.count }, "A place is not in the source.")
    precondition(labels.allSatisfy { 0 <= $0 && $0 < classNames.count }, "A label is not a class.")
    (self.name, self.source, self.places) = (name, source, places)
    (self.labels, self.classNames) = (labels, classNames)
  }

  /// Images of one size over their bytes [N, H, W, C].
  ///
  /// - Parameter classNames: by default the labels themselves.
  /// - Precondition: the counts agree and every label is a class.
  public init(
    name: String, height: Int, width: Int, channels: Int, classes: Int, classNames: [String]? = nil, pixels: [UInt8],
    labels: [Int]
  ) {
    let classNames = classNames ?? (0..<classes).map(String.init)
    precondition(classNames.count == classes, "Every class has a name.")
    let source = PixelArray(height: height, width: width, channels: channels, pixels: pixels)
    precondition(source.count == labels.count, "Pixels and labels do not agree.")
    self.init(name: name, source: source, places: Array(labels.indices), labels: labels, classNames: classNames)
  }

  /// 1 for grey, 3 for red, green and blue.
  public var channels: Int { source.channels }

  /// How many classes there are; labels are below it.
  public var classes: Int { classNames.count }

  /// How many images there are.
  public var count: Int { labels.count }

  /// Rows and columns of the images where they all have the same; nil where they differ or there are none.
  public var commonSize: (height: Int, width: Int)? {
    guard let first = places.first.map(source.size) else { return nil }
    return places.allSatisfy { source.size(of: $0) == first } ? first : nil
  }

  /// The bytes of all images, one after another.
  public var pixels: [UInt8] {
    var pixels: [UInt8] = []
    for place in places {
      source.withImage(place) { image in
        pixels += UnsafeBufferPointer(start: image.pixels, count: image.height * image.width * channels)
      }
    }
    return pixels
  }

  /// A hash of all labels, of the sums of all images' pixels, and of the pixels of some, in hexadecimal.
  ///
  /// - Throws: `Failure` where one of these can no longer be read.
  package var digest: String {
    get throws {
      let some = stride(from: 0, to: count, by: max(1, count / 64))
      let pixels = subset(Array(some), name: name).pixels
      try source.check()
      let sums = places.lazy.map(source.moments(of:)).flatMap { $0.sums + $0.squares }
      return (labels + pixels.map(Int.init) + sums).digest
    }
  }

  /// The images at the given places of this set, in the given order.
  public func subset(_ indices: some Collection<Int>, name: String) -> ImageSet {
    ImageSet(
      name: name, source: source, places: indices.map { places[$0] }, labels: indices.map { labels[$0] },
      classNames: classNames)
  }

  /// An order of the images whose every leading part has the classes in proportion: the members of each in random
  /// order.
  func interleaved(using generator: inout some RandomNumberGenerator) -> [Int] {
    let byClass = Dictionary(grouping: labels.indices) { labels[$0] }
    var places: [(place: Double, index: Int)] = []
    for label in 0..<classes {
      let members = (byClass[label] ?? []).shuffled(using: &generator)
      places += members.enumerated().map { ((Double($0) + 0.5) / Double(members.count), $1) }
    }
    return places.sorted { ($0.place, $0.index) < ($1.place, $1.index) }.map(\.index)
  }

  /// The images with their labels among other classes, of which the set's own are some.
  ///
  /// - Precondition: each of the set's class names is one of those given.
  public func relabelled(classNames: [String]) -> ImageSet {
    let labels = self.classNames.compactMap(classNames.firstIndex)
    return ImageSet(
      name: name, source: source, places: places, labels: self.labels.map { labels[$0] }, classNames: classNames)
  }
}

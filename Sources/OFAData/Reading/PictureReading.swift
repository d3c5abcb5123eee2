import OFAFormats

/// How pictures are read.
public struct PictureOptions: Sendable {
  /// The greatest resolution that will be asked for: pictures are kept a little larger, no more; none: as they are.
  public var resolution: Int?
  /// Whether JPEG files may be halved while they are decoded, for many are to be read.
  public var halving = true
  /// 1 to read all as grey, 3 as colour; none: grey where all are.
  public var channels: Int?
  /// How many are decoded at once.
  public var threads: Int
  /// The bytes that decoded pictures may take; those beyond are decoded whenever they are needed.
  public var memory: Int
  /// The processes that look at a set together.
  public var sharing: PictureSharing
  /// The greatest share of a set's pictures that may be unreadable.
  public var tolerated = 0.05

  /// Options; by default pictures are kept whole.
  public init(
    resolution: Int? = nil, channels: Int? = nil, threads: Int = 1, memory: Int = .max,
    sharing: PictureSharing = .none
  ) {
    (self.resolution, self.channels, self.threads, self.memory) = (resolution, channels, threads, memory)
    self.sharing = sharing
  }

  /// The length that a picture's shorter side is reduced to.
  var shorterSide: Int? { resolution.map(Self.shorterSide) }

  /// The length that a picture's shorter side is reduced to for a resolution: what is customary, so that there is
  /// something to cut off at random.
  public static func shorterSide(for resolution: Int) -> Int { (resolution * 8 + 6) / 7 }
}

/// What reading a set's pictures left out, and what its files have.
public struct PictureReport: Hashable, Sendable {
  /// The pictures that cannot be read, with the reason.
  public internal(set) var unreadable: [Failure] = []
  /// How many files are of another kind.
  public internal(set) var passedOver = 0
  /// The bytes that all pictures take decoded.
  public internal(set) var decodedBytes = 0
  /// What each picture's file says of it.
  public internal(set) var headers: [Picture.Header] = []

  /// Of no pictures.
  public init() {}
}

extension PictureListing {
  /// Looks at all pictures and parts the set.
  ///
  /// The classes are those of the training pictures, in the order of their names. A set without parts is parted in the
  /// order of its pictures: the last fifth of each class is for testing, a tenth of the rest, its last, is held out.
  /// Neighbours are often alike (one hand, one minute), and so most of them stay on one side. Of a set with `val`, but
  /// no `test`, `val` is for testing.
  ///
  /// - Throws: `Failure(.badData)` where too many pictures are unreadable or a class is not among the training
  ///   pictures; `Failure(.interrupted)`; what the sharing throws.
  func read(
    _ options: PictureOptions, progress: (Double) -> Void, isInterrupted: () -> Bool
  ) throws -> StoredImages {
    let seen = try look(options, progress: progress, isInterrupted: isInterrupted)
    let files = seen.readable.map(\.file)
    let facts = seen.readable.map(\.facts)
    let channels = options.channels ?? (facts.contains { $0.channels > 1 } ? 3 : 1)
    let source = PictureFiles(
      channels: channels, paths: files.map(\.path), facts: facts, decoded: seen.decoded, options)
    let parts = self.parts(of: files)
    let trained = zip(files, parts).filter { $0.1 == .train }.map(\.0.className)
    let classNames = Set(trained).sorted()
    let labels = Dictionary(uniqueKeysWithValues: zip(classNames, 0...))
    if let stranger = files.first(where: { labels[$0.className] == nil }) {
      throw Failure(
        .badData, "its class \(stranger.className) is that of no training picture, which have " + classNames.listed,
        at: stranger.path)
    }
    guard parts.contains(.test) else {
      throw Failure(
        .badData, "no class has the five pictures of which one is for testing; add some, or a folder test", at: place)
    }
    var report = PictureReport()
    (report.unreadable, report.passedOver) = (seen.unreadable, passedOver)
    report.headers = seen.readable.map(\.header)
    report.decodedBytes = facts.reduce(0) { $0 + $1.height * $1.width * channels }
    func set(_ part: Part, _ name: String) -> ImageSet {
      let places = parts.indices.filter { parts[$0] == part }
      return ImageSet(
        name: "\(place), \(name)", source: source, places: places,
        labels: places.compactMap { labels[files[$0].className] }, classNames: classNames)
    }
    return StoredImages(
      training: set(.train, "training pictures"), test: set(.test, "test pictures"),
      heldOut: parts.contains(.heldOut) ? set(.heldOut, "held-out pictures") : nil,
      report: report)
  }

  /// The part of each picture.
  private func parts(of files: [File]) -> [Part] {
    let said = Set(files.compactMap(\.part))
    if said.contains(.test) || said.contains(.heldOut) {
      let test: Part = said.contains(.test) ? .test : .heldOut
      return files.map { $0.part == test ? .test : $0.part ?? .train }
    }
    var parts = [Part](repeating: .train, count: files.count)
    for (_, members) in Dictionary(grouping: files.indices, by: { files[$0].className }) {
      let tested = members.suffix(members.count / 5)
      let rest = members.dropLast(tested.count)
      for index in tested { parts[index] = .test }
      for index in rest.suffix((rest.count + 5) / 10) { parts[index] = .heldOut }
    }
    return parts
  }
}

extension Picture {
  /// Reads a JPEG or PNG file.
  ///
  /// - Throws: `Failure(.missingInput)`, `Failure(.inputOutput)`, and `Failure(.badData)` where it is no such file, or
  ///   no picture has the channels.
  public init(reading path: String, _ options: PictureOptions = PictureOptions()) throws(Failure) {
    self = try Self.read(path, options).picture
  }

  /// Reads a JPEG or PNG file, and what its head says; throws as ``init(reading:_:)``.
  static func read(_ path: String, _ options: PictureOptions) throws(Failure) -> (picture: Picture, header: Header) {
    do {
      let bytes = try InputFile.read(path, limit: Self.longestFile)
      let file = try file(in: bytes, at: path)
      let channels = options.channels ?? (file.hasColor ? 3 : 1)
      try check(channels: channels, at: path)
      let picture = try Picture(
        decoding: file, channels: channels, shorterSide: options.shorterSide, halving: options.halving)
      return (picture, Header(of: file))
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(.badData, "\(error)", at: path)
    }
  }

  /// Refuses images that no picture can be.
  ///
  /// - Throws: `Failure(.badData)`.
  public static func check(channels: Int, at place: String) throws(Failure) {
    guard channels == 1 || channels == 3 else {
      throw Failure(
        .badData, "images of \(channels) channels; pictures have 1, grey, or 3, red, green and blue", at: place)
    }
  }

  /// The most bytes of a picture's file.
  private static let longestFile = 1 << 28

  /// The picture in another number of channels: grey in each of three.
  func converted(toChannels wanted: Int) -> Picture {
    guard channels == 1, wanted == 3 else { return self }
    return Picture(height: height, width: width, channels: 3, pixels: pixels.flatMap { [$0, $0, $0] })
  }
}

import OFAData
import OFAFormats
import OFASupernet

/// Looks at a set of images: what is in it, and what is wrong with it.
public struct DataInspection {
  /// A folder with images, a list of pictures, or the name of a built-in set.
  public var data: String
  /// Where to put a sheet with pictures of every class; none: nowhere.
  public var sheet: Output?
  /// How many threads to use.
  public var threads: Int

  /// An inspection of a set.
  public init(data: String, sheet: Output? = nil, threads: Int) {
    (self.data, self.sheet, self.threads) = (data, sheet, threads)
  }

  /// What is in a set.
  public struct Result: Hashable, Sendable, Encodable {
    /// How many images there are to train on.
    public var train: Int
    /// How many to choose by.
    public var heldOut: Int
    /// How many to report on.
    public var test: Int
    /// 1 for grey, 3 for colour.
    public var channels: Int
    /// The classes in the order of their labels.
    public var classes: [Class]
    /// The paths of pictures that cannot be read.
    public var unreadable: [String]
    /// How many files are of another kind.
    public var passedOver: Int
    /// How many pairs of images show the same, one trained on and one not.
    public var acrossSplit: Int

    /// One class.
    public struct Class: Hashable, Sendable, Encodable {
      /// What it is called.
      public var name: String
      /// How many images it has in all parts.
      public var count: Int
    }
  }

  /// What the result's keys have no room for.
  public struct Remarks: Hashable, Sendable {
    /// The least and the greatest sides of images, once shown: rows × columns.
    public var sizes: String
    /// The unreadable pictures with the reasons.
    public var unreadable: [String]
    /// Pairs of alike images, the first few.
    public var pairs: [String]
  }

  /// Looks.
  ///
  /// - Throws: what loading a set throws; `.usage` for a sheet whose name says that it is no PNG file; `.inputOutput`
  ///   when it cannot be written.
  public func inspect(monitor: Monitor = Monitor()) throws -> (result: Result, remarks: Remarks) {
    if let sheet, !sheet.path.lowercased().hasSuffix(".png") {
      throw Failure(.usage, "a sheet is written as PNG; let its name end in .png", at: sheet.path)
    }
    try sheet?.check(for: Picture.sheetKind)
    var options = PictureOptions(resolution: Self.resolution, threads: threads, memory: MachineMemory.bytes / 2)
    options.tolerated = 1
    let data = try Dataset.load(
      data, pictures: options,
      progress: { monitor.show(StageProgress("reading pictures", $0)) }, isInterrupted: monitor.isInterrupted)
    try monitor.check("comparing images", 0)
    let duplicates = try data.duplicatesAcrossSplit(most: Remarks.mostPairs) {
      try monitor.check("comparing images", $0)
    }
    if let sheet { try sheet.write(data.contactSheet().sheetFile(), as: Picture.sheetKind) }
    try data.train.source.check()
    let labels = data.train.labels + data.heldOut.labels + data.test.labels
    let counts = Dictionary(labels.map { ($0, 1) }, uniquingKeysWith: +)
    let result = Result(
      train: data.train.count, heldOut: data.heldOut.count, test: data.test.count, channels: data.channels,
      classes: data.classNames.enumerated().map { Result.Class(name: $1, count: counts[$0] ?? 0) },
      unreadable: data.report.unreadable.map { $0.place ?? "" }, passedOver: data.report.passedOver,
      acrossSplit: duplicates.count)
    return (result, Remarks(data, duplicates.first))
  }

  /// Enough to compare pictures and to show them small.
  private static let resolution = 112
}

extension DataInspection.Remarks {
  /// What is worth a line of a set.
  init(_ data: Dataset, _ duplicates: [Dataset.Duplicate]) {
    // Of pictures what their files have; they are kept smaller.
    let headers = data.report.headers
    let sizes: [(height: Int, width: Int)] =
      headers.isEmpty
      ? [data.train, data.heldOut, data.test].flatMap { set in set.places.map(set.source.size) }
      : headers.map { ($0.height, $0.width) }
    func span(_ lengths: [Int]) -> String {
      let (least, greatest) = (lengths.min() ?? 0, lengths.max() ?? 0)
      return least == greatest ? "\(least)" : "\(least) to \(greatest)"
    }
    self.sizes = "\(span(sizes.map(\.height))) × \(span(sizes.map(\.width))) pixels"
    unreadable = data.report.unreadable.map(\.description)
    pairs = duplicates.map { pair in
      let judged = pair.isHeldOut ? data.heldOut : data.test
      return "\(data.train.source.name(of: data.train.places[pair.trained])) and "
        + "\(pair.isHeldOut ? "held-out" : "test") \(judged.source.name(of: judged.places[pair.judged]))"
    }
  }

  /// How many pairs are named.
  fileprivate static let mostPairs = 10
}

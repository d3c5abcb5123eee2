import OFAFormats

extension DeviceProfile: VersionedDocument {
  /// The document's name.
  public static var format: String { "ofa-device-profile" }
  /// The version that this package writes.
  public static var currentVersion: Int { 1 }

  private enum Key: String, CodingKey {
    case device, measurement, limits, correction, blocks
  }

  /// Reads a profile.
  ///
  /// - Throws: when a number is not one that can be measured, or two entries have one signature; the path is the entry's.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    device = try container.decode(Device.self, forKey: .device)
    measurement = try container.decode(Measurement.self, forKey: .measurement)
    limits = try container.decodeIfPresent(Limits.self, forKey: .limits) ?? Limits()
    correction = try container.decodeIfPresent(LatencyCorrection.self, forKey: .correction)
    table = LatencyTable()
    if let correction, !(correction.slope > 0 && correction.error.relativeErrorP90 >= 0) {
      throw DecodingError.dataCorruptedError(
        forKey: .correction, in: container, debugDescription: "a slope above 0 and an error of 0 or more are expected")
    }
    if [limits.memoryBytes, limits.storageBytes].contains(where: { $0.map { $0 < 1 } ?? false }) {
      throw DecodingError.dataCorruptedError(
        forKey: .limits, in: container,
        debugDescription: "limits are positive numbers of bytes; leave out what is unlimited")
    }
    var blocks = try container.nestedUnkeyedContainer(forKey: .blocks)
    while !blocks.isAtEnd {
      let index = blocks.currentIndex
      let line = try blocks.decode(Line.self)
      if let problem = line.problem ?? (table.entries[line.signature] == nil ? nil : "a second entry of one signature")
      {
        throw DecodingError.dataCorrupted(
          .init(codingPath: container.codingPath + [Key.blocks, Position(index)], debugDescription: problem))
      }
      table.entries[line.signature] = line.entry
    }
  }

  /// Writes a profile, its blocks in order of their signatures.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(device, forKey: .device)
    try container.encode(measurement, forKey: .measurement)
    try container.encode(limits, forKey: .limits)
    try container.encodeIfPresent(correction, forKey: .correction)
    let lines = table.entries.sorted { $0.key < $1.key }.map { Line(signature: $0.key, $0.value) }
    try container.encode(lines, forKey: .blocks)
  }

  /// One block of the document.
  private struct Line: Codable {
    var signature: String
    var medianMilliseconds: Double
    var p10Milliseconds: Double?
    var p90Milliseconds: Double?
    var count: Int

    init(signature: String, _ entry: LatencyTable.Entry) {
      self.signature = signature
      medianMilliseconds = entry.medianMilliseconds
      p10Milliseconds = entry.p10Milliseconds
      p90Milliseconds = entry.p90Milliseconds
      count = entry.count
    }

    var entry: LatencyTable.Entry {
      LatencyTable.Entry(
        medianMilliseconds: medianMilliseconds, p10Milliseconds: p10Milliseconds, p90Milliseconds: p90Milliseconds,
        count: count)
    }

    /// What no measurement can have given, if anything.
    var problem: String? {
      if !(medianMilliseconds >= 0) { return "the median is \(medianMilliseconds) ms, 0 or more is expected" }
      if let p10Milliseconds, !(0...medianMilliseconds ~= p10Milliseconds) {
        return "the 10th percentile is \(p10Milliseconds) ms, 0…\(medianMilliseconds) (the median) is expected"
      }
      if let p90Milliseconds, !(p90Milliseconds >= medianMilliseconds) {
        return "the 90th percentile is \(p90Milliseconds) ms, \(medianMilliseconds) (the median) or more is expected"
      }
      return count >= 0 ? nil : "the count is \(count), 0 or more is expected"
    }
  }

  /// A place in an array, for an error's path.
  private struct Position: CodingKey {
    let index: Int
    init(_ index: Int) { self.index = index }
    init?(intValue: Int) { index = intValue }
    init?(stringValue: String) { nil }
    var intValue: Int? { index }
    var stringValue: String { "Index \(index)" }
  }
}

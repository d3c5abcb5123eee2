import OFAFormats

extension DeviceProfile: VersionedDocument {
  /// The document's name.
  public static var format: String { "ofa-device-profile" }
  /// The version that this package writes. Version 1 has neither means nor entries of one resolution, version 2 no
  /// fitted layers.
  ///
  /// A new version is for what changes latencies. Keys that only tell more, such as `spaces` or the device before and
  /// after, came without one: a program that does not know such a key refuses it by name and misreads nothing.
  public static var currentVersion: Int { 3 }

  private enum Key: String, CodingKey {
    case device, measurement, spaces, limits, correction, blocks, layers
  }

  /// Reads a profile.
  ///
  /// - Throws: when a number is not one that can be measured, or two entries have one signature; the path is the
  ///   entry's.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    device = try container.decode(Device.self, forKey: .device)
    measurement = try container.decode(Measurement.self, forKey: .measurement)
    spaces = try container.decodeIfPresent([String].self, forKey: .spaces) ?? []
    limits = try container.decodeIfPresent(Limits.self, forKey: .limits) ?? Limits()
    correction = try container.decodeIfPresent(LatencyCorrection.self, forKey: .correction)
    layers = try container.decodeIfPresent(LayerLatency.self, forKey: .layers)
    table = LatencyTable()
    if let correction, !correction.isUsable {
      throw DecodingError.dataCorruptedError(
        forKey: .correction, in: container,
        debugDescription: "a slope above 0, an error of 0 or more, neither beyond a million, and shares from 0 to 1 "
          + "are expected")
    }
    if let yardstick = measurement.yardstickMilliseconds,
      !(0 < yardstick && yardstick <= LatencyTable.longestMilliseconds)
    {
      throw DecodingError.dataCorruptedError(
        forKey: .measurement, in: container,
        debugDescription: "yardstickMilliseconds is \(yardstick), more than 0 is expected, and no more than "
          + "\(LatencyTable.longestMilliseconds)")
    }
    if [limits.memoryBytes, limits.storageBytes].contains(where: { $0.map { $0 < 1 } ?? false }) {
      throw DecodingError.dataCorruptedError(
        forKey: .limits, in: container,
        debugDescription: "limits are positive numbers of bytes; leave out what is unlimited")
    }
    var blocks = try container.nestedUnkeyedContainer(forKey: .blocks)
    while !blocks.isAtEnd {
      let index = blocks.currentIndex
      let line = try blocks.decode(LatencyTable.Line.self)
      if let problem = line.problem ?? table.insert(line) {
        throw DecodingError.dataCorrupted(
          .init(codingPath: container.codingPath + [Key.blocks, Position(index)], debugDescription: problem))
      }
    }
  }

  /// Writes a profile, its blocks in order of their signatures.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(device, forKey: .device)
    try container.encode(measurement, forKey: .measurement)
    if !spaces.isEmpty { try container.encode(spaces, forKey: .spaces) }
    try container.encode(limits, forKey: .limits)
    try container.encodeIfPresent(correction, forKey: .correction)
    try container.encode(table.lines, forKey: .blocks)
    try container.encodeIfPresent(layers, forKey: .layers)
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

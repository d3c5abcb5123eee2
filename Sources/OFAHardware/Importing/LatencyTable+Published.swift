import Foundation
import OFAFormats

extension LatencyTable {
  /// Published tables of one device as one.
  ///
  /// Small blocks occur at several resolutions, and tables that were made one a resolution then measure them more than once. Each
  /// measurement holds for networks of its own table's resolution, all of them together for any other.
  ///
  /// - Throws: `.badData` when two tables have one block and are not of one resolution each, or of the same.
  public init(joining tables: [PublishedTable]) throws {
    self.init()
    let measured = Dictionary(grouping: tables.flatMap(\.blocks), by: \.signature)
    entries = measured.mapValues { MeanLatency.pooled($0.map(\.latency)).entry }
    for table in tables {
      for block in table.blocks where measured[block.signature, default: []].count > 1 {
        guard table.resolutions.count == 1,
          entriesAtResolution[table.resolutions[0], default: [:]].updateValue(
            block.latency.entry, forKey: block.signature) == nil
        else {
          throw Failure(
            .badData, "another table has this block too, and neither is the only one of a resolution", at: block.place
          )
        }
      }
    }
  }
}

extension DeviceProfile {
  /// The profile of a device by published tables, whose files' names it keeps.
  ///
  /// - Throws: what ``LatencyTable/init(joining:)`` throws.
  public init(device: String, tables: [PublishedTable]) throws {
    self.init(
      device: Device(name: device),
      measurement: Measurement(
        runner: "imported", sources: tables.map { ($0.path as NSString).lastPathComponent }),
      table: try LatencyTable(joining: tables))
  }
}

import Foundation
import OFAFormats

extension LatencyTable {
  /// Published tables of one device as one.
  ///
  /// Small blocks occur at several resolutions, and tables that were made one a resolution then measure them more than
  /// once. Each measurement holds for networks of its own table's resolution, all of them together for any other.
  ///
  /// - Throws: `.badData` when two tables have one block and are not of one resolution each, or of the same.
  public init(joining tables: [PublishedTable]) throws {
    self.init()
    // Sums of numbers depend on their order.
    let tables = tables.sorted { $0.resolutions.lexicographicallyPrecedes($1.resolutions) }
    let measured = Dictionary(grouping: tables.flatMap(\.blocks), by: \.signature)
    entries = measured.mapValues { MeanLatency.pooled($0.map(\.latency)).entry }
    for table in tables {
      for block in table.blocks where measured[block.signature, default: []].count > 1 {
        guard table.resolutions.count == 1 else {
          throw Failure(
            .badData,
            "another table has this block too, and this one is of \(table.resolutions.count) resolutions, not of one",
            at: block.place)
        }
        let other = entriesAtResolution[table.resolutions[0], default: [:]].updateValue(
          block.latency.entry, forKey: block.signature)
        guard other == nil else {
          throw Failure(
            .badData, "another table of resolution \(table.resolutions[0]) has this block too", at: block.place)
        }
      }
    }
  }
}

extension DeviceProfile {
  /// The profile of a device by published tables. Equal tables give equal profiles, whatever their files are called and
  /// however they are written.
  ///
  /// - Throws: what ``LatencyTable/init(joining:)`` throws.
  public init(device: String, tables: [PublishedTable]) throws {
    self.init(
      device: Device(name: device),
      measurement: Measurement(runner: "imported"),
      table: try LatencyTable(joining: tables))
  }

  /// Reads a profile.
  ///
  /// - Throws: what `Documents.read` throws; of a published table, which has to be imported first, how that is done.
  public init(reading path: String) throws {
    do {
      self = try Documents.read(DeviceProfile.self, path)
    } catch let failure as Failure where failure.kind == .badData {
      let column = [nil, "mean"].first { (try? PublishedTable(reading: path, column: $0)) != nil }
      guard let column, Documents.format(of: path) == nil else { throw failure }
      let name = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
      let line = commandLine(
        ["ofa", "import", "--latency-tables", path, "--device", name, "--output", "\(name)-profile.json"]
          + (column.map { ["--column", $0] } ?? []))
      throw Failure(.badData, "a latency table, no profile; make one by \(line)", at: path)
    }
  }
}

import OFAFormats
import OFAHardware
import OFAProfiling
import OFASpace

/// Networks that were timed as wholes, one a line of JSON, plain or compressed by gzip. A line has
///
///     {"layers": [["conv", 3, 32, 3, 2, 224, "relu"], …], "latencyMilliseconds": 12.3}
///     {"id": "r224-…", "latencyMilliseconds": 12.3}
///
/// The first form lists layers: kind, input and output channels, kernel size, stride, side of the input, and perhaps
/// the activation, which is passed over. The second is a subnet in any form that subnets have, as `ofa measure --json`
/// writes them. The latency may stand under `lat_ms`, and may be an object with one a device; one that is null or left
/// out is passed over with its network.
package struct TimedNetworks {
  /// A network of a line, with its latency on each device; of one without a name, under "".
  private struct Entry {
    let layers: [Layer]
    let latencies: [String: Double]
  }

  private let path: String
  private let entries: [Entry]
  /// The devices' names, in ascending order.
  package let columns: [String]

  /// Reads a file.
  ///
  /// - Parameter space: the space of lines that are subnets.
  /// - Throws: `.missingInput`, `.badData` with the line for what is no timed network, `.usage` for a subnet without a
  ///   space.
  package init(reading path: String, space: SearchSpace?) throws {
    try self.init(InputFile.readDecompressed(path, limit: JSON.longestText), space: space, at: path)
  }

  /// The networks of a file's bytes.
  ///
  /// - Throws: as ``init(reading:space:)``.
  package init(_ bytes: [UInt8], space: SearchSpace?, at path: String) throws {
    var entries: [Entry] = []
    let lines = try PlainText.utf8(bytes, at: path)
      .split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where !line.allSatisfy(PlainText.isBlank) {
      let place = "\(path) line \(index + 1)"
      let read = try JSON.decode(Line.self, from: line, at: place)
      let layers = try read.layers ?? Self.layers(ofSubnet: String(decoding: line, as: UTF8.self), space, at: place)
      guard !layers.isEmpty else { throw Failure(.badData, "a network without layers", at: place) }
      for (_, latency) in read.latencies where !(1e-6...1e8 ~= latency) {
        throw Failure(.badData, "a latency of \(latency) ms, one of 1e-6 to 1e8 is expected", at: place)
      }
      entries.append(Entry(layers: layers, latencies: read.latencies))
    }
    self.path = path
    self.entries = entries
    columns = Set(entries.flatMap(\.latencies.keys)).sorted()
  }

  /// The networks with their latencies on one device, and how many have none there.
  ///
  /// - Parameter column: the device's name; nil where there is but one.
  /// - Throws: `.usage` naming the devices when none or another is named.
  package func networks(column: String?, at place: String) throws -> (timed: [TimedNetwork], passedOver: Int) {
    guard let first = columns.first else { throw Failure(.badData, "no network has a latency", at: path) }
    guard column != nil || columns.count == 1, columns.contains(column ?? first) else {
      let problem = column.map { "no latency on \"\($0)\"" } ?? "several latencies"
      let remedy = columns == [""] ? "its latencies are of one device, name none" : "name one of \(columns.listed)"
      throw Failure(.usage, "\(problem); \(remedy)", at: "\(place) for \(path)")
    }
    let timed = entries.compactMap { entry in
      entry.latencies[column ?? first].map { TimedNetwork(layers: entry.layers, latencyMilliseconds: $0) }
    }
    return (timed, entries.count - timed.count)
  }

  private static func layers(ofSubnet line: String, _ space: SearchSpace?, at place: String) throws -> [Layer] {
    guard let space else {
      throw Failure(.usage, "a network without \"layers\"; name the space of subnets with `space`", at: place)
    }
    return space.graph(of: try space.subnet(parsing: line, at: place)).layers
  }
}

/// A line's latencies and, where it lists them, layers.
private struct Line: Decodable {
  let layers: [Layer]?
  let latencies: [String: Double]

  private enum Key: String, CodingKey { case layers, latencyMilliseconds, lat_ms }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    layers = try container.decodeIfPresent([ListedLayer].self, forKey: .layers)?.map(\.layer)
    let key = container.contains(.latencyMilliseconds) ? Key.latencyMilliseconds : .lat_ms
    latencies = try container.decodeIfPresent(Latencies.self, forKey: key)?.values ?? [:]
  }
}

/// A number, or an object with one a device, some of them perhaps null.
private struct Latencies: Decodable {
  let values: [String: Double]

  init(from decoder: any Decoder) throws {
    if let value = try? decoder.singleValueContainer().decode(Double.self) {
      values = ["": value]
    } else {
      values = try decoder.singleValueContainer().decode([String: Double?].self).compactMapValues { $0 }
    }
  }
}

/// A layer as a list of its kind and sizes.
private struct ListedLayer: Decodable {
  let layer: Layer

  init(from decoder: any Decoder) throws {
    var list = try decoder.unkeyedContainer()
    let kind = try list.decode(String.self)
    let names = ["input channels", "output channels", "kernel size", "stride", "input size"]
    let sizes = try names.map { name in
      let path = list.codingPath
      let size = try list.decode(Int.self)
      let least = name == "kernel size" ? 0 : 1
      guard least...Layer.largestSize ~= size else {
        throw DecodingError.dataCorrupted(
          .init(
            codingPath: path,
            debugDescription: "the \(name) of a layer is \(size), \(least)…\(Layer.largestSize) is expected"))
      }
      return size
    }
    layer = Layer(
      kind, inputChannels: sizes[0], outputChannels: sizes[1], kernelSize: sizes[2], stride: sizes[3],
      inputSize: sizes[4])
  }
}

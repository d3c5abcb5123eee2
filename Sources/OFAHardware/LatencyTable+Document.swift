// A table as lines of a profile's document.

extension LatencyTable {
  /// An entry: a median with percentiles or a mean with a deviation, of networks of any resolution or of one.
  struct Line: Codable {
    var signature: String
    var resolution: Int?
    var medianMilliseconds, p10Milliseconds, p90Milliseconds: Double?
    var meanMilliseconds, deviationMilliseconds: Double?
    var count: Int?

    init(_ signature: String, resolution: Int? = nil, _ entry: Entry) {
      self.signature = signature
      self.resolution = resolution
      switch entry {
      case .median(let median, let p10, let p90, let count):
        (medianMilliseconds, p10Milliseconds, p90Milliseconds, self.count) = (median, p10, p90, count)
      case .mean(let mean, let deviation, let count):
        (meanMilliseconds, deviationMilliseconds, self.count) = (mean, deviation, count)
      }
    }

    /// The entry; nil for neither or both of median and mean, the spread of the other, or a median without a count.
    var entry: Entry? {
      switch (medianMilliseconds, meanMilliseconds, count) {
      case (let median?, nil, let count?) where deviationMilliseconds == nil:
        .median(median, p10: p10Milliseconds, p90: p90Milliseconds, count: count)
      case (nil, let mean?, let count) where p10Milliseconds == nil && p90Milliseconds == nil:
        .mean(mean, deviation: deviationMilliseconds, count: count)
      default: nil
      }
    }

    /// What no measurement can have given, if anything.
    var problem: String? {
      if let resolution, resolution < 1 { return "the resolution is \(resolution), 1 or more is expected" }
      if let count, count < 0 { return "the count is \(count), 0 or more is expected" }
      let longest = LatencyTable.longestMilliseconds
      switch entry {
      case .median(let median, let p10, let p90, _):
        if !(0...longest ~= median) { return "the median is \(median) ms, 0…\(longest) is expected" }
        if let p10, !(0...median ~= p10) {
          return "the 10th percentile is \(p10) ms, 0…\(median) (the median) is expected"
        }
        if let p90, !(median...longest ~= p90) {
          return "the 90th percentile is \(p90) ms, \(median) (the median) to \(longest) is expected"
        }
      case .mean(let mean, let deviation, _):
        if !(0...longest ~= mean) { return "the mean is \(mean) ms, 0…\(longest) is expected" }
        if let deviation, !(0...longest ~= deviation) {
          return "the deviation is \(deviation) ms, 0…\(longest) is expected"
        }
      case nil: return "a median with percentiles and a count, or a mean with a deviation, is expected"
      }
      return nil
    }
  }

  /// The lines in order of signature, then resolution.
  var lines: [Line] {
    let resolutions = entriesAtResolution.sorted { $0.key < $1.key }
    return entries.sorted { $0.key < $1.key }.flatMap { signature, entry in
      [Line(signature, entry)]
        + resolutions.compactMap { resolution, entries in
          entries[signature].map { Line(signature, resolution: resolution, $0) }
        }
    }
  }

  /// Takes a line that has no problem by itself; returns what is wrong with it in this table, if anything.
  mutating func insert(_ line: Line) -> String? {
    let signature = line.signature
    if let resolution = line.resolution {
      guard entries[signature] != nil else { return "the entry of any resolution is expected before that of one" }
      guard entriesAtResolution[resolution]?[signature] == nil else {
        return "a second entry of one signature and resolution"
      }
      entriesAtResolution[resolution, default: [:]][signature] = line.entry
    } else {
      guard entries[signature] == nil else { return "a second entry of one signature" }
      entries[signature] = line.entry
    }
    return nil
  }
}

import OFACluster
import OFAData
import OFAFormats
import OFAReport
import OFASpace
import OFASupernet
import OFATraining

extension Dataset {
  /// Loads images, shows how far it is, and warns of what was left out and of what has no room in memory.
  ///
  /// - Parameters:
  ///   - resolution: the greatest that will be asked for; none: pictures are kept as they are.
  ///   - channels: as which pictures are read; by default as what they are.
  ///   - sharing: the processes that look at pictures together.
  /// - Throws: what ``load(_:heldOutCount:seed:pictures:progress:isInterrupted:)`` throws.
  static func load(
    _ nameOrFolder: String, resolution: Int?, channels: Int? = nil, threads: Int, sharing: PictureSharing = .none,
    monitor: Monitor
  ) throws -> Dataset {
    // Half of the memory is left to the network.
    let options = PictureOptions(
      resolution: resolution, channels: channels, threads: threads,
      memory: MachineMemory.bytes / 2 / Cluster.ranksHere(), sharing: sharing)
    let data = try load(
      nameOrFolder, pictures: options, progress: { monitor.show(StageProgress("reading pictures", $0)) },
      isInterrupted: monitor.isInterrupted)
    for remark in data.report.remarks(memory: options.memory) { monitor.warn("\(nameOrFolder): \(remark)") }
    return data
  }
}

extension Dataset {
  /// Loads images for a space's networks.
  ///
  /// - Parameters:
  ///   - resolution: the greatest that will be asked for, by default the space's.
  ///   - reader: what reads them, in words.
  /// - Throws: what loading throws; `.badData` for images of another kind than the space's.
  static func load(
    _ place: String, for space: SearchSpace, resolution: Int? = nil, reader: String, threads: Int,
    sharing: PictureSharing = .none, monitor: Monitor
  ) throws -> Dataset {
    let data = try load(
      place, resolution: resolution ?? space.largest.resolution, channels: space.channels, threads: threads,
      sharing: sharing, monitor: monitor)
    guard data.channels == space.channels else {
      throw Failure(
        .badData, "the images have \(data.channels) channels, but \(reader) reads \(space.channels)", at: place)
    }
    return data
  }
}

extension CalibrationImages {
  /// Some of a set's training images, for a model in a space that has none of its own.
  init(of data: Dataset, for space: SearchSpace) {
    self.init(drawing: 1_000, from: data.train, side: space.largest.resolution, seed: 0)
  }
}

extension PictureReport {
  /// What was left out, and what is decoded again and again as memory does not hold it, in words.
  func remarks(memory: Int) -> [String] {
    var remarks: [String] = []
    if let first = unreadable.first {
      remarks.append(
        "left out what cannot be read: \(unreadable.count == 1 ? "a picture" : "\(unreadable.count) pictures"), "
          + "\(first.place ?? ""): \(first.message)")
    }
    if passedOver > 0 {
      remarks.append(
        "passed over \(passedOver == 1 ? "a file" : "\(passedOver) files") of other kinds than JPEG and PNG")
    }
    if decodedBytes > memory {
      func bytes(_ count: Int) -> String { Measure.bytes.text(Double(count)) }
      remarks.append(
        "its pictures take \(bytes(decodedBytes)) decoded, of which \(bytes(memory)) stay in memory; the others "
          + "are decoded whenever they are needed, which a space of smaller resolutions would spare")
    }
    return remarks
  }
}

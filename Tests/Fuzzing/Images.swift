import CZlib
import Foundation
import OFAData
import OFAEngine
import OFAFormats
import OFASpace
import OFATraining
import TestSupport
import TinyWorld

extension Reader {
  /// Sets of images, and a run on them.
  static let images: [Maker] = [
    ("idx", { try idx("train-images-idx3-ubyte", "idx", $0) }),
    ("labels", { try idx("train-labels-idx1-ubyte", "labels", $0) }),
    ("gzip", { try idx("train-images-idx3-ubyte", "gzip", $0, compressed: true) }), ("cifar", cifar),
    ("pictures", pictures), ("picture list", list),
  ]

  /// One file of a set, the others sound.
  private static func idx(_ file: String, _ name: String, _ folder: String, compressed: Bool = false) throws -> Reader {
    let data = folder + "/set"
    for (part, count) in [("train", 20), ("t10k", 4)] {
      let pixels = (0..<count * 36).map { UInt8($0 % 256) }
      try AtomicFile.write(TinyWorld.idx([count, 6, 6], pixels), to: "\(data)/\(part)-images-idx3-ubyte")
      try AtomicFile.write(
        TinyWorld.idx([count], (0..<count).map { UInt8($0 % 3) }), to: "\(data)/\(part)-labels-idx1-ubyte")
    }
    let path = "\(data)/\(file)"
    let sound = try InputFile.read(path)
    let seeds =
      compressed
      ? [gzip(sound), gzip(sound) + [0, 0, 0], gzip(Array(sound[..<99])) + gzip(Array(sound[99...]))] : [sound]
    return Reader(
      name: name, path: path, seeds: compressed ? Array(seeds.dropLast(2)) + [seeds[2]] : seeds, form: .binary([])
    ) { _ in
      try use(Dataset.load(data))
    }
  }

  private static func cifar(_ folder: String) throws -> Reader {
    let data = folder + "/set"
    let sound = (0..<4).flatMap { image in [UInt8(image)] + (0..<3072).map { UInt8(truncatingIfNeeded: $0 + image) } }
    for name in (1...5).map({ "data_batch_\($0).bin" }) + ["test_batch.bin"] {
      try AtomicFile.write(sound, to: "\(data)/\(name)")
    }
    let record = Array(sound[..<3073])
    return Reader(
      name: "cifar", path: data + "/data_batch_1.bin", seeds: [sound], form: .binary([record, [9] + record])
    ) { _ in
      try use(Dataset.load(data))
    }
  }

  /// A list of pictures, which are sound.
  private static func list(_ folder: String) throws -> Reader {
    let data = folder + "/set"
    let lines = try (0..<24).map { index in
      let picture = Picture(height: 4, width: 4, channels: 1, pixels: (0..<16).map { UInt8($0 + index) })
      try AtomicFile.write(picture.png(), to: "\(data)/\(index).png")
      return "\(index).png,\(index % 2 == 0 ? "even" : "\"odd, of course\""),\(index < 16 ? "train" : "test")"
    }
    let seeds = [lines, ["path,label"] + lines.map { $0.split(separator: ",").dropLast().joined(separator: ",") }]
    let path = data + "/list.csv"
    return Reader(
      name: "picture list", path: path, seeds: seeds.map { bytes($0.joined(separator: "\n") + "\n") },
      form: .text(["\n", ",", "\"", "val", "\r\n", "3.png"])
    ) { _ in
      try use(Dataset.load(path))
    }
  }

  /// JPEG and PNG files.
  private static func pictures(_ folder: String) throws -> Reader {
    let seeds = (PictureFiles.all.map(\.file) + [PictureFiles.turned, PictureFiles.turnedPNG]).map(PictureFiles.bytes)
    let markers: [[UInt8]] = [0xc0, 0xc2, 0xc4, 0xd0, 0xd8, 0xd9, 0xda, 0xff].map { [0xff, $0] }
    let words = ["Exif\0\0II*\0", "Exif\0\0MM\0*", "IDAT", "PLTE", "tRNS", "gAMA", "eXIf", "IEND"].map(bytes)
    return Reader(
      name: "pictures", path: folder + "/damaged.jpg", seeds: seeds, form: .binary(markers + words)
    ) { input in
      let input = summed(input)
      let header = try Picture.header(of: input, at: "p")
      for (channels, side) in [(3, nil), (1, 3)] {
        let picture = try Picture(decoding: input, channels: channels, shorterSide: side, halving: side != nil, at: "p")
        guard side != nil || (picture.height, picture.width) == (header.height, header.width) else {
          throw Finding(what: "\(picture.height)×\(picture.width) pixels out of \(header)")
        }
        guard try Picture(decoding: picture.png(), channels: channels, at: "p") == picture else {
          throw Finding(what: "a picture that is read as another than was written")
        }
      }
    }
  }

  /// A PNG file with each chunk's sum set right, for no damage would pass it.
  private static func summed(_ file: [UInt8]) -> [UInt8] {
    guard file.starts(with: [0x89, 0x50, 0x4e, 0x47]) else { return file }
    var (file, chunk) = (file, 8)
    while chunk + 12 <= file.count {
      let length = file[chunk..<chunk + 4].reduce(0) { $0 << 8 | Int($1) }
      let end = chunk + 8 + length
      guard end + 4 <= file.count else { break }
      let sum = file[chunk + 4..<end].withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
      for place in 0..<4 { file[end + place] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * place)) }
      chunk = end + 4
    }
    return file
  }

  /// Makes a batch, as a training would.
  private static func use(_ data: Dataset) throws {
    let loader = BatchLoader(data.train, data.normalization, augmentation: data.augmentation)
    let batch = loader.batch(of: 0..<min(2, data.train.count), resolution: 8, epoch: .random(in: 0..<9), seed: 1)
    guard batch.values().allSatisfy(\.isFinite) else { throw Finding(what: "a pixel that is no number") }
  }

  /// Bytes as a gzip file.
  private static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    deflateInit2_(
      &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    defer { deflateEnd(&stream) }
    var (input, output) = (bytes, [UInt8](repeating: 0, count: bytes.count + 1_000))
    input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        (stream.next_in, stream.avail_in) = (input.baseAddress, UInt32(input.count))
        (stream.next_out, stream.avail_out) = (output.baseAddress, UInt32(output.count))
        _ = deflate(&stream, Z_FINISH)
      }
    }
    return Array(output[..<Int(stream.total_out)])
  }

  /// A run's checkpoint, which a training resumes from.
  static func checkpoint(_ folder: String) throws -> Reader {
    let world = try World()
    let run = folder + "/run"
    let data = try Dataset.load(world.tiny.data)
    let configuration = try world.configuration(.epochs(2))
    let team = ThreadTeam(threads: 1)
    var steps = 0
    let stopped = failure {
      try TrainingRun(configuration, data: data, folder: run, resuming: false, team: team)
        .train(progress: { _ in steps += 1 }, isInterrupted: { steps > 2 })
    }
    guard stopped?.kind == .interrupted else { throw Finding(what: "the training did not stop") }
    let path = run + "/checkpoints/step-3.safetensors"
    return Reader(name: "checkpoint", path: path, seeds: [try InputFile.read(path)], form: .safetensors) { _ in
      _ = try TrainingRun(configuration, data: data, folder: run, resuming: true, team: team)
    }
  }
}

import Foundation
import OFAExport
import OFAGraph
import Testing

/// Files that take pictures, against the definition of ``Preprocessing`` in double precision.
@Suite struct PicturesTests {
  /// One of each kind: all of a picture or a part, colour or grey.
  static let preprocessings = [
    Preprocessing(
      resolution: 7, shorterSide: 9, centerFraction: 1, means: [0.5, 0.4, 0.6], standardDeviations: [0.3, 0.2, 0.25]),
    Preprocessing(resolution: 8, shorterSide: 11, centerFraction: 0.7, means: [0.5], standardDeviations: [0.25]),
    // Nine tenths of five are 4.5, which are rounded up.
    Preprocessing(resolution: 6, shorterSide: 5, centerFraction: 0.9, means: [0.5], standardDeviations: [0.25]),
  ]

  /// A network whose logits are the values of its input, and its file: a filter for each value, as wide as twice the
  /// image, so that all of the image lies under it at its only place.
  static func network(_ preprocessing: Preprocessing) throws -> (network: Network, bytes: [UInt8]) {
    let (side, channels) = (preprocessing.resolution, preprocessing.means.count)
    let (values, size) = (channels * side * side, 2 * side - 1)
    var network = Network("pictures", input: .image(height: side, width: side, channels: channels)) {
      _ = $0.convolve($0.input, "values", values, kernelSize: size, stride: side)
    }
    var filter = [Float](repeating: 0, count: values * channels * size * size)
    for value in 0..<values {
      let (channel, y, x) = (value / side / side, value / side % side, value % side)
      filter[((value * channels + channel) * size + side - 1 + y) * size + side - 1 + x] = 1
    }
    network.folded[network.graph.nodes.count - 1] = (filter, [])
    let bytes = try ONNX.model(
      graph: network.graph, folded: network.folded, description: Description(preprocessing: preprocessing),
      takesPictures: true)
    return (network, bytes)
  }

  @Test(
    "ONNX Runtime cuts and resizes pictures of any size as the definition says, and gives their softmax",
    .enabled(if: hasRuntime, installation), arguments: preprocessings)
  func agreement(preprocessing: Preprocessing) throws {
    let bytes = try Self.network(preprocessing).bytes
    let channels = preprocessing.means.count
    // What a byte more or less changes.
    let step = 1 / (255 * (preprocessing.standardDeviations.min() ?? 1))
    var draws = Draws(state: 9)
    try inFile(bytes) { path in
      for (height, width) in [(31, 40), (23, 9), (9, 9), (8, 8), (11, 12), (5, 3), (1, 1), (2, 50), (200, 151)] {
        // Two pictures in a batch.
        let size = height * width * channels
        let pictures = (0..<2 * size).map { _ in UInt8(Float.random(in: 0..<256, using: &draws)) }
        let answers = try ONNXRuntime().outputs(of: path, pictures: pictures, shape: [2, height, width, channels])
        let images = [0, 1].map { index in
          preprocessing.image(
            of: Array(pictures[index * size..<(index + 1) * size]), height: height, width: width)
        }
        let expected = images.flatMap(Self.softmax)
        try #require(answers.count == expected.count)
        let differences = zip(answers, expected).map { abs(log($0) - log($1)) }
        // Now and then a value lies in the middle of two bytes, as far as float32 tells; a few are made of each.
        let rounded = differences.count { $0 > step / 20 }
        #expect(
          rounded * 20 <= answers.count && differences.allSatisfy { $0 <= step },
          "\(height) × \(width): \(rounded) of \(answers.count), the worst by \(differences.max() ?? 0) of \(step)")
      }
    }
  }

  private static func softmax(of logits: [Float]) -> [Float] {
    let powers = logits.map { exp(Double($0)) }
    return powers.map { Float($0 / powers.reduce(0, +)) }
  }
}

extension Preprocessing {
  /// What the network sees of a picture [height, width, channels], channels first.
  fileprivate func image(of pixels: [UInt8], height: Int, width: Int) -> [Float] {
    let channels = means.count
    let shorter = min(height, width)
    let side = min(shorter, shorterSide)
    func reduced(_ length: Int) -> Int { Int((Double(length * side) / Double(shorter) + 1e-9).rounded()) }
    let (rows, columns) = (reduced(height), reduced(width))
    let cut = max(1, Int((Double(side) * centerFraction).rounded()))
    func first(_ length: Int) -> Int { (length - side) / 2 + (side - cut) / 2 }
    return (0..<channels).flatMap { channel in
      let plane = (0..<height).map { y in (0..<width).map { Double(pixels[(y * width + $0) * channels + channel]) } }
      let bytes = Self.resized(plane, rows, columns).map { $0.map { ($0 + 1e-6).rounded() } }
      let seen = bytes[first(rows)..<first(rows) + cut].map { Array($0[first(columns)..<first(columns) + cut]) }
      return Self.resized(seen, resolution, resolution).flatMap { row in
        row.map { Float(($0 / 255 - Double(means[channel])) / Double(standardDeviations[channel])) }
      }
    }
  }

  private static func resized(_ plane: [[Double]], _ rows: Int, _ columns: Int) -> [[Double]] {
    func weights(_ from: Int, _ to: Int) -> [[Double]] {
      let scale = Double(from) / Double(to)
      return (0..<to).map { x in
        let raw = (0..<from).map { max(0, 1 - abs(Double($0) + 0.5 - (Double(x) + 0.5) * scale) / max(scale, 1)) }
        return raw.map { $0 / raw.reduce(0, +) }
      }
    }
    let (down, across) = (weights(plane.count, rows), weights(plane[0].count, columns))
    let wide = down.map { weights in
      plane[0].indices.map { x in zip(weights, plane).reduce(0) { $0 + $1.0 * $1.1[x] } }
    }
    return wide.map { row in across.map { weights in zip(weights, row).reduce(0) { $0 + $1.0 * $1.1 } } }
  }
}

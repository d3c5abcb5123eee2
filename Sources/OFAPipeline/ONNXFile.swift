import Foundation
import OFAData
import OFAEngine
import OFAExport
import OFAFormats
import OFAGraph
import OFANumerics
import OFAReport
import OFASpace
import OFASupernet

/// A subnet's ONNX file before it is written, and what it is held against.
struct ONNXFile {
  let bytes: [UInt8]
  private let model: TrainedModel
  private let subnet: Subnet
  private let statistics: NormalizationStatistics
  private let graph: Graph
  private let takesPictures: Bool

  /// The file of a model's subnet.
  init(of subnet: Subnet, in model: TrainedModel, takesPictures: Bool) throws {
    (self.model, self.subnet, self.takesPictures) = (model, subnet, takesPictures)
    graph = model.space.graph(of: subnet)
    statistics = model.statistics(of: subnet)
    bytes = try ONNX.model(
      graph: graph, weights: model.model.supernet.weights, statistics: statistics,
      description: model.description(of: subnet), takesPictures: takesPictures)
  }

  /// The most by which an answer of ONNX Runtime's to the file differs from the engine's.
  ///
  /// - Parameter place: where the file is to be.
  /// - Throws: `.missingInput` without ONNX Runtime; `.internalError` when it differs by more than the tolerance;
  ///   `.badData` when one of the engine's is no number.
  func verified(at place: String) throws -> Float {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).onnx").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    try AtomicFile.write(bytes, to: file)
    var generator = SeededGenerator(seed: 0, stream: "verification")
    let verification: Verification
    do {
      verification =
        takesPictures
        ? try self.verification(ofPictures: file, using: &generator)
        : try Verification(
          of: file, graph: graph, weights: model.model.supernet.weights, statistics: statistics, team: model.team,
          using: &generator)
    } catch var failure as Failure where failure.place == file {
      failure.place = place
      throw failure
    }
    guard verification.largestValue.isFinite else { throw model.failure(ofLogits: model.space.id(of: subnet)) }
    guard verification.agrees else {
      throw Failure(
        .internalError,
        "ONNX Runtime's \(takesPictures ? "probabilities" : "logits") differ by "
          + "\(Measure.powerOfTen(Double(verification.maxAbsoluteDifference))), more than "
          + "\(Measure.powerOfTen(Double(verification.tolerance))) of the largest, "
          + "\(Measure.number.text(Double(verification.largestValue))); nothing was written", at: place)
    }
    return verification.maxAbsoluteDifference
  }

  /// Compares probabilities of pictures of spots: one that is reduced, an upright one, and one that is enlarged.
  private func verification(
    ofPictures file: String, using generator: inout some RandomNumberGenerator
  ) throws -> Verification {
    let (side, channels) = (model.preprocessing(of: subnet).shorterSide, model.space.channels)
    let classifier = Classifier(subnet, of: model.model.supernet, statistics: statistics, team: model.team)
    var (values, reference): ([Float], [Float]) = ([], [])
    for (height, width) in [(3 * side + 1, 4 * side + 2), (2 * side + 1, side + 1), (side / 2 + 1, side - 1)] {
      let spots = (0..<side * side * channels).map { _ in UInt8.random(in: 0...255, using: &generator) }
      let picture = Picture(height: side, width: side, channels: channels, pixels: spots)
        .resized(height: height, width: width)
      values += try ONNXRuntime().outputs(
        of: file, pictures: picture.pixels, shape: [1, height, width, channels])
      reference += try model.probabilities(
        of: picture.reduced(toShorterSide: side), resolution: subnet.resolution, by: classifier)
    }
    guard values.count == reference.count else {
      throw Failure(
        .badData, "ONNX Runtime returns \(values.count) probabilities, the engine \(reference.count)", at: file)
    }
    return Verification(values, reference: reference, tolerance: Verification.probabilitiesTolerance)
  }
}

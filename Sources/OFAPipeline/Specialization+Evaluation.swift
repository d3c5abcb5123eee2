import Foundation
import OFAFormats
import OFASupernet
import OFATraining

// What is predicted to be best is evaluated on images before it is named.

extension Specialization {
  /// The folder of the model that is searched, if it is one.
  var modelFolder: String? {
    guard case .model(let folder) = space.origin else { return nil }
    return folder
  }

  /// The run that left the model, where it and its images are still there.
  var trainingRun: RunConfiguration? {
    guard let modelFolder, let run = RunFolder(ofModel: modelFolder),
      let configuration = try? Documents.read(RunConfiguration.self, run.configurationPath),
      configuration.data == "shapes" || FileManager.default.fileExists(atPath: configuration.data)
    else { return nil }
    return configuration
  }

  /// Candidates with their accuracies on held-out images; none where these are not at hand.
  ///
  /// - Parameter trainingRun: what left the model, whose images serve where none are named.
  /// - Throws: for images that were named, what reading them throws; `.interrupted`.
  func evaluated(
    _ candidates: [Candidate], leftBy trainingRun: RunConfiguration?, monitor: Monitor
  ) throws -> [Candidate] {
    guard evaluates, let modelFolder else { return [] }
    if let data { return try evaluated(candidates, of: modelFolder, on: data, monitor: monitor) }
    guard let trainingRun else { return [] }
    do {
      return try evaluated(
        candidates, of: modelFolder, on: trainingRun.data, heldOut: trainingRun.heldOutImages, monitor: monitor)
    } catch let failure as Failure where failure.kind != .interrupted {
      // Nobody asked for them, and they may be others by now.
      monitor.warn("the best subnets are not evaluated on images, name them with `data`: \(failure)")
      return []
    }
  }

  /// - Parameter count: how many images are to be held out, where that is known.
  private func evaluated(
    _ candidates: [Candidate], of modelFolder: String, on place: String, heldOut count: Int? = nil, monitor: Monitor
  ) throws -> [Candidate] {
    let model = try TrainedModel(reading: modelFolder, threads: threads)
    let data = try model.dataset(place, resolution: candidates.map(\.subnet.resolution).max(), monitor: monitor)
    let images = try model.images(.heldOut, of: data, at: place)
    if let count, images.count != count {
      throw Failure(.badData, "\(images.count) images are held out, the model was trained beside \(count)", at: place)
    }
    let evaluator = model.evaluator(on: data)
    return try candidates.enumerated().map { index, candidate in
      try monitor.check("evaluating the best", Double(index) / Double(candidates.count))
      try model.checkMemory(of: candidate.subnet, batch: min(images.count, 100))
      var candidate = candidate
      candidate.heldOutAccuracy =
        evaluator.evaluate(
          candidate.subnet, of: model.model.supernet, on: images, extent: EvaluationExtent(images: Self.mostImages)
        ).topOneAccuracy
      return candidate
    }
  }

  /// The held-out images that the best are evaluated on.
  private static let mostImages = 2_000
}

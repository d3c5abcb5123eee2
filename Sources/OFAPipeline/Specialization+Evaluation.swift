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

  /// The model's images, a folder or a built-in set: those that are named, or else those of its own run.
  var images: String? { data ?? trainingRun?.data }

  /// Candidates with their accuracies on held-out images, without those whose logits are no numbers; none where the
  /// images are not at hand.
  ///
  /// - Throws: for images that were named, what reading them throws; `.interrupted`; `.badData` where no candidate's
  ///   logits are numbers.
  func evaluated(_ candidates: [Candidate], of question: Question, monitor: Monitor) throws -> [Candidate] {
    if question.isInTheLoop { return candidates }
    guard evaluates, modelFolder != nil, images != nil else { return [] }
    let evaluations: [Evaluation]
    do {
      let images = try question.judge.evaluations { try heldOutEvaluations(monitor: monitor) }
      evaluations = try images.attempts(at: candidates.map(\.subnet)) { count in
        try monitor.check("evaluating the best", Double(count) / Double(candidates.count))
      }
    } catch let failure as Failure where failure.kind != .interrupted && data == nil && cluster.isWhole {
      // Nobody asked for them, and they may be others by now.
      monitor.warn("the best subnets are not evaluated on images, name them with `data`: \(failure)")
      return []
    }
    let sound = zip(candidates, evaluations).filter(\.1.loss.isFinite)
    guard !sound.isEmpty else { throw Self.noNumbers }
    return sound.map { candidate, evaluation in
      var candidate = candidate
      candidate.heldOutAccuracy = evaluation.topOneAccuracy
      return candidate
    }
  }

  /// What a search fails with when the weights of a model are of no use.
  static let noNumbers = Failure(
    .badData, "of no subnet that was tried are the logits numbers; the model's weights or statistics are too large")

  /// What evaluates subnets on the images that are named, or else those that the model was trained beside.
  ///
  /// - Throws: `.usage` where there are no weights or no images.
  func heldOutEvaluations(archive: String? = nil, monitor: Monitor) throws -> HeldOutEvaluations {
    guard let modelFolder else {
      throw Failure(.usage, "a space has no weights to evaluate on images; name a `model`", at: "`inTheLoop`")
    }
    let run = data == nil ? trainingRun : nil
    guard let place = data ?? run?.data else {
      throw Failure(.usage, "the images that the model was trained on are not there; name them with `data`")
    }
    return try HeldOutEvaluations(
      model: modelFolder, data: place, heldOut: run?.heldOutImages, most: Self.mostImages, archive: archive,
      cluster: cluster, threads: threads, monitor: monitor)
  }

  /// Evaluates what the leader's specialization gives to this rank.
  ///
  /// - Throws: what reading the model and the images throws.
  public func help() throws {
    try HeldOutEvaluations.serve(cluster) { try heldOutEvaluations(monitor: Monitor()) }
  }

  /// The held-out images that the best are evaluated on.
  private static let mostImages = 2_000
}

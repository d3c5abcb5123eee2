import Foundation
import OFAData
import OFAFormats
import OFASearch
import OFASpace
import OFASupernet
import OFATraining

/// Evaluates a model's subnets on held-out images, each once, and keeps what came of them in a file as it comes.
///
/// Where the file is there already, what it has is not evaluated again: work that was stopped goes on.
///
/// One thread at a time may ask it.
final class HeldOutEvaluations: @unchecked Sendable {
  /// What the images are called: a folder, or a built-in set.
  let place: String
  private let model: TrainedModel
  private let evaluator: Evaluator
  private let images: ImageSet
  private let extent: EvaluationExtent
  private let archive: String?
  /// What was evaluated, by the subnets' ids.
  private var known: [String: Evaluation] = [:]
  /// What kept a subnet from being evaluated.
  private var failure: (any Error)?

  /// Of what the evaluations in a file are: those of another model or of other images are of no use.
  private struct Subject: Hashable, Codable {
    var format = "ofa-evaluations"
    var version = 1
    var space: String
    /// A hash of all weights.
    var weights: String
    /// How many images, and a hash of their labels.
    var images: Int
    var labels: String
  }

  /// The first line has the subject, each other an evaluation.
  private struct Line: Codable {
    var subject: Subject?
    var evaluation: Evaluation?
  }

  /// The evaluations of a model's subnets.
  ///
  /// - Parameters:
  ///   - folder: the model's.
  ///   - place: a folder with images, or the name of a built-in set.
  ///   - count: how many images are to be held out, where that is known.
  ///   - most: how many of them are looked at, all unless given.
  ///   - resolution: the greatest that will be asked for, by default the space's.
  ///   - archive: the file that keeps the evaluations, if one does.
  ///   - threads: how many compute.
  ///   - monitor: who watches the images being read.
  /// - Throws: what reading throws; `.badData` when the images do not fit the model or are not as many; `.usage` for an
  ///   archive of another model or other images.
  init(
    model folder: String, data place: String, heldOut count: Int? = nil, most: Int? = nil, resolution: Int? = nil,
    archive: String? = nil, threads: Int, monitor: Monitor
  ) throws {
    self.place = place
    model = try TrainedModel(reading: folder, threads: threads)
    let data = try model.dataset(place, resolution: resolution, monitor: monitor)
    images = try model.images(.heldOut, of: data, at: place)
    if let count, images.count != count {
      throw Failure(.badData, "\(images.count) images are held out, the model was trained beside \(count)", at: place)
    }
    evaluator = model.evaluator(on: data)
    extent = EvaluationExtent(images: most)
    self.archive = archive
    guard let archive else { return }
    let labels = images.labels.prefix(most ?? .max)
    let subject = Subject(
      space: model.space.name, weights: model.model.supernet.weights.digest,
      images: labels.count, labels: labels.digest)
    for evaluation in try Self.evaluations(in: archive, of: subject) { known[evaluation.id] = evaluation }
  }

  /// What a subnet comes to.
  ///
  /// - Throws: `.usage` where the memory does not hold it; `.inputOutput` where the file cannot be written.
  func evaluation(of subnet: Subnet) throws -> Evaluation {
    let id = model.space.id(of: subnet)
    if let known = known[id] { return known }
    try model.checkMemory(of: subnet, batch: min(images.count, 100))
    let evaluation = evaluator.evaluate(subnet, of: model.model.supernet, on: images, extent: extent)
    if let archive, evaluation.loss.isFinite { try JSONLines.append(Line(evaluation: evaluation), to: archive) }
    known[id] = evaluation
    return evaluation
  }

  /// - Throws: what kept a subnet from being evaluated.
  func rethrow() throws {
    if let failure { throw failure }
  }

  private static func evaluations(in path: String, of subject: Subject) throws -> [Evaluation] {
    guard FileManager.default.fileExists(atPath: path) else {
      try JSONLines.append(Line(subject: subject), to: path)
      return []
    }
    let lines = try JSONLines.read(Line.self, path, allowingCutEnd: true)
    guard let first = lines.first?.subject, first.format == subject.format else {
      throw Failure(.usage, "it is no archive of evaluations; name another file", at: path)
    }
    guard first == subject else {
      throw Failure(
        .usage, "its evaluations are of another model or on other images; name another file", at: path)
    }
    // Without a line that was cut, which the next would be written behind.
    try AtomicFile.write(try JSONLines.encode(lines), to: path)
    return lines.compactMap(\.evaluation)
  }
}

extension HeldOutEvaluations: AccuracyEstimator {
  /// The accuracies on images, not a number where one could not be found out; see ``rethrow()``.
  func accuracies(of subnets: [Subnet]) -> [Double] {
    subnets.map { subnet in
      guard failure == nil else { return .nan }
      do {
        let evaluation = try evaluation(of: subnet)
        return evaluation.loss.isFinite ? evaluation.topOneAccuracy : .nan
      } catch {
        failure = error
        return .nan
      }
    }
  }
}

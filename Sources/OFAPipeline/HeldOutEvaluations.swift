import Foundation
import OFACluster
import OFAData
import OFAFormats
import OFASearch
import OFASpace
import OFASupernet
import OFATraining

/// Evaluates a model's subnets on held-out images, each once, and keeps what came of them in a file as it comes.
///
/// Where the file is there already, what it has is not evaluated again: work that was stopped goes on. Several subnets
/// at once are evaluated by all ranks of a cluster.
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
  private let cluster: Cluster
  private let subject: Subject
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

  /// What a rank is asked.
  private struct Query: Codable {
    var subnet: String
    var subject: Subject
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
  ///   - archive: the file that keeps the evaluations, if one does.
  ///   - cluster: the ranks that evaluate.
  ///   - threads: how many compute.
  ///   - monitor: who watches the images being read.
  /// - Throws: what reading throws; `.badData` when the images do not fit the model or are not as many; `.usage` for an
  ///   archive of another model or other images.
  init(
    model folder: String, data place: String, heldOut count: Int? = nil, most: Int? = nil,
    archive: String? = nil, cluster: Cluster = .alone, threads: Int, monitor: Monitor
  ) throws {
    (self.place, self.archive, self.cluster) = (place, archive, cluster)
    model = try TrainedModel(reading: folder, threads: threads)
    let data = try model.dataset(place, monitor: monitor)
    images = try model.images(.heldOut, of: data, at: place)
    if let count, images.count != count {
      throw Failure(.badData, "\(images.count) images are held out, the model was trained beside \(count)", at: place)
    }
    evaluator = model.evaluator(on: data)
    extent = EvaluationExtent(images: most)
    let labels = images.labels.prefix(most ?? .max)
    subject = Subject(
      space: model.space.name, weights: model.model.supernet.weights.digest,
      images: labels.count, labels: labels.digest)
    guard let archive else { return }
    for evaluation in try Self.evaluations(in: archive, of: subject) { known[evaluation.id] = evaluation }
  }

  /// What subnets come to, in their order.
  ///
  /// - Throws: as ``attempts(at:check:)``; `.badData` where the logits of one are no numbers.
  func evaluations(of subnets: [Subnet], check: (Int) throws -> Void = { _ in }) throws -> [Evaluation] {
    let evaluations = try attempts(at: subnets, check: check)
    if let lost = evaluations.first(where: { !$0.loss.isFinite }) { throw model.failure(ofLogits: lost.id) }
    return evaluations
  }

  /// What subnets come to, in their order; the loss is no finite number where the logits are none.
  ///
  /// - Parameter check: called now and then with how many of those that are new were evaluated.
  /// - Throws: `.usage` where the memory does not hold one; `.inputOutput` where the file cannot be written or a rank
  ///   is lost; what `check` throws.
  func attempts(at subnets: [Subnet], check: (Int) throws -> Void = { _ in }) throws -> [Evaluation] {
    let ids = subnets.map(model.space.id)
    var new: [Int] = []
    var seen = Set(known.keys)
    for (index, id) in ids.enumerated() where seen.insert(id).inserted { new.append(index) }
    var count = 0
    try cluster.farm(new.map { Query(subnet: ids[$0], subject: subject) }) { query in
      try check(count)
      return try reply(to: query)
    } each: { number, reply in
      let index = new[number]
      let evaluation = reply.evaluation(id: ids[index], subnet: model.space.document(of: subnets[index]))
      if let archive, evaluation.loss.isFinite { try JSONLines.append(Line(evaluation: evaluation), to: archive) }
      known[ids[index]] = evaluation
      count += 1
      try check(count)
    }
    return ids.compactMap { known[$0] }
  }

  private func reply(to query: Query) throws -> EvaluationReply {
    let subnet = try model.space.subnet(id: query.subnet)
    try model.checkMemory(of: subnet, images: images.count)
    return EvaluationReply(
      try evaluator.evaluate(subnet, of: model.model.supernet, on: images, extent: extent))
  }

  /// Evaluates what the leader's evaluations give to this rank.
  ///
  /// - Parameter open: makes evaluations of the same model on the same images.
  /// - Throws: what that throws; `.badData` where model or images are not the leader's.
  static func serve(_ cluster: Cluster, _ open: () throws -> HeldOutEvaluations) throws {
    var opened: HeldOutEvaluations?
    try cluster.serve { (query: Query) in
      let images = try opened ?? open()
      opened = images
      guard images.subject == query.subject else {
        throw Failure(
          .badData, "its model or its images are not the leader's; copy the same to all machines", at: images.place)
      }
      return try images.reply(to: query)
    }
  }

  /// - Throws: what kept a subnet from being evaluated.
  func rethrow() throws {
    if let failure { throw failure }
  }

  private static func evaluations(in path: String, of subject: Subject) throws -> [Evaluation] {
    if try JSONLines.begin(path, with: Line(subject: subject)) { return [] }
    let lines = try JSONLines.read(Line.self, path, allowingCutEnd: true)
    guard let first = lines.first?.subject, first.format == subject.format else {
      throw Failure(.usage, "it is no archive of evaluations; name another file", at: path)
    }
    guard first == subject else {
      throw Failure(
        .usage, "its evaluations are of another model or on other images; name another file", at: path)
    }
    return lines.compactMap(\.evaluation)
  }
}

extension HeldOutEvaluations: AccuracyEstimator {
  /// The accuracies on images, not a number where one could not be found out; see ``rethrow()``.
  func accuracies(of subnets: [Subnet]) -> [Double] {
    guard failure == nil else { return subnets.map { _ in .nan } }
    do {
      return try attempts(at: subnets).map { $0.loss.isFinite ? $0.topOneAccuracy : .nan }
    } catch {
      failure = error
      return subnets.map { _ in .nan }
    }
  }
}

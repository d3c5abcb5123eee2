import OFAFormats
import OFAHardware
import OFAReport
import OFASearch
import OFASpace

extension Specialization {
  /// A subnet that was found, and all that is known of it.
  public struct Candidate: Hashable, Sendable {
    /// The subnet's id.
    public var id: String
    /// The subnet.
    public var subnet: Subnet
    /// The subnet as results have it.
    public var document: SubnetDocument
    /// The accuracy that the predictor expects, 0…1.
    public var predictedAccuracy: Double
    /// Where nine accuracies of ten lie that are predicted so; nil when nobody told how well the predictor does.
    public var predictedRange: ClosedRange<Double>?
    /// The accuracy on held-out images, 0…1; nil where it was not evaluated.
    public var heldOutAccuracy: Double?
    /// What was measured on the device; nil where nothing was.
    public var measured: MeasuredSubnet?
    /// The accuracy on the same images after it was trained further alone, 0…1; nil where it was not.
    public var finetunedAccuracy: Double?
    /// What it costs on each device whose latency is known, in the order of the profiles.
    public var latencies: [DeviceLatency]
    /// The costs that do not depend on the device.
    public var costs: SubnetCosts
  }

  /// A subnet's latency on one device.
  public struct DeviceLatency: Hashable, Sendable {
    /// The device's name.
    public var device: String
    /// The prediction.
    public var milliseconds: Double
  }

  /// What a search came to.
  public struct Result: Sendable {
    /// The most accurate subnet within the budgets.
    public var best: Candidate
    /// How many subnets were estimated.
    public var evaluations: Int
    /// How long the search took.
    public var seconds: Double
    /// How many of the best were evaluated on held-out images, of which the most accurate is named.
    public var evaluatedOnImages: Int
    /// Whether every subnet that was tried was evaluated on them, and none predicted.
    public var isInTheLoop: Bool
    /// The subnets that no other beats in accuracy and cost; empty unless asked for.
    public var front: [Candidate]
    /// What was measured on the device, in the order of the predictions; empty where nothing was.
    public var measured: [MeasuredSubnet]
    /// What nine runs of ten stay below, as a multiple of what the profile says; 1 where nothing was measured.
    public var latencyFactor: Double
    /// The folder of the model that was trained further; nil where none was.
    public var finetunedModel: String?
  }
}

/// No subnet meets the budgets, or none was found: which budget, its limit, and the least that the space can reach.
public struct InfeasibleBudget: Error, Hashable, Sendable, Encodable {
  /// Always false: what tells this object from a result.
  public let feasible = false
  /// Whether it is proven that no subnet meets the budgets; if not, none was found.
  public let proven: Bool
  /// The quantity that cannot be met, such as `latencyMilliseconds`.
  public let budget: String
  /// Its limit.
  public let limit: Double
  /// The least that a subnet reaches with the other budgets kept: as the limit it is met. Of an answer that is not
  /// proven, what no subnet is proven to go below. Nil, in JSON null, where nothing is proven: of an accuracy, and of
  /// latencies that were measured.
  public let least: Double?
  /// Of an accuracy, or of latencies that were measured, the best that was found; nil of what is only reckoned.
  public let best: Double?
  /// How many subnets were tried, or measured, for it.
  public let evaluations: Int?
  /// What ends the command.
  public let failure: Failure

  private enum CodingKeys: String, CodingKey { case feasible, proven, budget, limit, least, best, evaluations }

  /// Writes all that is known, and `least` always.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(feasible, forKey: .feasible)
    try container.encode(proven, forKey: .proven)
    try container.encode(budget, forKey: .budget)
    try container.encode(limit, forKey: .limit)
    try container.encode(least, forKey: .least)
    try container.encodeIfPresent(best, forKey: .best)
    try container.encodeIfPresent(evaluations, forKey: .evaluations)
  }

  init(_ reason: Infeasible) {
    proven = reason.isProven
    budget = reason.quantity.rawValue
    limit = reason.limit
    least = reason.least
    (best, evaluations) = (nil, nil)
    failure = reason.failure
  }

  /// No subnet was found that is accurate enough.
  init(leastAccuracy: Double, best: Double, evaluations: Int) {
    (proven, budget, limit, least) = (false, "accuracy", leastAccuracy, nil)
    (self.best, self.evaluations) = (best, evaluations)
    // What is told of the best is less than it is, so that who asks for that gets it.
    let wanted = Measure.fraction.text(leastAccuracy)
    let found = Measure.fraction.text((1e4 * best).rounded(.down) / 1e4)
    failure = Failure(
      .infeasible,
      "no subnet was found with an accuracy of \(wanted); the best of \(evaluations) has \(found); ask for less, "
        + "or raise the budgets")
  }
}

extension InfeasibleBudget {
  /// Nothing that was measured is fast enough.
  init(limit: Double, fastest: Double, measured: Int) {
    (proven, budget, self.limit, least) = (false, Quantity.latency.rawValue, limit, nil)
    (best, evaluations) = (fastest, measured)
    failure = Failure(
      .infeasible,
      "no subnet was found whose latency is at most \(Quantity.latency.amount(limit, .down)) when it is measured, nine "
        + "runs of ten; of \(measured) that were, the fastest takes \(Quantity.latency.amount(fastest, .up)); "
        + "raise the limit")
  }
}

extension Specialization.Candidate: Encodable {
  private enum CodingKeys: String, CodingKey {
    case id, subnet, predictedAccuracy, predictedAccuracyLow, predictedAccuracyHigh, heldOutAccuracy, finetunedAccuracy
    case latencyMilliseconds, latencies, measuredMilliseconds, p90Milliseconds
    case multiplyAccumulates, parameters, weightBytes, peakActivationBytes
  }

  init(_ candidate: OFASearch.Candidate, in space: SearchSpace, devices: [String]) {
    id = space.id(of: candidate.subnet)
    subnet = candidate.subnet
    document = space.document(of: subnet)
    predictedAccuracy = candidate.accuracy
    latencies = zip(devices, candidate.prices.latencyMilliseconds).map {
      Specialization.DeviceLatency(device: $0, milliseconds: $1)
    }
    costs = SubnetCosts(of: candidate.subnet, in: space)
  }

  /// The latency on the slowest device; nil without a device.
  public var latencyMilliseconds: Double? { latencies.map(\.milliseconds).max() }

  /// Writes all as one flat object; with several devices, `latencies` by the devices' names too.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(document, forKey: .subnet)
    try container.encode(predictedAccuracy, forKey: .predictedAccuracy)
    try container.encodeIfPresent(predictedRange?.lowerBound, forKey: .predictedAccuracyLow)
    try container.encodeIfPresent(predictedRange?.upperBound, forKey: .predictedAccuracyHigh)
    try container.encodeIfPresent(heldOutAccuracy, forKey: .heldOutAccuracy)
    try container.encodeIfPresent(finetunedAccuracy, forKey: .finetunedAccuracy)
    try container.encode(latencyMilliseconds, forKey: .latencyMilliseconds)
    try container.encodeIfPresent(measured?.measuredMilliseconds, forKey: .measuredMilliseconds)
    try container.encodeIfPresent(measured?.p90Milliseconds, forKey: .p90Milliseconds)
    if latencies.count > 1 {
      try container.encode(
        Dictionary(latencies.map { ($0.device, $0.milliseconds) }, uniquingKeysWith: max), forKey: .latencies)
    }
    try container.encode(costs.multiplyAccumulates, forKey: .multiplyAccumulates)
    try container.encode(costs.parameters, forKey: .parameters)
    try container.encode(costs.weightBytes, forKey: .weightBytes)
    try container.encode(costs.peakActivationBytes, forKey: .peakActivationBytes)
  }
}

extension Specialization.Result: Encodable {
  private enum CodingKeys: String, CodingKey { case evaluations, seconds, measured, latencyFactor, finetunedModel }

  /// Writes the best subnet's object with `evaluations` and `seconds` in it, and with all that was measured.
  public func encode(to encoder: any Encoder) throws {
    try best.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(evaluations, forKey: .evaluations)
    try container.encode(seconds, forKey: .seconds)
    if !measured.isEmpty {
      try container.encode(measured, forKey: .measured)
      try container.encode(latencyFactor, forKey: .latencyFactor)
    }
    try container.encodeIfPresent(finetunedModel, forKey: .finetunedModel)
  }
}

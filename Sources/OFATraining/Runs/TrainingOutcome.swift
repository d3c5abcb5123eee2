import OFASupernet

/// How far a run is, for a progress line.
public struct TrainingProgress: Hashable, Sendable {
  /// The phase's name.
  public var phase: String
  /// The steps done.
  public var step: Int
  /// The passes over the training images so far.
  public var epoch: Double
  /// The passes of the whole run; nil where a time is given.
  public var epochs: Int?
  /// The share of the whole run that is done, 0…1.
  public var fraction: Double
  /// The mean loss of a subnet in the last step, in nats per unit of the targets' weight.
  public var loss: Double
  /// The largest and the smallest subnet on held-out images when they were last evaluated; empty before.
  public var heldOut: [Evaluation]
  /// The images a second of the last steps; a batch counts once, however many subnets it trains.
  public var imagesPerSecond: Double
  /// The time until the last step: what is left of a time budget, else by the speed of the last steps.
  public var timeLeft: Duration
}

/// What a finished run comes to.
public struct TrainingOutcome: Hashable, Sendable {
  /// The optimizer's steps.
  public var steps: Int
  /// The time of training and evaluation in seconds, interruptions left out.
  public var seconds: Double
  /// Images a second over all steps; a batch counts once, however many subnets it trains.
  public var imagesPerSecond: Double
  /// The largest and the smallest subnet, each at the greatest and the least resolution, on all held-out images.
  public var corners: [Evaluation]
  /// The model's folder.
  public var modelPath: String
}

import Foundation
import OFAFormats
import OFASupernet

/// One line of `metrics.jsonl`.
public struct Metrics: Hashable, Sendable, Codable {
  /// The phase's name.
  public var phase: String
  /// The steps done in all phases.
  public var step: Int
  /// The passes over the training images so far.
  public var epoch: Double
  /// The time spent so far, interruptions left out.
  public var seconds: Double
  /// The mean loss of a subnet over the steps since the line before.
  public var loss: Double?
  /// The last step's learning rate.
  public var learningRate: Double?
  /// The length of the last step's whole gradient before clipping.
  public var gradientNorm: Double?
  /// The images a second over the steps since the line before; a batch counts once, however many subnets it trains.
  public var imagesPerSecond: Double?
  /// What the parts of the steps since the line before took.
  public var parts: StepSeconds?
  /// The processor time spent so far by all threads, evaluations included.
  public var processorSeconds: Double?
  /// The most memory that the process has held, in bytes.
  public var peakBytes: Int?
  /// Corner subnets on held-out images, statistics recalibrated.
  public var heldOut: [Evaluation]?
}

/// The file of metrics of a run.
struct MetricsLog {
  private let path: String

  /// Opens the log; lines after `step`, which a resumed run will write again, are dropped, and so is a line that a kill
  /// cut.
  init(path: String, keepingThrough step: Int) throws {
    self.path = path
    var kept: [Metrics] = []
    if FileManager.default.fileExists(atPath: path) {
      kept = try JSONLines.read(Metrics.self, path, allowingCutEnd: true).filter { $0.step <= step }
    }
    try AtomicFile.write(try JSONLines.encode(kept), to: path)
  }

  func append(_ metrics: Metrics) throws {
    try JSONLines.append(metrics, to: path)
  }
}

import OFASupernet

/// The time that a run has spent, over all its processes.
struct RunClock {
  private let secondsBefore, processorSecondsBefore: Double
  private let start = ContinuousClock.now
  private let processorStart = ProcessUsage.processorSeconds

  /// A clock that goes on from what earlier processes spent.
  init(after position: Position) {
    secondsBefore = position.seconds
    processorSecondsBefore = position.processorSeconds
  }

  /// The seconds spent.
  var seconds: Double { secondsBefore + (ContinuousClock.now - start).seconds }

  /// The seconds that all threads spent on a processor.
  var processorSeconds: Double { processorSecondsBefore + ProcessUsage.processorSeconds - processorStart }
}

/// Speed of the last steps, smoothed: each step weighs a tenth of what came before.
struct Speed {
  private var secondsPerImage = 0.0
  private var secondsPerCost = 0.0
  private var weight = 0.0

  /// Takes note of a step.
  mutating func add(seconds: Double, images: Int, cost: Double) {
    secondsPerImage += (seconds / Double(images) - secondsPerImage) * 0.1
    secondsPerCost += (seconds / cost - secondsPerCost) * 0.1
    weight += (1 - weight) * 0.1
  }

  var imagesPerSecond: Double { weight > 0 ? weight / secondsPerImage : 0 }

  /// The seconds that work of a cost will take.
  func seconds(forCost cost: Double) -> Double { weight > 0 ? cost * secondsPerCost / weight : 0 }
}

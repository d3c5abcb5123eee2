import Foundation

/// Rows of values in memory, one a sample: logits, or the distributions that they are to become.
public struct Rows: Hashable, Sendable {
  /// The number of values of a row.
  public let width: Int
  /// [rows, width], flat.
  public var values: [Float]

  /// Rows over flat values.
  ///
  /// - Precondition: the values are whole rows.
  public init(width: Int, values: [Float]) {
    precondition(width > 0 && values.count % width == 0, "\(values.count) values are not rows of \(width).")
    self.width = width
    self.values = values
  }

  /// The number of rows.
  public var count: Int { values.count / width }

  /// Where a row lies in ``values``.
  public func range(_ row: Int) -> Range<Int> { row * width..<(row + 1) * width }
}

/// What training minimizes: the cross-entropy against a target for each class, of which a label and a teacher are two
/// sources.
///
///     loss = 1/N Σ n,c  −targets[n, c] · log softmax(logits)[n, c]
///     gradient[n, c] = ( softmax(logits)[n, c] · Σ targets[n, ·] − targets[n, c] ) / N
///
/// The loss is linear in the targets, so that a mixture of a label's loss and a teacher's is the loss of the mixture of
/// their targets.
public enum Loss {
  /// The targets of labels with smoothing: 1 − smoothing + smoothing / classes for the label, smoothing / classes for
  /// the others.
  ///
  /// - Precondition: labels are in `0..<classes`, smoothing in 0..<1.
  /// - Note: Szegedy et al., Rethinking the Inception Architecture, 2016, §7.
  public static func targets(labels: [Int], classes: Int, smoothing: Double = 0) -> Rows {
    var rows = Rows(
      width: classes, values: Array(repeating: Float(smoothing / Double(classes)), count: labels.count * classes))
    for (row, label) in labels.enumerated() {
      precondition((0..<classes).contains(label), "Label \(label) is not below \(classes).")
      rows.values[row * classes + label] += Float(1 - smoothing)
    }
    return rows
  }

  /// The softmax of each row: the targets that a teacher's logits give.
  public static func softmax(_ logits: Rows) -> Rows {
    var rows = logits
    for row in 0..<logits.count {
      let range = logits.range(row)
      for (i, logProbability) in zip(range, logSoftmax(logits.values[range])) {
        rows.values[i] = Float(exp(logProbability))
      }
    }
    return rows
  }

  /// The mean cross-entropy over the rows, in nats, and its gradient by the logits, [rows, width].
  ///
  /// - Precondition: logits and targets have one shape and at least one row.
  public static func crossEntropy(_ logits: Rows, targets: Rows) -> (loss: Double, gradient: Rows) {
    precondition(logits.width == targets.width && logits.count == targets.count && logits.count > 0)
    var gradient = logits
    var loss = 0.0
    let scale = 1 / Double(logits.count)
    for row in 0..<logits.count {
      let range = logits.range(row)
      let mass = targets.values[range].reduce(0.0) { $0 + Double($1) }
      for (i, logProbability) in zip(range, logSoftmax(logits.values[range])) {
        loss -= Double(targets.values[i]) * logProbability
        gradient.values[i] = Float(scale * (exp(logProbability) * mass - Double(targets.values[i])))
      }
    }
    return (loss * scale, gradient)
  }

  /// The logarithms of one row's softmax, without overflow.
  static func logSoftmax(_ logits: ArraySlice<Float>) -> [Double] {
    let largest = Double(logits.max() ?? 0)
    let logSum = log(logits.reduce(0.0) { $0 + exp(Double($1) - largest) })
    // In this order nothing is lost beside a large logit.
    return logits.map { Double($0) - largest - logSum }
  }
}

extension Rows {
  /// All values times a factor.
  public func scaled(by factor: Float) -> Rows {
    Rows(width: width, values: values.map { factor * $0 })
  }

  /// Adds other rows times a factor.
  ///
  /// - Precondition: the shapes agree.
  public mutating func add(_ other: Rows, times factor: Float) {
    precondition(width == other.width && count == other.count)
    for i in values.indices { values[i] += factor * other.values[i] }
  }

  /// For each row the index of its largest value, the first of equals.
  public var indicesOfLargest: [Int] {
    (0..<count).map { row in
      let range = range(row)
      var best = range.lowerBound
      for i in range where values[i] > values[best] { best = i }
      return best - range.lowerBound
    }
  }
}

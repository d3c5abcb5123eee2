/// What the subnets of a step minimize: the first by the labels, the others by the labels and the first's answers.
public struct Objective: Hashable, Sendable, Codable {
  /// How much of a label's target is spread over all classes, 0..<1.
  public var labelSmoothing: Double
  /// How much of the others' loss is against the first's answers, 0...1; the rest is against the labels.
  public var distillation: Double
  /// How their answers are held against the first's; none: by the cross-entropy.
  public var divergence: Distillation?

  /// An objective of its parts; by default the labels alone.
  public init(labelSmoothing: Double = 0, distillation: Double = 0, divergence: Distillation? = nil) {
    (self.labelSmoothing, self.distillation, self.divergence) = (labelSmoothing, distillation, divergence)
  }

  /// A subnet's mean loss and its gradient by the logits.
  ///
  ///     (1 − distillation) · crossEntropy(logits, targets) + distillation · divergence(logits, teacher)
  ///
  /// - Parameter teacher: the first subnet's logits; nil for that itself, which learns from the targets alone.
  func loss(_ logits: Rows, targets: Rows, teacher: Rows?) -> (loss: Double, gradient: Rows) {
    var (loss, gradient) = Loss.crossEntropy(logits, targets: targets)
    guard let teacher, distillation > 0 else { return (loss, gradient) }
    let taught = (divergence ?? .softCrossEntropy).loss(student: logits, teacher: teacher)
    loss = (1 - distillation) * loss + distillation * taught.loss
    gradient = gradient.scaled(by: Float(1 - distillation))
    gradient.add(taught.gradient, times: Float(distillation))
    return (loss, gradient)
  }
}

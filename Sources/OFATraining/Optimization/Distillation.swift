/// How a student's answers are held against a teacher's.
///
///     let (loss, gradient) = Distillation.softCrossEntropy.loss(student: logits, teacher: answers)
///
/// A recipe names one of them.
public enum Distillation: String, Hashable, Sendable, Codable, CaseIterable {
  /// The cross-entropy against the teacher's distribution p, −Σ p · log q: least, but not zero, where q is p.
  ///
  /// - Note: Hinton et al., Distilling the Knowledge in a Neural Network, 2015, at temperature 1; Once-for-All, 2020,
  ///   §3.3.
  case softCrossEntropy
  /// The larger of two divergences of each sample, of order −1 for a student that is sure where the teacher is not and
  /// of order 1 for one that misses what the teacher sees. The loss is the mean of these divergences, the gradient that
  /// of their surrogates; see ``AlphaDivergence``.
  ///
  /// - Note: Wang et al., AlphaNet, 2021, §3.
  case adaptiveDivergence
  /// The mean over the classes of the squared difference of the logits.
  ///
  /// - Note: `kd_type` "mse" of Once-for-All's code.
  case logitRegression

  /// The mean loss over the samples, and its gradient by the student's logits.
  ///
  /// - Parameters:
  ///   - student: logits, [samples, classes].
  ///   - teacher: logits of the same shape; constants.
  /// - Precondition: the shapes agree, and there is a sample.
  public func loss(student: Rows, teacher: Rows) -> (loss: Double, gradient: Rows) {
    precondition(student.width == teacher.width && student.count == teacher.count && student.count > 0)
    var gradient = student
    var loss = 0.0
    switch self {
    case .softCrossEntropy:
      return Loss.crossEntropy(student, targets: Loss.softmax(teacher))
    case .adaptiveDivergence:
      let (low, high) = (AlphaDivergence(alpha: -1), AlphaDivergence(alpha: 1))
      let share = 1 / Double(student.count)
      for row in 0..<student.count {
        let range = student.range(row)
        let terms = [low, high].map { $0.term(student: student.values[range], teacher: teacher.values[range]) }
        let larger = terms[0].divergence > terms[1].divergence ? terms[0] : terms[1]
        loss += share * larger.divergence
        for (i, slope) in zip(range, larger.gradient) { gradient.values[i] = Float(share * slope) }
      }
    case .logitRegression:
      let share = 1 / Double(student.values.count)
      for i in student.values.indices {
        let difference = Double(student.values[i]) - Double(teacher.values[i])
        loss += share * difference * difference
        gradient.values[i] = Float(2 * share * difference)
      }
    }
    return (loss, gradient)
  }
}

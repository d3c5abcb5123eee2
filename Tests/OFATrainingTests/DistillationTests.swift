import Foundation
import OFAFormats
import OFANumerics
import OFATraining
import Testing

@Suite("Distillation")
struct DistillationTests {
  private let student: [Float] = [0.5, 0, 1]
  private let teacher: [Float] = [2, 1, 0]

  private func term(_ alpha: Double, clip: Double = 5) -> AlphaDivergence.Term {
    AlphaDivergence(alpha: alpha, clip: clip).term(student: student[...], teacher: teacher[...])
  }

  /// Logits of a few samples.
  private func rows(_ stream: String, width: Int = 5, spread: Double = 2) -> Rows {
    var generator = SeededGenerator(seed: 1, stream: stream)
    return Rows(width: width, values: (0..<3 * width).map { _ in Float(spread * generator.gaussian()) })
  }

  /// Compares the gradient at some logits with the central differences of a function of them.
  private func expect(_ gradient: [Double], at logits: [Float], isSlopeOf function: ([Float]) -> Double) {
    for index in logits.indices {
      let step: Float = 1.0 / 256  // exact in the logits' precision
      var (up, down) = (logits, logits)
      up[index] += step
      down[index] -= step
      let slope = (function(up) - function(down)) / Double(up[index] - down[index])
      #expect(abs(slope - gradient[index]) < 1e-4 * max(1, abs(slope)), "\(index): \(gradient[index]), slope \(slope)")
    }
  }

  @Test(
    "Divergences and surrogates of every order are those worked out by hand",
    arguments: [
      (-1, 0.9080583, -1.6184091), (0, 0.5866991, -1.2498217), (0.5, 0.4834469, -2.0055248), (1, 0.4252230, 1.2576186),
    ])
  func workedValues(alpha: Double, divergence: Double, surrogate: Double) {
    let term = term(alpha)
    #expect(abs(term.divergence - divergence) < 1e-7)
    #expect(abs(term.surrogate - surrogate) < 1e-7)
  }

  @Test("At order 1 surrogate and gradient are those of the soft cross-entropy")
  func orderOne() {
    let (loss, gradient) = Distillation.softCrossEntropy.loss(
      student: Rows(width: 3, values: student), teacher: Rows(width: 3, values: teacher))
    #expect(abs(loss - 1.2576186) < 1e-6)
    #expect(abs(term(1).surrogate - loss) < 1e-6)
    #expect(zip(term(1).gradient, gradient.values).allSatisfy { abs($0 - Double($1)) < 1e-6 })
  }

  @Test("The divergence goes over into its limits at the orders 0 and 1", arguments: [0.0, 1])
  func limits(order: Double) {
    let limit = term(order, clip: 1e6).divergence
    for step in [1e-3, -1e-3, 1e-6, -1e-6] {
      #expect(abs(term(order + step, clip: 1e6).divergence - limit) < 2 * abs(step))
    }
  }

  @Test("Where nothing is clipped, the surrogate's gradient is the divergence's own", arguments: [-1, 0, 0.5, 1, 2])
  func unclipped(alpha: Double) {
    let divergence = AlphaDivergence(alpha: alpha, clip: 1e30)
    let (students, teachers) = (rows("students", spread: 1), rows("teachers", spread: 1))
    for row in 0..<students.count {
      let (student, teacher) = (Array(students.values[students.range(row)]), teachers.values[teachers.range(row)])
      expect(divergence.term(student: student[...], teacher: teacher).gradient, at: student) {
        divergence.term(student: $0[...], teacher: teacher).divergence
      }
    }
  }

  @Test("The gradient is that of the surrogate with its weights held", arguments: [-1.0, 0, 0.5, 2])
  func clipped(alpha: Double) {
    func softmax(_ logits: [Float]) -> [Double] {
      let exponentials = logits.map { exp(Double($0)) }
      return exponentials.map { $0 / exponentials.reduce(0, +) }
    }
    // Ratios of 2.17, 1.31 and 0.18: of each order's powers a bound of 1.2 clips one or two.
    let weights = zip(softmax(student), softmax(teacher)).map { q, p in
      let power = min(pow(p / q, alpha == 0 ? 1 : alpha), 1.2)
      return q * (alpha == 0 ? log(power) - 1 : power / alpha + 1 / (alpha * (alpha - 1)))
    }
    let term = term(alpha, clip: 1.2)
    #expect(abs(term.surrogate + zip(weights, softmax(student)).reduce(0) { $0 + $1.0 * log($1.1) }) < 1e-9)
    expect(term.gradient, at: student) { -zip(weights, softmax($0)).reduce(0) { $0 + $1.0 * log($1.1) } }
  }

  @Test("However far apart the logits are, numbers stay numbers and the clip bounds the gradient")
  func extremes() {
    let (high, low): ([Float], [Float]) = ([3e38, -3e38, 0], [-3e38, 3e38, 0])
    for alpha in [-1, 0, 0.5, 1, 2] {
      let term = AlphaDivergence(alpha: alpha).term(student: high[...], teacher: low[...])
      #expect(term.divergence.isFinite && term.surrogate.isFinite, "\(alpha)")
      #expect(term.gradient.allSatisfy { abs($0) <= 10 }, "\(alpha)")
    }
    // q is ½, ½, so that q / p is clipped from 10¹⁷ to 5, where ρ is −4.5, and is ½, where ρ is 0.
    let term = AlphaDivergence(alpha: -1).term(student: [0, 0], teacher: [-20, 20])
    #expect(zip(term.gradient, [1.125, -1.125]).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(AlphaDivergence(alpha: -1, clip: 1e30).term(student: [0, 0], teacher: [-20, 20]).gradient[0] > 1e16)
  }

  @Test("The adaptive divergence takes for each sample the larger of two, and the mean of the batch")
  func adaptive() {
    // A student sure where the teacher is not, and one that misses what the teacher sees.
    let (students, teachers): ([[Float]], [[Float]]) = (
      [student, [-10, 0, 10]], [teacher, [10, 0, -10]]
    )
    func terms(_ alpha: Double) -> [AlphaDivergence.Term] {
      zip(students, teachers).map { AlphaDivergence(alpha: alpha).term(student: $0[...], teacher: $1[...]) }
    }
    let (low, high) = (terms(-1), terms(1))
    #expect(low[0].divergence > high[0].divergence && low[1].divergence < high[1].divergence)
    let (loss, gradient) = Distillation.adaptiveDivergence.loss(
      student: Rows(width: 3, values: students.flatMap { $0 }), teacher: Rows(width: 3, values: teachers.flatMap { $0 })
    )
    #expect(abs(loss - (0.9080583 + high[1].divergence) / 2) < 1e-7)
    let expected = (low[0].gradient + high[1].gradient).map { $0 / 2 }
    #expect(zip(gradient.values, expected).allSatisfy { abs(Double($0) - $1) < 1e-6 })
  }

  @Test("Logit regression is the mean of squared differences, and its gradient theirs")
  func regression() {
    let (loss, _) = Distillation.logitRegression.loss(
      student: Rows(width: 3, values: student), teacher: Rows(width: 3, values: teacher))
    #expect(abs(loss - (1.5 * 1.5 + 1 + 1) / 3) < 1e-12)
  }

  @Test(
    "Gradients are those of central differences of the loss",
    arguments: [Distillation.softCrossEntropy, .logitRegression])
  func gradients(_ distillation: Distillation) {
    let (student, teacher) = (rows("students"), rows("teachers"))
    let gradient = distillation.loss(student: student, teacher: teacher).gradient
    expect(gradient.values.map(Double.init), at: student.values) {
      distillation.loss(student: Rows(width: 5, values: $0), teacher: teacher).loss
    }
  }

  @Test("A student that says what the teacher says has no gradient", arguments: Distillation.allCases)
  func agreement(_ distillation: Distillation) {
    let logits = rows("students", width: 4)
    let (loss, gradient) = distillation.loss(student: logits, teacher: logits)
    #expect(gradient.values.allSatisfy { abs($0) < 1e-7 })
    if distillation != .softCrossEntropy { #expect(abs(loss) < 1e-12) }
  }

  @Test("Logits that are no numbers give a loss that is none: what diverges is seen", arguments: Distillation.allCases)
  func notANumber(_ distillation: Distillation) {
    let (broken, whole) = (Rows(width: 3, values: [0, .nan, 1]), Rows(width: 3, values: [1, 2, 3]))
    #expect(distillation.loss(student: broken, teacher: whole).loss.isNaN)
    #expect(distillation.loss(student: whole, teacher: broken).loss.isNaN)
  }

  @Test("A recipe names a distillation")
  func names() throws {
    for distillation in Distillation.allCases {
      let text = try JSON.encode([distillation], pretty: false)
      #expect(text == "[\"\(distillation.rawValue)\"]")
      #expect(try JSON.decode([Distillation].self, from: text, at: "recipe.json") == [distillation])
    }
  }
}

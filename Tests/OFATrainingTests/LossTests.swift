import Foundation
import OFANumerics
import OFATraining
import Testing

@Suite("Losses")
struct LossTests {
  @Test("Label smoothing of 0.1 over three classes has the loss worked out by hand")
  func smoothing() {
    let logits = Rows(width: 3, values: [0.5, 0, 1])
    let targets = Loss.targets(labels: [1], classes: 3, smoothing: 0.1)
    #expect(abs(targets.values[1] - Float(0.9 + 0.1 / 3)) < 1e-6)
    #expect(abs(targets.values[0] - Float(0.1 / 3)) < 1e-7)
    #expect(abs(Loss.crossEntropy(logits, targets: targets).loss - 1.6302696706) < 1e-7)
  }

  @Test("A teacher's loss is the soft cross-entropy worked out by hand")
  func teacher() {
    let teacher = Loss.softmax(Rows(width: 3, values: [2, 1, 0]))
    #expect(zip(teacher.values, [0.665241, 0.244728, 0.090031]).allSatisfy { abs($0 - $1) < 1e-6 })
    let loss = Loss.crossEntropy(Rows(width: 3, values: [0.5, 0, 1]), targets: teacher).loss
    #expect(abs(loss - 1.2576186) < 1e-6)
  }

  @Test("A teacher that says what the student says leaves no gradient")
  func agreement() {
    let logits = Rows(width: 4, values: [3, -1, 0.5, 7, 0, 0, 0, 0])
    let gradient = Loss.crossEntropy(logits, targets: Loss.softmax(logits)).gradient
    #expect(gradient.values.allSatisfy { abs($0) < 1e-7 })
  }

  @Test("The gradient is that of central differences, for labels, teachers and their sum")
  func gradients() {
    var generator = SeededGenerator(seed: 1, stream: "test")
    func rows() -> Rows { Rows(width: 5, values: (0..<15).map { _ in Float(2 * generator.gaussian()) }) }
    let logits = rows()
    let soft = Loss.softmax(rows())
    let hard = Loss.targets(labels: [4, 0, 2], classes: 5, smoothing: 0.1)
    var both = hard
    both.add(soft, times: 0.7)
    for targets in [soft, hard, both] {
      let gradient = Loss.crossEntropy(logits, targets: targets).gradient
      for index in logits.values.indices {
        let step: Float = 1.0 / 64  // exact in the logits' precision
        var moved = (up: logits, down: logits)
        moved.up.values[index] += step
        moved.down.values[index] -= step
        let slope =
          (Loss.crossEntropy(moved.up, targets: targets).loss - Loss.crossEntropy(moved.down, targets: targets).loss)
          / Double(moved.up.values[index] - moved.down.values[index])
        #expect(abs(slope - Double(gradient.values[index])) < 2e-5)
      }
    }
  }

  @Test("The loss of a mixture of targets is the mixture of their losses, and so is its gradient")
  func mixtures() {
    let logits = Rows(width: 3, values: [0.5, 0, 1, -2, 1, 0])
    let one = Loss.targets(labels: [1, 0], classes: 3, smoothing: 0.1)
    let other = Loss.targets(labels: [2, 1], classes: 3, smoothing: 0.1)
    var mixed = one.scaled(by: 0.3)
    mixed.add(other, times: 0.7)
    let alone = [one, other].map { Loss.crossEntropy(logits, targets: $0) }
    let both = Loss.crossEntropy(logits, targets: mixed)
    #expect(abs(both.loss - (0.3 * alone[0].loss + 0.7 * alone[1].loss)) < 1e-6)
    var gradient = alone[0].gradient.scaled(by: 0.3)
    gradient.add(alone[1].gradient, times: 0.7)
    #expect(zip(both.gradient.values, gradient.values).allSatisfy { abs($0 - $1) < 1e-7 })
  }

  @Test("Large logits neither overflow nor lose the loss")
  func extremes() {
    let logits = Rows(width: 3, values: [1_000, -1_000, 0])
    let result = Loss.crossEntropy(logits, targets: Loss.targets(labels: [1], classes: 3))
    #expect(result.loss == 2_000)
    #expect(result.gradient.values == [1, -1, 0])
  }

  @Test("The largest of each row is found, the first of equals")
  func largest() {
    let rows = Rows(width: 3, values: [0, 5, 5, -1, -2, -3, 0, 0, 0])
    #expect(rows.indicesOfLargest == [1, 0, 0])
  }
}

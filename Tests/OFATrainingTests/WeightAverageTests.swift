import OFAEngine
import OFATraining
import Testing

@Suite("Average of weights")
struct WeightAverageTests {
  private let team = ThreadTeam(threads: 1)

  private func arena(_ values: [Float]) -> TensorArena {
    let arena = TensorArena(TensorLayout([("a", [values.count])]))
    _ = arena["a"].update(fromContentsOf: values)
    return arena
  }

  @Test("It begins at the weights and follows the definition, at first faster than its decay")
  func definition() {
    let weights = arena([0, 1, 2])
    let average = WeightAverage(of: weights, decay: 0.3)
    #expect(Array(average.weights["a"]) == [0, 1, 2])
    // The weights it began at are not its own.
    weights["a"][0] = 10
    #expect(average.weights["a"][0] == 0)
    var expected = [0.0, 1, 2]
    for (update, kept) in [1.0 / 10, 2.0 / 11, 3.0 / 12, 0.3, 0.3].enumerated() {
      for i in 0..<3 { weights["a"][i] += Float(i + 1) }
      average.update(with: weights, after: update, team: team)
      for i in 0..<3 { expected[i] = kept * expected[i] + (1 - kept) * Double(weights["a"][i]) }
      #expect(zip(average.weights["a"], expected).allSatisfy { abs(Double($0) - $1) < 1e-5 }, "update \(update)")
    }
  }

  @Test("Weights that stay are what it comes to")
  func limit() {
    let average = WeightAverage(of: arena([5, -5]), decay: 0.9)
    for update in 0..<300 { average.update(with: arena([1, 2]), after: update, team: team) }
    #expect(zip(average.weights["a"], [1, 2]).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test("A checkpoint holds the average under its name")
  func state() {
    let average = WeightAverage(of: arena([1, 2]), decay: 0.9)
    #expect(average.state.map(\.name) == ["average"])
    #expect(average.state[0].arena === average.weights)
  }
}

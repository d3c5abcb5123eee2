import OFAEngine
import Testing

@Suite struct OptimizerTests {
  @Test("An arena of several parts is measured the same, and cleared, by any number of threads")
  func parts() {
    let layout = TensorLayout([("first", [100_003]), ("second", [70_001])])
    var draws = Draws(seed: 50)
    let values = (0..<layout.count).map { _ in draws.uniform() }
    let expected = values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    var norms: Set<Double> = []
    for threads in [1, 2, 3] {
      let (arena, team) = (TensorArena(layout), ThreadTeam(threads: threads))
      _ = arena.values.update(fromContentsOf: values)
      norms.insert(arena.norm(team: team))
      arena.clear(team: team)
      #expect(arena.values.allSatisfy { $0 == 0 })
    }
    #expect(norms.count == 1)
    #expect(norms.allSatisfy { abs($0 / expected - 1) < 1e-6 })
  }

  @Test("A step is Nesterov's, with decay where a tensor has it, and leaves nothing out")
  func step() {
    let layout = TensorLayout([("a", [70_001]), ("b", [5])])
    let (weights, velocity, gradients) = (TensorArena(layout), TensorArena(layout), TensorArena(layout))
    var draws = Draws(seed: 1)
    for index in 0..<layout.count {
      weights.values[index] = draws.uniform()
      velocity.values[index] = draws.uniform()
      gradients.values[index] = draws.uniform()
    }
    let before = (Array(weights.values), Array(velocity.values), Array(gradients.values))
    let optimizer = NesterovMomentum(momentum: 0.9, layout: layout) { $0.name == "a" ? 0.1 : 0 }
    optimizer.step(
      weights: weights, velocity: velocity, gradients: gradients, learningRate: 0.05, gradientScale: 0.5,
      team: ThreadTeam(threads: 3))
    for entry in layout.entries {
      for index in entry.offset..<entry.offset + entry.count {
        let decay: Double = entry.name == "a" ? 0.1 : 0
        let g = 0.5 * Double(before.2[index]) + decay * Double(before.0[index])
        let v = 0.9 * Double(before.1[index]) + g
        let w = Double(before.0[index]) - 0.05 * (g + 0.9 * v)
        guard abs(Double(velocity.values[index]) - v) < 1e-6, abs(Double(weights.values[index]) - w) < 1e-6 else {
          Issue.record("\(entry.name)[\(index - entry.offset)]: \(weights.values[index]), expected \(w)")
          return
        }
      }
    }
  }
}

@Suite struct ThreadTeamTests {
  @Test("Each index is called once, whatever the threads and the count", arguments: [1, 2, 3, 5])
  func everyIndexOnce(_ threads: Int) {
    let team = ThreadTeam(threads: threads)
    #expect(team.threads == threads)
    for count in [0, 1, 2, 7, 1000] {
      let counters = UnsafeMutableBufferPointer<Int>.allocate(capacity: count)
      defer { counters.deallocate() }
      counters.initialize(repeating: 0)
      nonisolated(unsafe) let slots = counters
      for _ in 0..<50 { team.forEach(count) { slots[$0] += 1 } }
      #expect(counters.allSatisfy { $0 == 50 })
    }
  }
}

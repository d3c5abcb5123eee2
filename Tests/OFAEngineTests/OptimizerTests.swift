import Foundation
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

  /// Arenas of tensors `a` and `b`, which have paces of their own, filled with numbers from −1 to 1; `b` has its rate
  /// halved and no decay.
  private struct Arenas {
    static let layout = TensorLayout([("a", [70_001]), ("b", [5])])
    static let paces = [Pace(decay: 0.1), Pace(rate: 0.5)]
    let all: [TensorArena]

    init(_ count: Int) {
      var draws = Draws(seed: 1)
      all = (0..<count).map { _ in
        let arena = TensorArena(Self.layout)
        for entry in Self.layout.entries {
          for index in 0..<entry.count { arena[entry.name][index] = draws.uniform() }
        }
        return arena
      }
    }

    /// Compares an arena with what `expected` says for the values of all arenas before, a tensor's rate and decay.
    func expect(_ arena: TensorArena, _ expected: (_ old: [Double], _ pace: Pace) -> Double, from before: [[Float]]) {
      var worst = (error: 0.0, place: "")
      for (entry, pace) in zip(Self.layout.entries, Self.paces) {
        for index in entry.offset..<entry.offset + entry.count {
          let value = expected(before.map { Double($0[index]) }, pace)
          let error = abs(Double(arena.values[index]) - value) / max(1, abs(value))
          if error > worst.error {
            worst = (error, "\(entry.name)[\(index - entry.offset)]: \(arena.values[index]), expected \(value)")
          }
        }
      }
      #expect(worst.error < 1e-6, "\(worst.place)")
    }
  }

  @Test("A step with momentum is Nesterov's in every form, and leaves nothing out", arguments: KernelForm.available)
  func momentum(_ form: KernelForm) {
    let optimizer = NesterovMomentum(momentum: 0.9, layout: Arenas.layout, paces: Arenas.paces)
    var bytes: Set<[Float]> = []
    for threads in [1, 3] {
      let arenas = Arenas(3)
      let before = arenas.all.map { Array($0.values) }
      let (weights, velocity, gradients) = (arenas.all[0], arenas.all[1], arenas.all[2])
      optimizer.step(
        weights: weights, velocity: velocity, gradients: gradients, learningRate: 0.05, gradientScale: 0.5,
        team: ThreadTeam(threads: threads, form: form))
      func moved(_ old: [Double], _ pace: Pace) -> (gradient: Double, velocity: Double) {
        let gradient = 0.5 * old[2] + Double(pace.decay) * old[0]
        return (gradient, 0.9 * old[1] + gradient)
      }
      arenas.expect(velocity, { moved($0, $1).velocity }, from: before)
      arenas.expect(
        weights,
        {
          let (gradient, velocity) = moved($0, $1)
          return $0[0] - 0.05 * Double($1.rate) * (gradient + 0.9 * velocity)
        }, from: before)
      bytes.insert([weights, velocity].flatMap { Array($0.values) })
    }
    #expect(bytes.count == 1)
  }

  @Test("A step of Adam is the definition's in every form, and leaves nothing out", arguments: KernelForm.available)
  func adam(_ form: KernelForm) {
    let optimizer = AdaptiveMoments(
      beta1: 0.9, beta2: 0.99, epsilon: 1e-2, layout: Arenas.layout, paces: Arenas.paces)
    var bytes: Set<[Float]> = []
    for threads in [1, 3] {
      let arenas = Arenas(4)
      let (weights, first, second, gradients) = (arenas.all[0], arenas.all[1], arenas.all[2], arenas.all[3])
      // A second moment is not negative; zeros are among them.
      for index in second.values.indices { second.values[index] = max(0, second.values[index]) }
      let before = arenas.all.map { Array($0.values) }
      optimizer.step(
        3, weights: weights, first: first, second: second, gradients: gradients, learningRate: 0.05,
        gradientScale: 0.5, team: ThreadTeam(threads: threads, form: form))
      func moments(_ old: [Double]) -> (first: Double, second: Double) {
        (0.9 * old[1] + 0.1 * 0.5 * old[3], 0.99 * old[2] + 0.01 * 0.25 * old[3] * old[3])
      }
      arenas.expect(first, { old, _ in moments(old).first }, from: before)
      arenas.expect(second, { old, _ in moments(old).second }, from: before)
      arenas.expect(
        weights,
        { old, pace in
          let (first, second) = moments(old)
          let corrected = (first / (1 - pow(0.9, 3)), second / (1 - pow(0.99, 3)))
          let step = Double(pace.decay) * old[0] + corrected.0 / (corrected.1.squareRoot() + 1e-2)
          return old[0] - 0.05 * Double(pace.rate) * step
        }, from: before)
      bytes.insert([weights, first, second].flatMap { Array($0.values) })
    }
    #expect(bytes.count == 1)
  }

  @Test("An arena moves a share of the way to another, all of it and the same on any number of threads")
  func approach() {
    let layout = TensorLayout([("first", [100_003]), ("second", [70_001])])
    var draws = Draws(seed: 51)
    let (from, to) = (TensorArena(layout), TensorArena(layout))
    for index in from.values.indices {
      from.values[index] = draws.uniform()
      to.values[index] = draws.uniform()
    }
    for threads in [1, 2, 3] {
      let arena = from.copy()
      arena.approach(to, by: 0.25, team: ThreadTeam(threads: threads))
      let isRight = arena.values.indices.allSatisfy {
        arena.values[$0] == from.values[$0] + 0.25 * (to.values[$0] - from.values[$0])
      }
      #expect(isRight)
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

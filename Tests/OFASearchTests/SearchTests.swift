import OFAHardware
import OFANumerics
import OFASearch
import OFASpace
import Testing

@Suite struct SearchTests {
  private func problem(_ space: SearchSpace, _ budgets: Budgets, profileSeed: UInt64 = 1) throws -> Problem {
    let model = try CostModel(space, profiles: [syntheticProfile(space, seed: profileSeed)])
    switch Problem.decided(model, budgets) {
    case .feasible(let problem): return problem
    case .infeasible(let reason): throw reason.failure
    }
  }

  private func budgets(_ space: SearchSpace, quantile: Double, of quantities: [Quantity]) throws -> Budgets {
    let model = try CostModel(space, profiles: [syntheticProfile(space)])
    var generator = SeededGenerator(seed: 17, stream: "sample")
    let sample = (0..<400).map { _ in model.prices(of: space.randomSubnet(using: &generator)) }
    var budgets = Budgets()
    for quantity in quantities {
      budgets.bound(quantity, by: Statistics.quantile(sample.map { $0[quantity] }, quantile))
    }
    return budgets
  }

  @Test(
    "Evolution and breeding of optima find the best of all subnets of a tiny space, whatever is bounded",
    arguments: [[], [.latency], [.multiplyAccumulates, .peakActivationBytes], Quantity.allCases], [0.3, 0.7])
  func optimum(bounded: [Quantity], quantile: Double) throws {
    let space = try tinySpace()
    for seed: UInt64 in 0..<5 {
      let problem = try problem(space, budgets(space, quantile: quantile, of: bounded))
      let accuracy = RuggedAccuracy(space: space, seed: seed)
      let best = accuracy.accuracies(of: space.subnets().filter { problem.admits($0) }).max()
      var search = EvolutionarySearch()
      search.generations = 20
      var generator = SeededGenerator(seed: seed, stream: "search")
      let result = search.run(problem, accuracy, using: &generator)
      #expect(result.best.accuracy == best)
      let bred = [1, 2].map { threads in
        var generator = SeededGenerator(seed: seed, stream: "search")
        return MemeticSearch(threads: threads).run(problem, accuracy, using: &generator)
      }
      #expect(bred[0].best.accuracy == best && bred[0].leading == bred[1].leading)
      #expect(bred[0].leading.allSatisfy { problem.admits($0.subnet) })
    }
  }

  @Test(
    "The front of a tiny space is the front of all its subnets", arguments: [Quantity.latency, .multiplyAccumulates])
  func front(quantity: Quantity) throws {
    let space = try tinySpace()
    let problem = try problem(space, budgets(space, quantile: 0.8, of: [.latency]))
    let accuracy = RuggedAccuracy(space: space)
    let all = space.subnets().filter { problem.admits($0) }
    let points = zip(all.map { problem.costs.prices(of: $0)[quantity] }, accuracy.accuracies(of: Array(all)))
      .sorted { ($0.0, -$0.1) < ($1.0, -$1.1) }
    var expected: [(Double, Double)] = []
    for point in points where point.1 > expected.last?.1 ?? 0 { expected.append(point) }

    var generator = SeededGenerator(seed: 1, stream: "front")
    let front = FrontSearch().run(problem, accuracy, against: quantity, using: &generator)
    #expect(front.candidates.map { $0.prices[quantity] } == expected.map(\.0))
    #expect(front.candidates.map(\.accuracy) == expected.map(\.1))
  }

  @Test("A greater depth may bring in blocks of other choices than the first that it brings in")
  func differingBlocks() throws {
    let space = try unequalBlocks()
    let problem = try problem(space, Budgets())
    let accuracy = RuggedAccuracy(space: space)
    var search = EvolutionarySearch()
    search.population = 2
    search.generations = 0
    for seed: UInt64 in 0..<20 {
      var generator = SeededGenerator(seed: seed, stream: "search")
      let best = search.run(problem, accuracy, using: &generator).best.subnet
      #expect(try space.subnet(space.document(of: best)) == best)
    }
  }

  @Test(
    "In a large space evolution keeps every budget, never gets worse, and beats the best of 1,000 random subnets",
    arguments: [0.02, 0.2, 0.5, 0.9])
  func large(quantile: Double) throws {
    let space = try SearchSpace.named("mbv3-32")
    let budgets = try budgets(space, quantile: quantile, of: [.latency, .multiplyAccumulates, .peakActivationBytes])
    let problem = try problem(space, budgets)
    let accuracy = RuggedAccuracy(space: space)
    var generator = SeededGenerator(seed: 1, stream: "search")
    let result = EvolutionarySearch().run(problem, accuracy, using: &generator)
    let random = RandomSearch().run(problem, accuracy, using: &generator)
    #expect(random.evaluations == 1000)
    let bred = MemeticSearch(threads: 2).run(problem, accuracy, using: &generator)
    #expect(bred.best.accuracy >= result.best.accuracy)
    for found in [result, random, bred] {
      for quantity in budgets.bounded {
        #expect(problem.costs.prices(of: found.best.subnet)[quantity] <= budgets.limit(on: quantity) ?? 0)
      }
      #expect(zip(found.progress, found.progress.dropFirst()).allSatisfy { $0.accuracy <= $1.accuracy })
      #expect(
        found.progress.last?.accuracy == found.best.accuracy && found.progress.last?.evaluations == found.evaluations)
    }
    #expect(result.best.accuracy > random.best.accuracy)
  }

  @Test("What a search returns cannot be improved by another kernel size, expand ratio, depth or resolution alone")
  func localOptimum() throws {
    let space = try SearchSpace.named("mbv3-32")
    let problem = try problem(space, budgets(space, quantile: 0.3, of: [.latency, .parameters]))
    let accuracy = RuggedAccuracy(space: space)
    var search = EvolutionarySearch()
    search.generations = 0
    var generator = SeededGenerator(seed: 1, stream: "search")
    let best = search.run(problem, accuracy, using: &generator).best
    var others: [SubnetDocument] = []
    for block in 0..<space.blockCount {
      for kernelSize in space.choices.kernelSizes[block] {
        for expandRatio in space.choices.expandRatios[block] {
          var other = space.document(of: best.subnet)
          other.kernelSizes[block] = kernelSize
          other.expandRatios[block] = expandRatio
          others.append(other)
        }
      }
    }
    for stage in space.stages.indices {
      for depth in space.choices.depths[stage] {
        var other = space.document(of: best.subnet)
        other.depths[stage] = depth
        others.append(other)
      }
    }
    for resolution in space.resolutions {
      var other = space.document(of: best.subnet)
      other.resolution = resolution
      others.append(other)
    }
    let feasible = try others.map { try space.subnet($0) }.filter { problem.admits($0) }
    #expect(accuracy.accuracies(of: feasible).allSatisfy { $0 <= best.accuracy })
    #expect(Set(feasible).count > 20)
  }

  @Test("Random subnets keep even the tightest budgets, and stay in the space", arguments: Quantity.allCases)
  func randomFeasible(quantity: Quantity) throws {
    let space = try SearchSpace.named("mbv3-32")
    var impossible = Budgets()
    impossible.bound(quantity, by: 1e-6)
    let model = try CostModel(space, profiles: [syntheticProfile(space)])
    guard case .infeasible(let reason) = Problem.decided(model, impossible) else {
      Issue.record("Nothing costs so little.")
      return
    }
    for slack in [1, 1.01, 1.2] {
      var budgets = Budgets()
      budgets.bound(quantity, by: reason.least * slack)
      let problem = try problem(space, budgets)
      var generator = SeededGenerator(seed: 1, stream: "random")
      for _ in 0..<50 {
        let subnet = problem.randomSubnet(using: &generator)
        #expect(problem.admits(subnet))
        #expect(try space.subnet(space.document(of: subnet)) == subnet)
      }
    }
  }

  @Test("Equal seeds give equal results, other seeds look at other subnets")
  func deterministic() throws {
    let space = try SearchSpace.named("mbv3-32")
    let problem = try problem(space, budgets(space, quantile: 0.4, of: [.latency]))
    let accuracy = RuggedAccuracy(space: space)
    var search = EvolutionarySearch()
    search.generations = 10
    func run(_ seed: UInt64) -> (SearchResult, [Candidate]) {
      var generator = SeededGenerator(seed: seed, stream: "search")
      let result = search.run(problem, accuracy, using: &generator)
      var front = FrontSearch()
      front.children = 500
      return (result, front.run(problem, accuracy, against: .latency, using: &generator).candidates)
    }
    let (first, second, third) = (run(1), run(1), run(2))
    #expect(first.0.best == second.0.best && first.0.progress == second.0.progress && first.1 == second.1)
    #expect(first.0.progress != third.0.progress)
  }

  @Test("A search stops at its time limit with what it has")
  func timeLimit() throws {
    let space = try SearchSpace.named("mbv3-32")
    let problem = try problem(space, Budgets())
    let accuracy = RuggedAccuracy(space: space)
    let clock = ContinuousClock()
    var generator = SeededGenerator(seed: 1, stream: "search")
    var search = EvolutionarySearch(timeLimit: .milliseconds(50))
    search.generations = .max
    var random = RandomSearch(timeLimit: .milliseconds(50))
    random.samples = 100_000_000
    var front = FrontSearch(timeLimit: .milliseconds(50))
    front.children = .max
    let time = clock.measure {
      _ = search.run(problem, accuracy, using: &generator)
      _ = random.run(problem, accuracy, using: &generator)
      _ = front.run(problem, accuracy, against: .latency, using: &generator)
    }
    #expect(time < .seconds(2), "\(time)")
  }

  @Test("A front from a search's best has it or better at no more cost, ascends, and spreads over the range")
  func frontOfLargeSpace() throws {
    let space = try SearchSpace.named("mbv3-32")
    let problem = try problem(space, budgets(space, quantile: 0.9, of: [.multiplyAccumulates]))
    let accuracy = RuggedAccuracy(space: space)
    var generator = SeededGenerator(seed: 1, stream: "search")
    let best = EvolutionarySearch().run(problem, accuracy, using: &generator).best
    let front = FrontSearch().run(
      problem, accuracy, against: .multiplyAccumulates, seeds: [best.subnet], using: &generator)
    #expect(front.candidates.last?.accuracy ?? 0 >= best.accuracy)
    #expect(front.candidates.allSatisfy { problem.admits($0.subnet) })
    for (cheap, dear) in zip(front.candidates, front.candidates.dropFirst()) {
      #expect(cheap.accuracy < dear.accuracy && cheap.prices.multiplyAccumulates < dear.prices.multiplyAccumulates)
    }
    let chosen = front.spread(12)
    #expect((8...12).contains(chosen.count))
    #expect(chosen.first == front.candidates.first && chosen.last == front.candidates.last)
  }
}

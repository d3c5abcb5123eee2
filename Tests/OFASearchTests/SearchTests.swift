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

  private func run(
    _ searcher: any Searcher, _ domain: SubnetDomain, seed: UInt64 = 0, evaluations: Int? = nil,
    timeLimit: Duration? = nil, knowing known: [Trial] = []
  ) throws -> Archive {
    var generator = SeededGenerator(seed: seed, stream: "search")
    return try Search(domain, evaluations: evaluations, timeLimit: timeLimit)
      .run(searcher, knowing: known, using: &generator)
  }

  /// What there is to be found, by trying everything.
  private func truth(_ domain: SubnetDomain) throws -> Archive { try run(ExhaustiveSearch(), domain) }

  @Test(
    "Every searcher of one objective finds the best of all subnets of a tiny space, whatever is bounded",
    arguments: [[], [.latency], [.multiplyAccumulates, .peakActivationBytes], Quantity.allCases], [0.3, 0.7])
  func optimum(bounded: [Quantity], quantile: Double) throws {
    let space = try tinySpace()
    for seed: UInt64 in 0..<3 {
      let problem = try problem(space, budgets(space, quantile: quantile, of: bounded))
      let accuracy = RuggedAccuracy(space: space, seed: seed)
      let domain = SubnetDomain(problem, accuracy)
      let best = accuracy.accuracies(of: space.subnets().filter { problem.admits($0) }).max()
      for kind in SearcherKind.allCases where kind.objectives.contains(1) && kind != .linas {
        let found = try run(kind.searcher, domain, seed: seed)
        #expect(found.leading.first?.objectives == best.map { [-$0] }, "\(kind)")
        #expect(found.leading.allSatisfy { problem.admits($0.subnet) && $0.isAdmitted }, "\(kind)")
        #expect(found.evaluations <= 800 && Set(found.trials.map(\.subnet)).count == found.evaluations, "\(kind)")
      }
      let threaded = try run(MemeticSearch(), SubnetDomain(problem, accuracy, threads: 2), seed: seed)
      let alone = try run(MemeticSearch(), domain, seed: seed)
      #expect(threaded.trials == alone.trials)
    }
  }

  @Test(
    "The least latency or size with an accuracy is found as by trying all, and the accuracy is kept",
    arguments: [Quantity.latency, .multiplyAccumulates, .weightBytes], [0.5, 0.9])
  func leastCost(quantity: Quantity, quantile: Double) throws {
    let space = try tinySpace()
    let problem = try problem(space, Budgets())
    let accuracy = RuggedAccuracy(space: space)
    let floor = Statistics.quantile(accuracy.accuracies(of: Array(space.subnets())), quantile)
    let domain = SubnetDomain(
      problem, accuracy, objectives: [Objective(.cost(quantity), isMaximized: false)], leastAccuracy: floor)
    let expected = space.subnets().filter { accuracy.accuracies(of: [$0])[0] >= floor }
      .map { problem.costs.prices(of: $0)[quantity] }.min()
    for kind in SearcherKind.allCases where kind.objectives.contains(1) && kind != .linas {
      let found = try run(kind.searcher, domain)
      #expect(found.leading.first?.objectives == expected.map { [$0] }, "\(kind)")
    }
  }

  @Test(
    "Every searcher of several objectives finds the front of a tiny space",
    arguments: [
      [Objective.accuracy, Objective(.cost(.latency), isMaximized: false)],
      [Objective.accuracy, Objective(.cost(.multiplyAccumulates), isMaximized: false)],
      [
        Objective.accuracy, Objective(.cost(.latency), isMaximized: false),
        Objective(.cost(.peakActivationBytes), isMaximized: false),
      ],
      [
        Objective.accuracy, Objective(.cost(.latency), isMaximized: false),
        Objective(.cost(.parameters), isMaximized: false), Objective(.cost(.peakActivationBytes), isMaximized: false),
      ],
    ])
  func fronts(objectives: [Objective]) throws {
    let space = try tinySpace()
    let problem = try problem(space, budgets(space, quantile: 0.8, of: [.latency]))
    let domain = SubnetDomain(problem, RuggedAccuracy(space: space), objectives: objectives)
    let truth = try truth(domain)
    let reference = objectives.indices.map { place in
      (truth.trials.filter(\.isAdmitted).map { $0.objectives[place] }.max() ?? 0) + 1e-3
    }
    let volume = truth.front.hypervolume(upTo: reference)
    for kind in SearcherKind.allCases
    where kind.objectives.contains(objectives.count) && ![.random, .linas].contains(kind) {
      for seed: UInt64 in 0..<3 {
        let found = try run(kind.searcher, domain, seed: seed)
        let share = found.front.hypervolume(upTo: reference) / volume
        #expect(share >= 0.999 && share <= 1 + 1e-9, "\(kind) \(share)")
        #expect(found.front.trials.allSatisfy { problem.admits($0.subnet) }, "\(kind)")
      }
    }
  }

  @Test("With few trials models find the best and the front of a tiny space")
  func models() throws {
    let space = try tinySpace()
    let problem = try problem(space, budgets(space, quantile: 0.8, of: [.latency]))
    for objectives in [[Objective.accuracy], [.accuracy, latency], [.accuracy, latency, memory]] {
      let domain = SubnetDomain(problem, RuggedAccuracy(space: space), objectives: objectives)
      let truth = try truth(domain)
      let reference = objectives.indices.map { place in
        (truth.trials.filter(\.isAdmitted).map { $0.objectives[place] }.max() ?? 0) + 1e-3
      }
      let volume = { (archive: Archive) in
        Hypervolume.volume(of: archive.trials.filter(\.isAdmitted).map(\.objectives), upTo: reference)
      }
      let share = try volume(run(LINAS(), domain, evaluations: 150)) / volume(truth)
      #expect(share >= 0.999, "\(objectives.count) objectives: \(share)")
    }
  }

  @Test("A greater depth may bring in blocks of other choices than the first that it brings in")
  func differingBlocks() throws {
    let space = try unequalBlocks()
    let domain = SubnetDomain(try problem(space, Budgets()), RuggedAccuracy(space: space))
    for kind in SearcherKind.allCases where kind.objectives.contains(1) && kind != .linas {
      for seed: UInt64 in 0..<5 {
        for trial in try run(kind.searcher, domain, seed: seed).trials {
          let written = try space.subnet(space.document(of: trial.subnet))
          #expect(written == trial.subnet, "\(kind)")
        }
      }
    }
  }

  @Test(
    "In a large space searchers keep every budget, never get worse, and beat the best of 1,000 random subnets",
    arguments: [0.02, 0.2, 0.5, 0.9])
  func large(quantile: Double) throws {
    let space = try SearchSpace.named("mbv3-32")
    let budgets = try budgets(space, quantile: quantile, of: [.latency, .multiplyAccumulates, .peakActivationBytes])
    let problem = try problem(space, budgets)
    let domain = SubnetDomain(problem, RuggedAccuracy(space: space), threads: 2)
    let random = try run(RandomSearch(), domain, evaluations: 1000)
    #expect(random.evaluations == 1000)
    for kind in [SearcherKind.evolutionary, .local, .annealing, .memetic] {
      let found = try run(kind.searcher, domain, seed: 1, evaluations: 20_000)
      for quantity in budgets.bounded {
        for trial in found.leading {
          #expect(problem.costs.prices(of: trial.subnet)[quantity] <= budgets.limit(on: quantity) ?? 0)
        }
      }
      #expect(zip(found.progress, found.progress.dropFirst()).allSatisfy { $0.best >= $1.best })
      #expect(found.progress.last?.best == found.leading.first?.objectives[0])
      #expect(found.progress.last?.evaluations == found.evaluations && found.evaluations <= 20_000)
      let (best, drawn) = (try #require(found.leading.first), try #require(random.leading.first))
      #expect(best.objectives[0] < drawn.objectives[0], "\(kind)")
    }
  }

  @Test("What a search returns cannot be improved by another kernel size, expand ratio, depth or resolution alone")
  func localOptimum() throws {
    let space = try SearchSpace.named("mbv3-32")
    let problem = try problem(space, budgets(space, quantile: 0.3, of: [.latency, .parameters]))
    let accuracy = RuggedAccuracy(space: space)
    var search = EvolutionarySearch()
    search.generations = 0
    let best = try #require(try run(search, SubnetDomain(problem, accuracy), seed: 1).leading.first)
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
    #expect(accuracy.accuracies(of: feasible).allSatisfy { $0 <= -best.objectives[0] })
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

  @Test("Equal seeds give equal results, other seeds look at other subnets", arguments: SearcherKind.allCases)
  func deterministic(kind: SearcherKind) throws {
    guard kind != .exhaustive else { return }
    let space = try SearchSpace.named("mbv3-32")
    let problem = try problem(space, budgets(space, quantile: 0.4, of: [.latency]))
    let objectives = kind.objectives.contains(1) ? [Objective.accuracy] : [.accuracy, latency]
    let domain = SubnetDomain(problem, RuggedAccuracy(space: space), objectives: objectives)
    let evaluations = kind == .linas ? 60 : 1000
    let runs = try [1, 1, 2].map { try run(kind.searcher, domain, seed: $0, evaluations: evaluations).trials }
    #expect(runs[0] == runs[1] && runs[0] != runs[2])
  }

  private var latency: Objective { Objective(.cost(.latency), isMaximized: false) }
  private var memory: Objective { Objective(.cost(.peakActivationBytes), isMaximized: false) }

  @Test("A search that was stopped goes on to what it would have found, and tries nothing twice")
  func resumes() throws {
    let space = try SearchSpace.named("mbv3-32")
    let problem = try problem(space, budgets(space, quantile: 0.4, of: [.latency]))
    let domain = SubnetDomain(problem, RuggedAccuracy(space: space), objectives: [.accuracy, latency])
    for kind in [SearcherKind.nsga2, .nsga3, .elites, .random] {
      let whole = try run(kind.searcher, domain, evaluations: 900)
      let half = try run(kind.searcher, domain, evaluations: 437)
      let rest = try run(kind.searcher, domain, evaluations: 900 - half.evaluations, knowing: half.trials)
      #expect(half.evaluations == 437 && rest.evaluations == 463)
      #expect(rest.trials == whole.trials && rest.front.trials == whole.front.trials, "\(kind)")
    }
  }

  /// An estimator that cannot tell of some subnets, and counts how often it is asked.
  private struct FailingDomain: Domain {
    let domain: SubnetDomain
    var objectiveCount: Int { domain.objectiveCount }
    var additivePlaces: [Int] { domain.additivePlaces }
    var seeds: [Subnet] { domain.seeds }
    var threads: Int { 1 }
    var all: (any RandomAccessCollection<Subnet>)? { domain.all }

    func trials(of subnets: [Subnet]) -> [Trial?] {
      domain.trials(of: subnets).map { trial in
        trial.flatMap { $0.subnet.options.reduce(0) { $0 + Int($1) } % 3 == 0 ? nil : $0 }
      }
    }
    func admits(_ subnet: Subnet) -> Bool { domain.admits(subnet) }
    func randomSubnet(using generator: inout some RandomNumberGenerator) -> Subnet {
      domain.randomSubnet(using: &generator)
    }
    func mutated(
      _ subnet: Subnet, probability: Double, using generator: inout some RandomNumberGenerator
    ) -> Subnet { domain.mutated(subnet, probability: probability, using: &generator) }
    func crossed(
      _ first: Subnet, _ second: Subnet, using generator: inout some RandomNumberGenerator
    ) -> Subnet { domain.crossed(first, second, using: &generator) }
    func admitted(
      _ subnet: Subnet, toward other: Subnet, using generator: inout some RandomNumberGenerator
    ) -> Subnet { domain.admitted(subnet, toward: other, using: &generator) }
    func neighbours(of subnet: Subnet) -> [Subnet] { domain.neighbours(of: subnet) }
    func combined(_ first: Subnet, _ second: Subnet, from start: Subnet) -> Subnet? {
      domain.combined(first, second, from: start)
    }
    func features(of subnet: Subnet) -> [Float] { domain.features(of: subnet) }
    func findings(_ trial: Trial) -> [Double] { domain.findings(trial) }
    func expecting(_ models: Models) -> Self { Self(domain: domain.expecting(models)) }
  }

  @Test("Every searcher goes on where a third of the trials fail, and ends", arguments: SearcherKind.allCases)
  func failures(kind: SearcherKind) throws {
    let space = try tinySpace()
    let problem = try problem(space, budgets(space, quantile: 0.8, of: [.latency]))
    let objectives = kind.objectives.contains(1) ? [Objective.accuracy] : [.accuracy, latency]
    let domain = FailingDomain(domain: SubnetDomain(problem, RuggedAccuracy(space: space), objectives: objectives))
    var generator = SeededGenerator(seed: 1, stream: "search")
    let evaluations = kind == .linas ? 110 : 700
    let found = try Search(domain, evaluations: evaluations).run(kind.searcher, using: &generator)
    #expect(found.failures > 0 && found.evaluations == found.trials.count + found.failures)
    #expect(found.evaluations > 100 && !found.leading.isEmpty)
  }

  @Test("As many are tried as are asked for, by searchers that are done before too", arguments: SearcherKind.allCases)
  func evaluations(kind: SearcherKind) throws {
    guard kind != .exhaustive else { return }
    let space = try SearchSpace.named("mbv3-32")
    let objectives = kind.objectives.contains(1) ? [Objective.accuracy] : [.accuracy, latency]
    let domain = SubnetDomain(
      try problem(space, Budgets()), RuggedAccuracy(space: space), objectives: objectives)
    var models = LINAS()
    models.evaluations = 40
    let searcher: any Searcher = kind == .linas ? models : kind.searcher
    let usual = try run(searcher, domain).evaluations
    #expect(try run(searcher, domain, evaluations: usual + 20).evaluations == usual + 20)
  }

  @Test("Where all was tried a search ends, however many were asked for")
  func everything() throws {
    let space = try tinySpace()
    let domain = SubnetDomain(try problem(space, Budgets()), RuggedAccuracy(space: space))
    for kind in SearcherKind.allCases where kind.objectives.contains(1) && kind != .linas {
      let found = try run(kind.searcher, domain, evaluations: 1_000_000)
      #expect(found.evaluations <= space.subnets().count, "\(kind)")
    }
  }

  @Test("A search stops at its time limit with what it has, and at once where there is no time")
  func timeLimit() throws {
    let space = try SearchSpace.named("mbv3-32")
    let problem = try problem(space, Budgets())
    var evolution = EvolutionarySearch()
    evolution.generations = .max
    var elites = EliteSearch()
    elites.children = .max
    let clock = ContinuousClock()
    let time = try clock.measure {
      for (searcher, count) in [(evolution as any Searcher, 1), (RandomSearch(), 1), (MemeticSearch(), 1), (elites, 2)]
      {
        let domain = SubnetDomain(
          problem, RuggedAccuracy(space: space), objectives: Array([.accuracy, latency].prefix(count)))
        let (some, none) = (
          try run(searcher, domain, timeLimit: .milliseconds(50)), try run(searcher, domain, timeLimit: .zero)
        )
        #expect(!some.leading.isEmpty && none.evaluations == 1)
      }
    }
    // A part of a thousand trials comes after it; the machine is the tests' own.
    #expect(time < .seconds(5), "\(time)")
  }

  @Test("A front above a floor that next to nothing keeps is found, though nothing that is tried first keeps it")
  func floor() throws {
    let space = try tinySpace()
    let problem = try problem(space, Budgets())
    let accuracy = RuggedAccuracy(space: space)
    let all = SubnetDomain(problem, accuracy).candidates(Array(space.subnets())).map(\.accuracy).sorted()
    for least in [all[all.count - 3], all[all.count - 20]] {
      let domain = SubnetDomain(
        problem, accuracy, objectives: [.accuracy, Objective(.cost(.multiplyAccumulates), isMaximized: false)],
        leastAccuracy: least)
      let front = try run(ExhaustiveSearch(), domain).front.trials.map(\.objectives)
      for seed: UInt64 in 0..<5 {
        #expect(try run(EliteSearch(), domain, seed: seed).front.trials.map(\.objectives) == front)
      }
    }
  }

  @Test("A front from a search's best has it or better at no more cost, ascends, and spreads over the range")
  func frontOfLargeSpace() throws {
    let space = try SearchSpace.named("mbv3-32")
    let problem = try problem(space, budgets(space, quantile: 0.9, of: [.multiplyAccumulates]))
    let accuracy = RuggedAccuracy(space: space)
    let best = try #require(
      try run(EvolutionarySearch(), SubnetDomain(problem, accuracy), seed: 1).leading.first)
    let domain = SubnetDomain(
      problem, accuracy, objectives: [.accuracy, Objective(.cost(.multiplyAccumulates), isMaximized: false)],
      seeds: [best.subnet])
    let front = try run(EliteSearch(), domain, seed: 1).front
    #expect(front.trials.last.map { $0.objectives[0] <= best.objectives[0] } == true)
    #expect(front.trials.allSatisfy { problem.admits($0.subnet) })
    for (cheap, dear) in zip(front.trials, front.trials.dropFirst()) {
      #expect(cheap.objectives[0] > dear.objectives[0] && cheap.objectives[1] < dear.objectives[1])
    }
    let chosen = front.spread(12)
    #expect((8...12).contains(chosen.count))
    #expect(chosen.first == front.trials.first && chosen.last == front.trials.last)
  }
}

import OFAHardware
import OFANumerics
import OFASearch
import OFASpace
import TestSupport
import Testing

@Suite struct FeasibilityTests {
  /// Small spaces, each with a random table: two devices of opposite taste, latencies with a correction, widths and a
  /// stem's depth of which the larger may be faster.
  static let models = [
    try? CostModel(tinySpace(), profiles: [syntheticProfile(tinySpace())]),
    try? CostModel(
      tinySpace(),
      profiles: [syntheticProfile(tinySpace(), seed: 2), syntheticProfile(tinySpace(), seed: 2).opposite()]),
    try? CostModel(
      tinySpace(),
      profiles: [
        syntheticProfile(tinySpace(), seed: 3).corrected(intercept: -0.1, slope: 1.7),
        syntheticProfile(tinySpace(), seed: 3).opposite().corrected(intercept: 0.3, slope: 0.9),
      ]),
    try? CostModel(tinyBottlenecks(), profiles: [syntheticProfile(tinyBottlenecks())]),
    try? CostModel(
      tinyBottlenecks(),
      profiles: [
        syntheticProfile(tinyBottlenecks(), seed: 2), syntheticProfile(tinyBottlenecks(), seed: 2).opposite(),
      ]),
  ]

  @Test("Every combination of budgets is decided as by looking at every subnet", arguments: 0..<5)
  func equalsEnumeration(model index: Int) throws {
    let model = try #require(Self.models[index])
    let all = model.space.subnets().map { model.prices(of: $0) }
    var generator = SeededGenerator(seed: 3, stream: "budgets")
    var (feasible, infeasible) = (0, 0)
    for combination in 1..<32 {
      let quantities = Quantity.allCases.enumerated().filter { combination >> $0.offset & 1 == 1 }.map(\.element)
      for trial in 0..<20 {
        // At, just above or just below the values of a subnet, or each of its own; mostly of one that is cheap in
        // something.
        let cheap = quantities[trial % quantities.count]
        let known = (0..<30).map { _ in all.randomElement(using: &generator) ?? all[0] }.min { $0[cheap] < $1[cheap] }
        var budgets = Budgets()
        for quantity in quantities {
          let value = trial % 5 == 4 ? all.randomElement(using: &generator)?[quantity] : known?[quantity]
          let step = quantity == .latency ? 1e-9 : 1
          budgets.bound(quantity, by: try #require(value) + step * Double(Int.random(in: -1...1, using: &generator)))
        }
        if expectDecision(of: model, budgets, toBeAsAmong: all) { feasible += 1 } else { infeasible += 1 }
      }
    }
    #expect(feasible > 100 && infeasible > 20, "\(feasible) feasible, \(infeasible) infeasible budgets were tried.")
  }

  @Test(
    "Budgets that the cheapest subnets just meet or miss are decided as by looking at every subnet", arguments: 0..<5)
  func tight(model index: Int) throws {
    let model = try #require(Self.models[index])
    let all = model.space.subnets().map { model.prices(of: $0) }
    var generator = SeededGenerator(seed: 4, stream: "budgets")
    for _ in 0..<200 {
      // The subnet with the least random weighted sum, and limits a few permille below or above its values.
      let weights = Quantity.allCases.map { _ in generator.uniform() < 0.5 ? 0 : generator.uniform() }
      func cost(_ prices: Prices) -> Double {
        zip(weights, Quantity.allCases).reduce(0) { $0 + $1.0 * prices[$1.1] / all[0][$1.1] }
      }
      let known = try #require(all.min { cost($0) < cost($1) })
      var budgets = Budgets()
      for (weight, quantity) in zip(weights, Quantity.allCases) where weight > 0 {
        let limit = known[quantity] * (0.98 + 0.04 * generator.uniform())
        budgets.bound(quantity, by: quantity == .latency ? limit : limit.rounded())
      }
      _ = expectDecision(of: model, budgets, toBeAsAmong: all)
    }
  }

  @Test("Part of a published table is decided as by looking at every subnet", .enabled(if: sharedFolder != nil))
  func published() throws {
    let (space, profile) = (try wideMobileNet(), try note10())
    var generator = SeededGenerator(seed: 5, stream: "choices")
    for _ in 0..<10 {
      // Five blocks with four choices each, the others with one.
      var choices = space.choices.restricted(depths: [2], resolutions: [160, 176])
      let free = Set((0..<space.blockCount).filter { $0 % 4 < 2 }.shuffled(using: &generator).prefix(5))
      let names = Set(free.map { space.blockNames[$0] })
      for (place, decision) in space.decisions.enumerated() where decision.condition != nil {
        let count = names.contains(decision.owner) ? 2 : 1
        choices.options[place] = choices.options[place].shuffled(using: &generator).prefix(count).sorted()
      }
      let model = try CostModel(space, choices: choices, profiles: [profile])
      let all = space.subnets(in: choices).map { model.prices(of: $0) }
      for _ in 0..<30 {
        let known = try #require(all.randomElement(using: &generator))
        var budgets = Budgets()
        for quantity in [Quantity.latency, .multiplyAccumulates, .parameters] where generator.uniform() < 0.8 {
          budgets.bound(quantity, by: (known[quantity] * (0.995 + 0.005 * generator.uniform())).rounded(.up))
        }
        _ = expectDecision(of: model, budgets, toBeAsAmong: all)
      }
    }
  }

  @Test("With little effort it is still true what is said")
  func effort() throws {
    var (unproven, generator) = (0, SeededGenerator(seed: 6, stream: "budgets"))
    for model in Self.models.compactMap({ $0 }) {
      let all = model.space.subnets().map { model.prices(of: $0) }
      for _ in 0..<100 {
        let known = try #require(all.randomElement(using: &generator))
        var budgets = Budgets()
        for quantity in Quantity.allCases where generator.uniform() < 0.7 {
          budgets.bound(quantity, by: known[quantity] * (0.9 + 0.1 * generator.uniform()))
        }
        switch Problem.decided(model, budgets, effort: 1) {
        case .feasible(let problem):
          #expect(isMet(budgets, model.prices(of: problem.anchor)))
        case .infeasible(let reason) where reason.isProven:
          #expect(!all.contains { isMet(budgets, $0) })
          #expect(isEqual(reason.least, leastFound(of: reason, budgets, all)))
        case .infeasible(let reason):
          unproven += 1
          #expect(reason.least <= leastFound(of: reason, budgets, all) * (1 + 1e-12))
          #expect(reason.message.hasPrefix("no subnet was found") && !reason.message.contains("the least"))
        }
      }
    }
    #expect(unproven > 0)
  }

  @Test("The least of each quantity is that of all subnets, and the bound at it is met", arguments: Quantity.allCases)
  func least(quantity: Quantity) throws {
    let space = try tinySpace()
    for seed: UInt64 in 0..<5 {
      let model = try CostModel(space, profiles: [syntheticProfile(space, seed: seed)])
      let least = space.subnets().map { model.prices(of: $0)[quantity] }.min() ?? 0
      var budgets = Budgets()
      budgets.bound(quantity, by: least * 0.999)
      let reason = try #require(infeasible(Problem.decided(model, budgets)))
      #expect(reason.quantity == quantity && reason.kept.isEmpty && reason.limit == least * 0.999)
      #expect(reason.isProven && reason.isEnough)
      #expect(isEqual(reason.least, least), "\(reason.least), by enumeration \(least)")
      #expect(reason.message.contains("meets the budgets: \(quantity.setting) ") && reason.failure.kind == .infeasible)

      var met = Budgets()
      met.bound(quantity, by: reason.least)
      #expect(infeasible(Problem.decided(model, met)) == nil)
    }
  }

  @Test("Of budgets that exclude each other the later is named with its least among those that keep the earlier")
  func joint() throws {
    let space = try tinySpace()
    let model = try CostModel(space, profiles: [syntheticProfile(space, seed: 2)])
    let all = space.subnets().map { model.prices(of: $0) }
    let fastest = try #require(all.map { $0[.latency] }.min())
    let kept = all.filter { $0[.latency] <= fastest }
    let least = try #require(kept.map(\.multiplyAccumulates).min())
    var budgets = Budgets()
    budgets.bound(.latency, by: fastest)
    budgets.bound(.multiplyAccumulates, by: Double(least - 1))
    let typed = budgets.name(of: .latency)
    #expect(typed.wholeMatch(of: /`latency` [0-9.]+[num]s/) != nil, "\(typed)")
    let reason = try #require(infeasible(Problem.decided(model, budgets)))
    #expect(reason.quantity == .multiplyAccumulates && reason.kept == [.latency])
    #expect(reason.least == Double(least))
    #expect(reason.message.hasSuffix(" with \(typed) kept; raise this budget"))

    // Where both are out of reach the first is named, and that the other is too.
    budgets.bound(.latency, by: fastest / 2)
    budgets.bound(.multiplyAccumulates, by: 1)
    let both = try #require(infeasible(Problem.decided(model, budgets)))
    #expect(both.quantity == .latency && both.kept.isEmpty && isEqual(both.least, fastest))
    #expect(both.message.hasSuffix("; raise this budget and others"))
  }

  @Test("A correction moves the least latency with it")
  func corrected() throws {
    let space = try tinySpace()
    let profile = syntheticProfile(space)
    let plain = try CostModel(space, profiles: [profile])
    let model = try CostModel(space, profiles: [profile.corrected(intercept: 5, slope: 2)])
    let least = try #require(space.subnets().map { plain.prices(of: $0)[.latency] }.min())
    var budgets = Budgets()
    budgets.bound(.latency, by: 4)
    let reason = try #require(infeasible(Problem.decided(model, budgets)))
    #expect(abs(reason.least - (5 + 2 * least)) < 1e-9)
  }

  @Test("Choices that are left out are not counted on")
  func restricted() throws {
    let space = try tinySpace()
    let choices = space.choices.restricted(kernelSizes: [5], resolutions: [24])
    let model = try CostModel(space, choices: choices)
    let least = space.subnets(in: choices).map { model.prices(of: $0)[.multiplyAccumulates] }.min()
    var budgets = Budgets()
    budgets.bound(.multiplyAccumulates, by: 1)
    #expect(infeasible(Problem.decided(model, budgets))?.least == least)
  }
}

/// Why budgets are infeasible, if they are.
func infeasible(_ decision: Problem.Decision) -> Infeasible? {
  if case .infeasible(let infeasible) = decision { infeasible } else { nil }
}

/// Decides budgets, expects what looking at every subnet tells, and returns whether they can be met.
private func expectDecision(of model: CostModel, _ budgets: Budgets, toBeAsAmong all: [Prices]) -> Bool {
  let isFeasible = all.contains { isMet(budgets, $0) }
  switch Problem.decided(model, budgets) {
  case .feasible(let problem):
    #expect(isFeasible && problem.admits(problem.anchor) && isMet(budgets, model.prices(of: problem.anchor)))
  case .infeasible(let reason):
    #expect(!isFeasible, "\(budgets): \(reason.message)")
    #expect(reason.isProven && reason.least > reason.limit)
    let least = leastFound(of: reason, budgets, all)
    #expect(isEqual(reason.least, least), "\(reason.message); by enumeration \(least)")
    // It is said rightly whether raising one budget is enough.
    let canBeEnough = budgets.bounded.contains { raised in
      all.contains { isMet(budgets, $0, of: budgets.bounded.filter { $0 != raised }) }
    }
    #expect(reason.isEnough == canBeEnough && reason.isEnough == (reason.kept.count == budgets.bounded.count - 1))
  }
  return isFeasible
}

private func isMet(_ budgets: Budgets, _ prices: Prices, of quantities: [Quantity] = Quantity.allCases) -> Bool {
  quantities.allSatisfy { prices[$0] <= budgets.ceiling(on: $0) ?? .infinity }
}

/// The least of the quantity that a refusal names over the subnets that keep what it kept.
private func leastFound(of reason: Infeasible, _ budgets: Budgets, _ all: [Prices]) -> Double {
  all.filter { isMet(budgets, $0, of: reason.kept) }.map { $0[reason.quantity] }.min() ?? .infinity
}

private func isEqual(_ value: Double, _ expected: Double) -> Bool { abs(value - expected) <= 2e-12 * abs(expected) }

import OFAHardware
import OFANumerics
import OFASearch
import OFASpace
import Testing

@Suite struct FeasibilityTests {
  /// Budgets that bound each quantity by a random quantile of its values over the space, or not at all.
  private func randomBudgets(
    _ prices: [Prices], quantiles: ClosedRange<Double>, using generator: inout SeededGenerator
  ) -> Budgets {
    var budgets = Budgets()
    for quantity in Quantity.allCases where Bool.random(using: &generator) {
      let quantile = Double.random(in: quantiles, using: &generator)
      budgets.bound(quantity, by: Statistics.quantile(prices.map { $0[quantity] }, quantile))
    }
    return budgets
  }

  private func admits(_ budgets: Budgets, _ prices: Prices) -> Bool {
    budgets.bounded.allSatisfy { prices[$0] <= budgets.limit(on: $0) ?? .infinity }
  }

  /// A problem's result where it has one.
  private func infeasible(_ decision: Problem.Decision) -> Infeasible? {
    if case .infeasible(let infeasible) = decision { infeasible } else { nil }
  }

  @Test("Whether budgets can be met together is decided as by looking at every subnet", arguments: 1...3)
  func equalsEnumeration(devices: Int) throws {
    let space = try tinySpace()
    let profiles = (0..<devices).map { syntheticProfile(space, named: "device \($0)", seed: UInt64($0)) }
    let model = try CostModel(space, profiles: profiles)
    let all = space.subnets().map { model.prices(of: $0) }
    var generator = SeededGenerator(seed: 3, stream: "budgets")
    var (feasible, infeasible) = (0, 0)
    for most in [0.004, 0.03, 0.4] {
      for _ in 0..<300 {
        let budgets = randomBudgets(all, quantiles: 0...most, using: &generator)
        let expected = all.contains { admits(budgets, $0) }
        switch Problem.decided(model, budgets) {
        case .feasible(let problem):
          feasible += 1
          #expect(expected && problem.admits(problem.anchor) && admits(budgets, model.prices(of: problem.anchor)))
        case .infeasible(let reason):
          infeasible += 1
          #expect(!expected, "\(budgets): \(reason.message)")
          #expect(reason.least > reason.limit && !reason.kept.isEmpty)
          // No subnet that keeps the others goes below the limit, and some subnet has the least.
          #expect(all.contains { abs($0[reason.quantity] - reason.least) < 1e-9 } || devices > 1)
        }
      }
    }
    #expect(feasible > 100 && infeasible > 5, "\(feasible) feasible, \(infeasible) infeasible budgets were tried.")
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
      #expect(abs(reason.least - least) <= 1e-12 * least, "\(reason.least), by enumeration \(least)")
      #expect(reason.message.contains(quantity.rawValue) && reason.failure.kind == .infeasible)

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
    let reason = try #require(infeasible(Problem.decided(model, budgets)))
    #expect(reason.quantity == .multiplyAccumulates && reason.kept == [.latency])
    #expect(reason.least == Double(least))
    #expect(reason.message.contains("with the budgets on latencyMilliseconds kept"))
  }

  @Test("A correction moves the least latency with it")
  func corrected() throws {
    let space = try tinySpace()
    var profile = syntheticProfile(space)
    let plain = try CostModel(space, profiles: [profile])
    profile.correction = LatencyCorrection(
      interceptMilliseconds: 5, slope: 2,
      error: PredictionError(
        networks: 10, withinFivePercent: 1, withinTenPercent: 1, spearman: 1, relativeErrorP90: 0.01))
    let model = try CostModel(space, profiles: [profile])
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

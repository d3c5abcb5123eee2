import OFAHardware
import OFANumerics
import OFASearch
import OFASpace
import TestSupport
import Testing

/// A refusal names the least that can be reached: an offer, which has to be kept.
@Suite struct OfferTests {
  /// Budgets as a user types them.
  private func typed(_ amounts: [Quantity: String]) throws -> Budgets {
    try Budgets(
      latency: amounts[.latency], multiplyAccumulates: amounts[.multiplyAccumulates], parameters: amounts[.parameters],
      peakActivationBytes: amounts[.peakActivationBytes], weightBytes: amounts[.weightBytes])
  }

  /// A quantity's number as a document has it, with its unit.
  private func text(_ value: Double, of quantity: Quantity) -> String {
    let unit = [.latency: "ms", .peakActivationBytes: "B", .weightBytes: "B"][quantity] ?? ""
    return (Int(exactly: value).map(String.init) ?? "\(value)") + unit
  }

  @Test("The least that a refusal names is met when it is typed as the limit, from the message and from the document")
  func accepted() throws {
    let spaces = [try tinySpace(), try tinyBottlenecks(), try SearchSpace.named("mbv3-32")]
    var (offers, generator) = (0, SeededGenerator(seed: 1, stream: "offers"))
    for (index, space) in spaces.enumerated() {
      let profile = syntheticProfile(space, seed: UInt64(index)).corrected(intercept: 0.1, slope: 1.1)
      for profiles in [[profile], [profile, profile.opposite()]] {
        let model = try CostModel(space, profiles: profiles)
        for _ in 0..<(index == 2 ? 10 : 40) {
          let known = model.prices(of: space.randomSubnet(using: &generator))
          var amounts: [Quantity: String] = [:]
          for quantity in Quantity.allCases where generator.uniform() < 0.5 {
            let limit = known[quantity] * (0.3 + 0.5 * generator.uniform())
            amounts[quantity] = text(quantity == .latency ? limit : limit.rounded(), of: quantity)
          }
          // Where several budgets are too tight an offer leads to the next one.
          while let reason = infeasible(Problem.decided(model, try typed(amounts))) {
            let match = try #require(reason.message.firstMatch(of: /the space reaches is ([0-9.]+[A-Za-z]*)/))
            for amount in [text(reason.least, of: reason.quantity), String(match.1)] {
              var raised = amounts
              raised[reason.quantity] = amount
              let next = infeasible(Problem.decided(model, try typed(raised)))
              #expect(reason.isEnough ? next == nil : next?.message != reason.message, "\(raised): \(reason.message)")
            }
            offers += 1
            try #require(offers < 10_000)
            amounts[reason.quantity] = String(match.1)
          }
        }
      }
    }
    #expect(offers > 150)
  }

  @Test(
    "Where all that one device saves costs another as much, what is called the least is met as the limit all the same")
  func halves() throws {
    let space = try SearchSpace.named("mbv3-32")
    var (profile, other) = (syntheticProfile(space), syntheticProfile(space))
    for (signature, entry) in profile.table.entries {
      // In whole hundredths of the longest, so that there is a subnet in the middle.
      let steps = (entry.milliseconds * 1000).rounded()
      profile.table.entries[signature] = LatencyTable.Entry(medianMilliseconds: steps / 1000, count: 1)
      other.table.entries[signature] = LatencyTable.Entry(medianMilliseconds: (120 - steps) / 1000, count: 1)
    }
    let model = try CostModel(space, profiles: [profile, other])
    var budgets = Budgets()
    budgets.bound(.latency, by: 0.3)
    // Every shallow subnet is as good as any other by the sum of both, so that nothing can be left out.
    let reason = try #require(infeasible(Problem.decided(model, budgets, effort: 50_000)))
    #expect(reason.isProven && reason.message.contains("the least"))
    budgets = Budgets()
    budgets.bound(.latency, by: reason.least)
    #expect(infeasible(Problem.decided(model, budgets, effort: 50_000)) == nil)
  }

  @Test("A limit that is made by adding in another order is kept by the subnet that it is of")
  func order() throws {
    let space = try SearchSpace.named("mbv3-32")
    let profile = syntheticProfile(space)
    let model = try CostModel(space, profiles: [profile])
    var generator = SeededGenerator(seed: 1, stream: "subnets")
    for _ in 0..<200 {
      let subnet = space.randomSubnet(using: &generator)
      let entries = try space.graph(of: subnet).signatures.map { try profile.table.entry($0).milliseconds }
      for order in [entries, entries.reversed(), entries.sorted(), entries.shuffled(using: &generator)] {
        var budgets = Budgets()
        budgets.bound(.latency, by: order.reduce(0, +))
        guard case .feasible(let problem) = Problem.decided(model, budgets) else {
          Issue.record("\(space.id(of: subnet)) does not keep its own latency.")
          continue
        }
        #expect(problem.admits(subnet))
      }
    }
  }

  @Test(
    "In large spaces with random tables budgets that a subnet is known to meet are never refused",
    arguments: ["ofa_mbv3_d234_e346_k357_w1.2", "ofa_resnet50"])
  func known(name: String) throws {
    let space = try SearchSpace.named(name).adapted(resolutions: [160, 192, 224])
    let profile = syntheticProfile(space)
    try expectKnownToBeMet(CostModel(space, profiles: [profile, profile.opposite()]), seed: 1)
    try expectKnownToBeMet(CostModel(space, profiles: [profile]), seed: 2)
  }

  @Test(
    "With published tables budgets that a subnet is known to meet are never refused", .enabled(if: sharedFolder != nil))
  func knownOfPublished() throws {
    let space = try wideMobileNet()
    let table = try PublishedTable(reading: try #require(sharedFolder) + "/data/devices/i7-8700K_lut.yaml")
    let desktop = try DeviceProfile(device: "i7", tables: [table])
    try expectKnownToBeMet(CostModel(space, profiles: [note10()]), seed: 3)
    try expectKnownToBeMet(CostModel(space, profiles: [note10(), desktop]), seed: 4)
  }

  /// Bounds two or three quantities by the values of subnets, random ones and such as have little left to save.
  private func expectKnownToBeMet(_ model: CostModel, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed, stream: "known")
    for trial in 0..<100 {
      var subnet = model.space.randomSubnet(in: model.choices, using: &generator)
      let quantities =
        [Quantity.latency]
        + [.multiplyAccumulates, .parameters, .weightBytes].shuffled(using: &generator)
        .prefix(trial % 2 + 1)
      for _ in 0..<trial * 3 {
        let other = model.space.mutated(subnet, probability: 0.1, in: model.choices, using: &generator)
        let (old, new) = (model.prices(of: subnet), model.prices(of: other))
        if quantities.reduce(0, { $0 + new[$1] / old[$1] }) < Double(quantities.count) { subnet = other }
      }
      var budgets = Budgets()
      for quantity in quantities { budgets.bound(quantity, by: model.prices(of: subnet)[quantity]) }
      let reason = infeasible(Problem.decided(model, budgets))
      #expect(reason == nil, "\(model.space.id(of: subnet)): \(reason?.message ?? "")")
    }
  }
}

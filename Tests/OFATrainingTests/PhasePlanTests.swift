import OFAData
import OFASpace
import OFATraining
import Testing

@Suite("Phases")
struct PhasePlanTests {
  private func plans(_ space: SearchSpace, totalSteps: Int = 10_000) throws -> [PhasePlan] {
    PhasePlan.plans(for: try Recipe.named("progressive"), in: space, totalSteps: totalSteps)
  }

  @Test("Each phase opens the largest choices that are new in it: kernel, depth twice, expand twice")
  func order() throws {
    let space = try SearchSpace.named("mbv3-32")
    let plans = try plans(space)
    #expect(plans.map(\.phase.name) == ["full", "kernel", "depth 1", "depth 2", "expand 1", "expand 2"])
    #expect(plans.map { $0.choices.kernelSizes[0] } == [[7]] + Array(repeating: [3, 5, 7], count: 5))
    #expect(plans.map { $0.choices.depths[0] } == [[4], [4], [3, 4], [2, 3, 4], [2, 3, 4], [2, 3, 4]])
    #expect(plans.map { $0.choices.expandRatios[0] } == [[6], [6], [6], [6], [4, 6], [3, 4, 6]])
    #expect(plans.allSatisfy { $0.choices.resolutions == space.resolutions })
    #expect(plans[5].choices == space.choices)
  }

  @Test("Channels are sorted before each expand phase, in bands of the ratios trained before it")
  func sorting() throws {
    let space = try SearchSpace.named("mbv3-32")
    let plans = try plans(space)
    #expect(plans.prefix(4).allSatisfy { $0.sortingSupports == nil })
    #expect(plans[4].sortingSupports?.map { space.document(of: $0).expandRatios[0] } == [6])
    #expect(plans[5].sortingSupports?.map { space.document(of: $0).expandRatios[0] } == [4, 6])
    for subnet in (plans[4].sortingSupports ?? []) + (plans[5].sortingSupports ?? []) {
      #expect(space.document(of: subnet).depths == [4, 4, 4, 4, 4])
    }
  }

  @Test("Steps add up, and follow from the shares of the work and what a step costs")
  func shares() throws {
    let plans = try plans(SearchSpace.named("mbv3-32"))
    #expect(plans.reduce(0) { $0 + $1.steps } == 10_000)
    let share = plans.reduce(0) { $0 + $1.phase.share }
    let work = plans.reduce(0) { $0 + Double($1.steps) * $1.stepCost }
    for plan in plans {
      let part = Double(plan.steps) * plan.stepCost / work
      #expect(abs(part - plan.phase.share / share) < 2e-3, "\(plan.phase.name)")
    }
    #expect(zip(plans, plans.dropFirst()).allSatisfy { $0.end < $1.end })
    #expect(abs((plans.last?.end ?? 0) - 1) < 1e-12)
  }

  @Test("The demo's recipe opens one kind of choice after another in its own space, and all of it in the end")
  func demo() throws {
    let space = try SearchSpace.named("mini-32")
    let plans = PhasePlan.plans(for: try Recipe.named("demo"), in: space, totalSteps: 2_000)
    #expect(plans.map(\.phase.name) == ["full", "kernel", "depth", "expand"])
    #expect(plans.map { $0.choices.kernelSizes[0] } == [[5], [3, 5], [3, 5], [3, 5]])
    #expect(plans.map { $0.choices.depths[0] } == [[2], [2], [1, 2], [1, 2]])
    #expect(plans.map { $0.choices.expandRatios[0] } == [[4], [4], [4], [2, 3, 4]])
    #expect(plans.last?.choices == space.choices)
  }

  @Test("Phases that add nothing in a space are left out, and every other has a step however few there are")
  func smallSpaces() throws {
    let plans = try plans(tinySpace(), totalSteps: 2)
    #expect(plans.map(\.phase.name) == ["full", "kernel", "depth 1", "expand 1", "expand 2"])
    #expect(plans.map(\.steps) == [1, 1, 1, 1, 1])
  }

  @Test("A phase that opens nothing is there where it trains other subnets, if there are any")
  func otherSubnets() throws {
    var recipe = try Recipe.named("sandwich")
    recipe.phases[0].elasticity = recipe.phases[1].elasticity
    let space = try tinySpace()
    #expect(PhasePlan.plans(for: recipe, in: space, totalSteps: 1_000).map(\.phase.name) == ["full", "all"])
    let alone = space.narrowed(to: space.largest)
    #expect(PhasePlan.plans(for: recipe, in: alone, totalSteps: 1_000).map(\.phase.name) == ["full"])
  }

  @Test("A phase that opens nothing is there where it changes images otherwise")
  func ownAugmentation() throws {
    var recipe = try Recipe.named("sandwich")
    recipe.augmentation = Augmentation(padding: 4, mixing: 0.2)
    var last = recipe.phases[1]
    (last.name, last.share, last.augmentation) = ("end", 0.2, Augmentation(padding: 4))
    recipe.phases += [last, last]
    let plans = PhasePlan.plans(for: recipe, in: try tinySpace(), totalSteps: 1_000)
    #expect(plans.map(\.phase.name) == ["full", "all", "end"])
    #expect(plans[2].sortingSupports == nil && plans[2].choices == plans[1].choices)
  }
}

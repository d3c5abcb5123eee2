import OFANumerics
import OFASpace
import Testing

@Suite("Sampling")
struct SamplingTests {
  @Test("Drawn subnets are canonical, lie in their choices, and repeat with the seed")
  func drawing() throws {
    let space = try SearchSpace.named(Name.small)
    let some = space.choices.restricted(depths: [3, 4], kernelSizes: [5], expandRatios: [3, 6], resolutions: [24])
    func draw() -> [Subnet] {
      var generator = SeededGenerator(seed: 3, stream: "drawing")
      return (0..<300).map { index in
        let choices = index % 2 == 0 ? some : space.choices
        let subnet = space.randomSubnet(in: choices, using: &generator)
        #expect((try? space.subnet(space.document(of: subnet))) == subnet)
        #expect(space.contains(subnet, in: choices))
        return subnet
      }
    }
    let subnets = draw()
    #expect(draw() == subnets)
    #expect(Set(subnets).count == subnets.count)
    var generator = SeededGenerator(seed: 4, stream: "drawing")
    #expect(space.randomSubnet(resolution: 57, using: &generator).resolution == 57)
    #expect(space.randomSubnet(in: space.choices.largestOnly, resolution: 32, using: &generator) == space.largest)
  }

  @Test("Every choice is drawn evenly")
  func evenness() throws {
    let space = try SearchSpace.named(Name.small)
    var generator = SeededGenerator(seed: 5, stream: "evenness")
    let subnets = (0..<6_000).map { _ in space.randomSubnet(using: &generator) }
    let written = subnets.map(space.document)
    // 2,000 expected; the standard deviation is 36.
    func expectEven(_ values: [some Hashable]) {
      let counts = Dictionary(grouping: values, by: \.self).mapValues(\.count)
      #expect(counts.count == 3 && counts.values.allSatisfy { abs($0 - 2_000) < 200 }, "\(counts)")
    }
    expectEven(subnets.map(\.resolution))
    for stage in 0..<5 {
      expectEven(written.map { $0.depths[stage] })
      expectEven(written.map { $0.kernelSizes[4 * stage + 1] })
      expectEven(written.map { $0.expandRatios[4 * stage] })
    }
  }

  @Test("Mutants lie in the choices, change by chance, and stay put at probability 0")
  func mutation() throws {
    let space = try tinySpace()
    let some = space.choices.restricted(kernelSizes: [3, 5], resolutions: [12])
    var generator = SeededGenerator(seed: 6, stream: "mutation")
    for _ in 0..<3_000 {
      let parent = space.randomSubnet(in: some, using: &generator)
      #expect(space.mutated(parent, probability: 0, in: some, using: &generator) == parent)
      let mutant = space.mutated(parent, probability: 0.5, in: some, using: &generator)
      #expect(try space.subnet(space.document(of: mutant)) == mutant)
      #expect(space.contains(mutant, in: some))
      let sized = space.mutated(parent, probability: 0, resolutionProbability: 1, using: &generator)
      #expect(sized.options == parent.options)
    }
  }

  @Test("A mutation can reach every subnet")
  func reach() throws {
    let space = try tinySpace()
    var generator = SeededGenerator(seed: 10, stream: "reach")
    let reached = (0..<20_000).map { _ in space.mutated(space.smallest, probability: 1, using: &generator) }
    #expect(Set(reached).count == 400)
  }

  @Test("Blocks that a mutation brings in are drawn, not left at their smallest")
  func grown() throws {
    let space = try tinySpace()
    var generator = SeededGenerator(seed: 7, stream: "growth")
    let deep = space.choices.largestOnly
    // Only depths mutate here, but the blocks that come in have the largest choices, for there are no others.
    for _ in 0..<200 {
      let mutant = space.document(of: space.mutated(space.smallest, probability: 0.3, in: deep, using: &generator))
      if mutant.depths[0] == 2 { #expect(mutant.kernelSizes[1] == 11 && mutant.expandRatios[1] == 2.5) }
    }
  }

  @Test("A child has every choice from a parent that has it")
  func crossing() throws {
    let space = try tinySpace()
    var generator = SeededGenerator(seed: 8, stream: "crossing")
    for _ in 0..<3_000 {
      let drawn = (0..<2).map { _ in space.randomSubnet(using: &generator) }
      let crossed = space.crossed(drawn[0], drawn[1], using: &generator)
      let (parents, child) = (drawn.map(space.document), space.document(of: crossed))
      #expect(try space.subnet(child) == crossed)
      #expect(parents.contains { $0.resolution == child.resolution })
      for (stage, blocks) in space.stages.enumerated() {
        #expect(parents.contains { $0.depths[stage] == child.depths[stage] })
        for (position, block) in blocks.prefix(child.depths[stage]).enumerated() {
          let having = parents.filter { $0.depths[stage] > position }
          #expect(having.contains { $0.kernelSizes[block] == child.kernelSizes[block] })
          #expect(having.contains { $0.expandRatios[block] == child.expandRatios[block] })
        }
      }
    }
    let subnet = space.largest
    #expect(space.crossed(subnet, subnet, using: &generator) == subnet)
  }

  @Test("Children mix: all combinations of two parents' choices come up")
  func mixing() throws {
    let space = try tinySpace()
    var generator = SeededGenerator(seed: 9, stream: "mixing")
    func shallow(_ subnet: Subnet) throws -> Subnet {
      var document = space.document(of: subnet)
      document.depths = [1, 1]
      return try space.subnet(document)
    }
    let (first, second) = (try shallow(space.smallest), try shallow(space.largest))
    // Resolution, one kernel size, two expand ratios differ.
    let children = (0..<500).map { _ in space.crossed(first, second, using: &generator) }
    #expect(Set(children).count == 16)
  }
}

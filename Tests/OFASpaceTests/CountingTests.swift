import BigInt
import OFAGraph
import OFASpace
import Testing

@Suite("Counting")
struct CountingTests {
  @Test("The built-in spaces have (9² + 9³ + 9⁴)⁵ networks")
  func builtIn() throws {
    let expected = BigInt("21758655492572485851")
    let small = try SearchSpace.named(Name.small)
    #expect(small.architectureCount == expected)
    #expect(small.subnetCount == expected * 3)
    let mobile = try SearchSpace.named(Name.mobile)
    #expect(mobile.architectureCount == expected)
    #expect(mobile.subnetCount == expected * 25)
  }

  @Test("The space of the demo has (6 + 6²)³ networks")
  func miniature() throws {
    let space = try SearchSpace.named("mini-32")
    #expect(space.architectureCount == 74_088)
    #expect(space.subnetCount == 148_176)
  }

  @Test("The demo's budgets exclude its largest subnet, and leave smaller ones")
  func budgets() throws {
    let space = try SearchSpace.named("mini-32")
    #expect(space.id(of: space.largest) == "r32-45.45-45.45-45.45")
    let (largest, smallest) = (space.graph(of: space.largest).costs, space.graph(of: space.smallest).costs)
    #expect(largest.multiplyAccumulates == 5_598_080 && largest.parameters == 109_258)
    #expect(smallest.multiplyAccumulates == 718_208 && smallest.parameters == 25_290)
    for cost in [\.multiplyAccumulates, \.weightBytes, \.peakActivationBytes] as [KeyPath<Costs, Int>] {
      let limit = cost == \.multiplyAccumulates ? 1_500_000 : 150_000
      #expect(largest[keyPath: cost] > limit && smallest[keyPath: cost] < limit)
    }
  }

  /// All combinations of all lists' entries, made canonical: each network as often as left-out entries vary.
  private func everything(of space: SearchSpace, in choices: SearchSpace.Choices) throws -> Set<Subnet> {
    func product<Choice>(_ lists: [[Choice]]) -> [[Choice]] {
      lists.reduce([[]]) { rows, list in rows.flatMap { row in list.map { row + [$0] } } }
    }
    var all: Set<Subnet> = []
    for resolution in choices.resolutions {
      for depths in product(choices.depths) {
        for kernelSizes in product(choices.kernelSizes) {
          for expandRatios in product(choices.expandRatios) {
            all.insert(
              try space.subnet(
                SubnetDocument(
                  resolution: resolution, depths: depths, kernelSizes: kernelSizes, expandRatios: expandRatios)))
          }
        }
      }
    }
    return all
  }

  @Test("Count and enumeration agree with writing out every combination")
  func enumeration() throws {
    let space = try tinySpace()
    let some = space.choices.restricted(depths: [2, 3], kernelSizes: [3, 5], resolutions: [12])
    for choices in [space.choices, space.choices.largestOnly, space.choices.largest(depths: 1), some] {
      let all = try everything(of: space, in: choices)
      let listed = space.subnets(in: choices)
      #expect(space.subnetCount(in: choices) == BigInt(all.count))
      #expect(listed.count == all.count)
      #expect(Set(listed) == all)
      #expect(all.allSatisfy { space.contains($0, in: choices) })
    }
    // (4 + 4²) · (2 + 2³) networks.
    #expect(space.architectureCount == 200)
    #expect(space.subnetCount == 400)
  }

  @Test("A deep stem has a choice of two, however many numbers leave its part out")
  func deepStem() throws {
    let space = try space(
      tinyText.replacing(
        #""activation": "relu"}"#, with: #""activation": "relu", "deep": {"width": 4, "depths": [0, 1, 2]}}"#))
    #expect(space.subnetCount == 800)
    let subnets = Array(space.subnets())
    #expect(Set(subnets.map(space.graph(of:))).count == 800)
    for subnet in subnets {
      #expect(try space.subnet(id: space.id(of: subnet)) == subnet)
      #expect(try space.subnet(encoding: space.encoding(of: subnet)) == subnet)
      #expect(try space.subnet(space.document(of: subnet)) == subnet)
    }
  }

  @Test("Exactly the subnets of restricted choices are contained in them")
  func containment() throws {
    let space = try tinySpace()
    let some = space.choices.restricted(depths: [1], kernelSizes: [11], expandRatios: [1, 6])
    let inside = Set(space.subnets(in: some))
    for subnet in space.subnets() {
      #expect(space.contains(subnet, in: some) == inside.contains(subnet))
    }
  }

  @Test("Choices are restricted by value or to the largest; a list always keeps one")
  func choices() throws {
    let choices = try tinySpace().choices
    #expect(choices.depths == [[1, 2], [1, 3]])
    #expect(choices.kernelSizes == [[3, 11], [3, 11], [5], [5], [5]])
    let deep = choices.restricted(depths: [3])
    #expect(deep.depths == [[2], [3]] && deep.kernelSizes == choices.kernelSizes)
    #expect(choices.restricted(kernelSizes: [3]).kernelSizes == [[3], [3], [5], [5], [5]])
    #expect(choices.largestOnly.expandRatios == [[2.5], [2.5], [6], [6], [6]])
    #expect(choices.largestOnly.resolutions == [8, 12])
    #expect(choices.largest(kernelSizes: 5) == choices)
    #expect(choices.largest(depths: 1).depths == [[2], [3]])
  }
}

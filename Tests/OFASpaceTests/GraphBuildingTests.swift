import OFAGraph
import OFANumerics
import OFASpace
import Testing

@Suite("Graphs and tensors of a space")
struct GraphBuildingTests {
  private func spaces() throws -> [SearchSpace] {
    try [tinySpace()] + SearchSpace.builtInNames.map(SearchSpace.named)
  }

  @Test("Every weight of every subnet is part of a tensor of the supernet, and every tensor is used")
  func weights() throws {
    var generator = SeededGenerator(seed: 1, stream: "graphs")
    for space in try spaces() {
      let tensors = Dictionary(uniqueKeysWithValues: space.tensors.map { ($0.name, $0) })
      var used: Set<String> = []
      var deepest = space.document(of: space.smallest)
      deepest.depths = space.document(of: space.largest).depths
      let subnets =
        [space.largest, try space.subnet(deepest)] + (0..<50).map { _ in space.randomSubnet(using: &generator) }
      for subnet in subnets {
        for weight in space.graph(of: subnet).nodes.flatMap(\.weights) {
          let tensor = try #require(tensors[weight.tensor], "\(weight.tensor)")
          #expect(tensor.shape == weight.tensorShape)
          #expect(zip(weight.ranges, tensor.shape).allSatisfy { $0.lowerBound == 0 && $0.upperBound <= $1 })
          used.insert(weight.tensor)
          for step in weight.kernelSteps {
            let matrix = try #require(tensors[step.matrix ?? ""])
            #expect(matrix.shape == [step.kernelSize * step.kernelSize, step.kernelSize * step.kernelSize])
            #expect(matrix.role == .kernelTransform)
            used.insert(matrix.name)
          }
        }
      }
      #expect(used == Set(tensors.keys))
    }
  }

  @Test("The largest subnet uses every tensor whole, but for the kernel transforms")
  func largest() throws {
    for space in try spaces() {
      let graph = space.graph(of: space.largest)
      let whole = graph.nodes.flatMap(\.weights)
      #expect(whole.allSatisfy { $0.shape == $0.tensorShape && $0.kernelSteps.isEmpty })
      let plain = space.tensors.filter { $0.role != .kernelTransform }
      #expect(whole.map(\.tensor) == plain.map(\.name))
      #expect(graph.costs.parameters == plain.reduce(0) { $0 + $1.count })
    }
  }

  @Test("Names of nodes and tensors tell stage, block and layer")
  func names() throws {
    let space = try SearchSpace.named(Name.small)
    #expect(space.tensors.prefix(3).map(\.name) == ["stem.filter", "stem.scale", "stem.shift"])
    #expect(
      space.tensors.filter { $0.name.hasPrefix("stages.1.0.") }.map(\.name)
        == [
          "expand.filter", "expand.scale", "expand.shift", "depthwise.filter", "depthwise.scale", "depthwise.shift",
          "depthwise.7to5", "depthwise.5to3", "squeeze.reduce.filter", "squeeze.reduce.bias", "squeeze.expand.filter",
          "squeeze.expand.bias", "project.filter", "project.scale", "project.shift",
        ].map { "stages.1.0." + $0 })
    #expect(
      space.tensors.suffix(6).map(\.name) == [
        "head.expand.filter", "head.expand.scale", "head.expand.shift", "head.mix.filter", "head.classifier.weight",
        "head.classifier.bias",
      ])
    let graph = space.graph(of: space.smallest)
    #expect(graph.blocks == ["stem", "first"] + (0..<5).flatMap { ["stages.\($0).0", "stages.\($0).1"] } + ["head"])
    #expect(graph.nodes[1...3].map(\.name) == ["stem.convolution", "stem.normalization", "stem.activation"])
    for subnet in [space.smallest, space.largest] {
      let names = space.graph(of: subnet).nodes.map(\.name)
      #expect(Set(names).count == names.count)
    }
  }

  @Test("Shortcuts are where stride and width stay, but not where a document says otherwise")
  func shortcuts() throws {
    let space = try SearchSpace.named(Name.small)
    let added = space.graph(of: space.largest).nodes.filter { $0.operation == .addition }.map(\.name)
    #expect(added == ["first.add"] + (0..<5).flatMap { stage in (1..<4).map { "stages.\(stage).\($0).add" } })
  }

  @Test("A smaller kernel comes through every size between")
  func kernels() throws {
    let space = try SearchSpace.named(Name.small)
    for (kernelSize, steps) in [(7, []), (5, [5]), (3, [5, 3])] {
      let graph = space.graph(of: space.uniform(depth: 2, expandRatio: 3, kernelSize: kernelSize))
      let node = try #require(graph.nodes.first { $0.name == "stages.0.1.depthwise.convolution" })
      let weight = node.weights[0]
      #expect(weight.kernelSteps.map(\.kernelSize) == steps)
      #expect(
        weight.kernelSteps.map(\.matrix)
          == ["stages.0.1.depthwise.7to5", "stages.0.1.depthwise.5to3"].prefix(steps.count).map { $0 })
      #expect(weight.shape == [72, 1, kernelSize, kernelSize])
    }
  }

  @Test("A block whose only expand ratio is 1 has no expanding convolution and nothing to sort")
  func unexpanded() throws {
    let text = tinyText.replacingOccurrences(of: "[1, 2.5]", with: "[1]")
    let space = try space(text)
    #expect(!space.tensors.contains { $0.name.hasPrefix("stages.0.") && $0.name.contains(".expand.") })
    #expect(space.graph(of: space.largest).costs.multiplyAccumulates > 0)
    #expect(!space.elasticChannels.contains { $0.importance.tensor.hasPrefix("stages.0.") })
  }

  @Test("Elastic channels name their axes: equal sizes, all widths, squeeze-and-excitation banded by its own")
  func elasticChannels() throws {
    for space in try spaces() {
      let shapes = Dictionary(uniqueKeysWithValues: space.tensors.map { ($0.name, $0.shape) })
      for channels in space.elasticChannels {
        #expect(channels.members.contains(channels.importance))
        for axis in channels.members {
          #expect(shapes[axis.tensor]?[axis.axis] == channels.widths.last, "\(axis)")
        }
        #expect(zip(channels.widths, channels.widths.dropFirst()).allSatisfy { $0 < $1 })
      }
    }
    let small = try SearchSpace.named(Name.small)
    let block = small.elasticChannels.filter { $0.importance.tensor.hasPrefix("stages.4.1.") }
    #expect(block.map(\.widths) == [[240, 320, 480], [64, 80, 120]])
    #expect(block.map(\.members.count) == [10, 3])
    #expect(small.elasticChannels.count == 20 + 12)
  }

  @Test("A narrower subnet uses leading elastic channels of exactly the stated widths")
  func elasticWidths() throws {
    let space = try SearchSpace.named(Name.small)
    let allowed = Dictionary(
      grouping: space.elasticChannels.flatMap { channels in channels.members.map { ($0, channels.widths) } },
      by: \.0
    ).mapValues { $0[0].1 }
    var generator = SeededGenerator(seed: 2, stream: "widths")
    for _ in 0..<30 {
      for weight in space.graph(of: space.randomSubnet(using: &generator)).nodes.flatMap(\.weights) {
        for (axis, range) in weight.ranges.enumerated() {
          if let widths = allowed[ElasticChannels.Axis(weight.tensor, axis)] {
            #expect(widths.contains(range.count))
          } else {
            #expect(range.count == weight.tensorShape[axis])
          }
        }
      }
    }
  }

  @Test("No choice that grows makes any cost less; the smallest subnet costs least, the largest most")
  func monotony() throws {
    let tiny = try tinySpace()
    let all = tiny.subnets().map { tiny.graph(of: $0).costs }
    let least = tiny.graph(of: tiny.smallest).costs
    let most = tiny.graph(of: tiny.largest).costs
    #expect(all.allSatisfy { $0.isAtLeast(least) && most.isAtLeast($0) })

    var generator = SeededGenerator(seed: 3, stream: "monotony")
    for name in SearchSpace.builtInNames {
      let space = try SearchSpace.named(name)
      let least = space.graph(of: space.smallest).costs
      for _ in 0..<60 {
        let subnet = space.randomSubnet(using: &generator)
        let costs = space.graph(of: subnet).costs
        #expect(costs.isAtLeast(least))
        let written = space.document(of: subnet)
        var grown = written
        func next<Choice: Comparable>(_ choices: [Choice], after choice: Choice) -> Choice {
          choices.first { $0 > choice } ?? choice
        }
        let stage = Int.random(in: space.stages.indices, using: &generator)
        let block = Int.random(in: 0..<space.blockCount, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: grown.depths[stage] = next(space.choices.depths[stage], after: written.depths[stage])
        case 1: grown.kernelSizes[block] = next(space.choices.kernelSizes[block], after: written.kernelSizes[block])
        case 2: grown.expandRatios[block] = next(space.choices.expandRatios[block], after: written.expandRatios[block])
        case 3: grown.widthIndices = written.widthIndices?.map { min($0 + 1, 2) }
        default: grown.resolution += 4
        }
        #expect(space.graph(of: try space.subnet(grown)).costs.isAtLeast(costs), "\(grown)")
      }
    }
  }

  @Test("Resolutions of any size from 8 pixels build, odd ones too")
  func resolutions() throws {
    for space in try spaces() {
      for resolution in 8...40 {
        var subnet = space.largest
        subnet.resolution = resolution
        let graph = space.graph(of: subnet)
        #expect(graph[graph.output].count == space.classes)
      }
    }
  }

  @Test("A graph takes less than a millisecond")
  func speed() throws {
    let space = try SearchSpace.named(Name.mobile)
    let duration = ContinuousClock().measure {
      for _ in 0..<200 { _ = space.graph(of: space.largest) }
    }
    #expect(duration / 200 < .milliseconds(1))
  }
}

extension Costs {
  fileprivate func isAtLeast(_ other: Costs) -> Bool {
    multiplyAccumulates >= other.multiplyAccumulates && parameters >= other.parameters
      && weightBytes >= other.weightBytes && peakActivationBytes >= other.peakActivationBytes
  }
}

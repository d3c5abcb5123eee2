import Foundation
import OFAEngine
import OFAFormats
import OFAGraph
import OFAHardware
import OFANumerics
import OFASearch
import OFASpace
import OFASupernet
import TestSupport
import Testing

// A family of blocks and a kind of decision that the program does not know: mobile blocks of one kernel size, whose
// stage chooses its activation and each of which chooses its expand ratio. Nothing outside this file knows of them.

extension Decision.Kind {
  /// What follows the convolutions of a stage's blocks.
  fileprivate static let activation = Decision.Kind(
    list: "activations", noun: "activation", owners: "stages that choose one", features: "activations", mark: "a")
}

/// What a stage's document says of such blocks.
private struct ActivationBlocks: BlockFamily {
  static let kind = "activation"

  var activations: [Activation]
  var kernelSize: Int
  /// Of each block.
  var expandRatios: [[Double]]

  private enum CodingKeys: String, CodingKey { case activations, kernelSize, expandRatios }

  init(from decoder: any Decoder, blockCount: Int) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    activations = try container.decode([Activation].self, forKey: .activations)
    kernelSize = try container.decode(Int.self, forKey: .kernelSize)
    expandRatios = try container.decode([[Double]].self, forKey: .expandRatios)
    guard expandRatios.count == blockCount else {
      throw DecodingError.dataCorruptedError(
        forKey: .expandRatios, in: container, debugDescription: "there are \(blockCount) blocks")
    }
  }

  var choices: [Choice] { [(.activation, activations.map { .word($0.rawValue) })] }

  func choices(ofBlock position: Int) -> [Choice] { [(.expandRatio, expandRatios[position].map { .number($0) })] }

  func block(at position: Int, _ outline: BlockOutline) -> any Block {
    ActivationBlock(outline, activations, kernelSize: kernelSize, expandRatios: expandRatios[position])
  }

  func narrowed(to chosen: [[Decision.Kind: Decision.Option]]) -> Self {
    var result = self
    result.activations = activations.filter { chosen[0][.activation] == .word($0.rawValue) }
    result.expandRatios = chosen.map { [$0[.expandRatio]?.number].compactMap { $0 } }
    return result
  }
}

/// One of them.
private struct ActivationBlock: Block {
  let outline: BlockOutline
  let activations: [Activation]
  let kernelSize: Int
  let expandRatios: [Double]
  let expand, depthwise, project: ConvolutionLayer
  /// The middle channels that there are, ascending.
  let widths: [Int]

  init(_ outline: BlockOutline, _ activations: [Activation], kernelSize: Int, expandRatios: [Double]) {
    (self.outline, self.activations, self.kernelSize) = (outline, activations, kernelSize)
    self.expandRatios = expandRatios
    let (name, input) = (outline.name, outline.input)
    widths = Set(input.widths.flatMap { width in expandRatios.map { Widths.middle(of: width, ratio: $0) } }).sorted()
    let middle = widths.last ?? 0
    expand = ConvolutionLayer(name + ".expand", filter: [middle, input.largest, 1, 1])
    depthwise = ConvolutionLayer(name + ".depthwise", filter: [middle, 1, kernelSize, kernelSize])
    project = ConvolutionLayer(name + ".project", filter: [outline.output.largest, middle, 1, 1])
  }

  var tensors: [SupernetTensor] { expand.tensors + depthwise.tensors + project.tensors }

  var elasticChannels: [ElasticChannels] {
    [
      ElasticChannels(
        widths: widths, importance: project.inputs, members: expand.outputs + depthwise.outputs + [project.inputs])
    ]
  }

  func append(to graph: inout Graph, _ x: Graph.Value, of subnet: Subnet) -> Graph.Value {
    let (activation, epsilon) = (activations[subnet[outline.decisions[0]]], outline.epsilon)
    let ratio = expandRatios[subnet[outline.decisions[1]]]
    let middle = Widths.middle(of: outline.input.width(in: subnet), ratio: ratio)
    var y = graph.append(expand, to: x, channels: middle, activation: activation, epsilon: epsilon)
    y = graph.append(
      depthwise, to: y, channels: middle, kernelSize: kernelSize, stride: outline.stride, groups: middle,
      activation: activation, epsilon: epsilon)
    y = graph.append(
      project, to: y, channels: outline.output.width(in: subnet), activation: nil, epsilon: epsilon)
    return outline.keepsShape ? graph.addition(x, y, outline.name + ".add") : y
  }
}

/// A space of a stage of such blocks, a stage of mobile blocks, and another of such.
private let text = """
  {
    "format": "ofa-space", "version": 1,
    "name": "activations", "channels": 1, "classes": 3, "resolutions": [8, 12],
    "widthMultiplier": 1, "widthDivisor": 1, "epsilon": 1e-5,
    "stem": {"width": 8, "kernelSize": 3, "stride": 1, "activation": "relu"},
    "stages": [
      {"kind": "activation", "width": 8, "stride": 2, "depths": [1, 2], "activations": ["relu", "h_swish"],
       "kernelSize": 3, "expandRatios": [[2, 4], [2, 4]]},
      {"width": 12, "stride": 1, "depths": [1, 2], "kernelSizes": [3, 5], "expandRatios": [2, 3],
       "activation": "relu", "squeezeExcite": true},
      {"kind": "activation", "width": 12, "stride": 1, "depths": [1], "activations": ["relu6", "relu", "h_swish"],
       "kernelSize": 5, "expandRatios": [[2.5]]}
    ],
    "head": {}
  }
  """

private func activationSpace(_ text: String) throws -> SearchSpace {
  try SearchSpace(reading: text, at: "space.json", families: SearchSpace.families + [ActivationBlocks.self])
}

@Suite("Block families")
struct BlockFamilyTests {
  private let team = ThreadTeam(threads: 1)

  /// Subnets of a space, drawn, mutated and crossed, with the extremes.
  private func subnets(_ space: SearchSpace, count: Int = 60) -> [Subnet] {
    var generator = SeededGenerator(seed: 1, stream: "families")
    var subnets = [space.smallest, space.largest]
    for _ in 0..<count {
      let drawn = space.randomSubnet(using: &generator)
      let mutant = space.mutated(drawn, probability: 0.5, using: &generator)
      subnets += [drawn, mutant, space.crossed(drawn, mutant, using: &generator)]
    }
    return subnets
  }

  @Test("A document's family is one of those that were given, and its mistakes are told with their path")
  func documents() throws {
    let space = try activationSpace(text)
    #expect(try activationSpace(Documents.encode(space)) == space)
    #expect(try activationSpace(text.replacingOccurrences(of: "2.5", with: "2")) != space)
    let unknown = failure { try OFASpaceTests.space(text) }
    #expect(unknown?.place == "space.json: stages[0].kind")
    #expect(unknown?.message == "'activation' is unknown; known are mobile, bottleneck")
    let broken = failure { try activationSpace(text.replacingOccurrences(of: "[[2.5]]", with: "[]")) }
    #expect(broken?.place == "space.json: stages[2].expandRatios")
    let misspelt = failure {
      try activationSpace(text.replacingOccurrences(of: #""kernelSize": 5"#, with: #""kernel": 5"#))
    }
    #expect(misspelt?.place == "space.json: stages[2].kernelSize")
  }

  @Test("Subnets are counted, listed, drawn, mutated and crossed with the new decision among the others")
  func decisions() throws {
    let space = try activationSpace(text)
    #expect(space.decisions.map(\.kind.list).filter { $0 == "activations" }.count == 2)
    // 2 activations × (2 + 2 · 2 expand ratios), (4 + 4 · 4) of the mobile stage, 3 activations.
    #expect(space.architectureCount == 2 * 6 * 20 * 3)
    let all = Array(space.subnets())
    #expect(all.count == 2 * 720 && Set(all).count == all.count)
    for subnet in subnets(space) {
      #expect(space.contains(subnet, in: space.choices) && space.canonical(subnet) == subnet)
    }
    #expect(Set(subnets(space, count: 300).flatMap { space.document(of: $0)["activations"] ?? [] }).count == 3)
  }

  @Test("Ids, JSON and features say every subnet")
  func codecs() throws {
    let space = try activationSpace(text)
    #expect(space.id(of: space.smallest) == "r8-a00-e2-23-e2.5")
    #expect(space.id(of: space.largest) == "r12-a12-e4.e4-35.35-e2.5")
    let json = try JSON.encode(space.document(of: space.largest), pretty: false)
    #expect(json.contains(#""activations":["h_swish","h_swish"]"#), "\(json)")
    var ids: Set<String> = []
    for subnet in space.subnets() {
      let id = space.id(of: subnet)
      ids.insert(id)
      #expect(try space.subnet(id: id) == subnet)
      #expect(try space.subnet(parsing: JSON.encode(space.document(of: subnet), pretty: false)) == subnet)
      #expect(try space.subnet(encoding: space.encoding(of: subnet)) == subnet)
    }
    #expect(ids.count == 1_440)
    let uniform = #"{"resolution":8,"depths":9,"activations":"relu","kernelSizes":3,"expandRatios":[2,2,2,2,2.5]}"#
    #expect(try space.id(of: space.subnet(parsing: uniform)) == "r8-a01-e2.e2-23.23-e2.5")
    let wrong = failure { try space.subnet(parsing: uniform.replacingOccurrences(of: "relu", with: "gelu")) }
    #expect(wrong?.kind == .badData)
    #expect(wrong?.message == "activation gelu of stage 0 is outside activations; choose from relu, h_swish")
    #expect(failure { try space.subnet(id: "r8-a00-e2k3-23-e2.5") }?.kind == .badData)
    #expect(failure { try space.subnet(id: "r8-a00-k3-23-e2.5") }?.kind == .badData)
    // A kernel size that is left out where there are several is not taken for the smallest.
    let choices = try SearchSpace.named("mini-32")
    #expect(failure { try choices.subnet(id: "r32-e2-e2-e2") }?.kind == .badData)
    #expect(failure { try space.subnet(id: "r8-e2-23-e2.5") }?.kind == .usage)
  }

  @Test("A subnet's graph has the activations that it chooses")
  func graphs() throws {
    let space = try activationSpace(text)
    for subnet in subnets(space) {
      let graph = space.graph(of: subnet)
      let chosen = space.document(of: subnet)["activations"]
      for (stage, place) in [(0, 0), (2, 1)] {
        let own = graph.nodes.filter { $0.name.hasPrefix("stages.\(stage).") }.compactMap { node in
          if case .activation(let activation) = node.operation {
            Decision.Option.word(activation.rawValue)
          } else {
            nil
          }
        }
        #expect(!own.isEmpty && own.allSatisfy { $0 == chosen?[place] })
      }
      let narrow = try activationSpace(Documents.encode(space.narrowed(to: subnet)))
      #expect(narrow.subnetCount == 1)
      #expect(narrow.graph(of: narrow.largest).costs == graph.costs)
      #expect(narrow.graph(of: narrow.largest).signatures == graph.signatures)
    }
  }

  @Test("Prices put together from parts equal the costs of whole graphs, and budgets are decided as by looking")
  func prices() throws {
    let space = try activationSpace(text)
    // A device to which activations matter, the second more than the first.
    var table = LatencyTable()
    var generator = SeededGenerator(seed: 2, stream: "families")
    for resolution in space.resolutions {
      for subnet in space.coveringSubnets(resolution: resolution) {
        for signature in space.graph(of: subnet).signatures where table.entries[signature] == nil {
          table.entries[signature] = LatencyTable.Entry(medianMilliseconds: 0.1 + generator.uniform(), count: 1)
        }
      }
    }
    let profile = DeviceProfile(
      device: DeviceProfile.Device(name: "synthetic"), measurement: DeviceProfile.Measurement(runner: "synthetic"),
      table: table)
    let model = try CostModel(space, profiles: [profile])
    var all: [Prices] = []
    for subnet in space.subnets() {
      let (prices, graph) = (model.prices(of: subnet), space.graph(of: subnet))
      #expect(prices.multiplyAccumulates == graph.costs.multiplyAccumulates)
      #expect(prices.parameters == graph.costs.parameters)
      #expect(prices.weightBytes == graph.costs.weightBytes)
      #expect(prices.peakActivationBytes == graph.costs.peakActivationBytes)
      let latency = try profile.latency(of: graph).milliseconds
      #expect(abs(prices.latencyMilliseconds[0] - latency) < 1e-9)
      all.append(prices)
    }
    for trial in 0..<200 {
      let (one, other) = (all[Int.random(in: all.indices, using: &generator)], all[trial])
      var budgets = Budgets()
      budgets.bound(.latency, by: min(one.latencyMilliseconds[0], other.latencyMilliseconds[0]))
      budgets.bound(.multiplyAccumulates, by: Double(min(one.multiplyAccumulates, other.multiplyAccumulates)))
      let isMet = all.contains { prices in
        budgets.bounded.allSatisfy { prices[$0] <= budgets.ceiling(on: $0) ?? .infinity }
      }
      if case .feasible = Problem.decided(model, budgets) { #expect(isMet) } else { #expect(!isMet) }
    }
  }

  @Test("A supernet has its tensors, sorts its channels, and computes what each subnet alone does")
  func supernets() throws {
    let space = try activationSpace(text)
    let supernet = Supernet(space: space)
    var generator = SeededGenerator(seed: 3, stream: "families")
    supernet.initialize(using: &generator)
    #expect(supernet.weights.layout["stages.2.0.depthwise.filter"]?.shape == [32, 1, 5, 5])
    let images = (0..<5 * 12 * 12).map { _ in Float(generator.gaussian()) }
    func logits(_ subnet: Subnet) -> [Float] {
      let images = Array(images.prefix(5 * subnet.resolution * subnet.resolution))
      let statistics = supernet.statistics(of: subnet, batches: [images], team: team)
      let inside = supernet.logits(of: subnet, images: images, statistics: statistics, team: team)
      let extracted = supernet.extract(subnet, statistics: statistics)
      let plan = InferencePlan(
        graph: extracted.graph, batch: 5, weights: extracted.weights, statistics: extracted.statistics)
      let outside = images.withUnsafeBufferPointer { Array(plan.run(images: $0, team: team)) }
      #expect(zip(inside, outside).allSatisfy { abs($0 - $1) < 1e-4 })
      return inside
    }
    for subnet in subnets(space, count: 4) { #expect(logits(subnet).count == 15) }
    // Another activation is another function.
    var other = space.document(of: space.largest)
    other["activations"]?[0] = .word("relu")
    #expect(try logits(space.subnet(other)) != logits(space.largest))

    #expect(space.elasticChannels.first?.widths == [16, 32])
    let before = logits(space.largest)
    supernet.sortChannels()
    #expect(zip(logits(space.largest), before).allSatisfy { abs($0 - $1) < 1e-3 })
  }
}

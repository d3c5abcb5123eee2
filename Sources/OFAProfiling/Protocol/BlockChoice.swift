import OFAGraph
import OFAHardware
import OFANumerics
import OFASpace

/// Which networks are timed next, so that little time tells much.
///
/// A block matters by how often random networks have it and by how long it takes there, which its layers' amounts tell
/// roughly. The next network is the one whose untimed blocks matter most for the time that it takes; as long as there
/// are kinds of layers that no timed block has, one with such, as a fit needs each kind.
package struct BlockChoice {
  /// A block of the space.
  struct Block {
    let signature: String
    let layers: [Layer]
    let groups: Set<LayerLatency.Group>
    /// How much it matters.
    fileprivate(set) var weight: Double
  }

  private struct Candidate {
    let subnet: Subnet
    /// The blocks that it has, each once.
    let blocks: [Int]
    let cost: Double
  }

  /// All blocks.
  let blocks: [Block]
  /// The blocks to be timed, each once.
  package let signatures: [String]
  private let candidates: [Candidate]

  /// How many random networks tell what matters.
  private static let draws = 300

  /// The blocks of a space at some resolutions, to be timed but for those that are known.
  package init(
    space: SearchSpace, resolutions: [Int], known: (String) -> Bool = { _ in false }, seed: UInt64 = 0
  ) {
    var places: [String: Int] = [:]
    var (blocks, candidates) = ([Block](), [Candidate]())
    for subnet in resolutions.flatMap(space.coveringSubnets) {
      let graph = space.graph(of: subnet)
      var (own, cost) = (Set<Int>(), 0.0)
      for (index, signature) in graph.signatures.enumerated() {
        let layers = graph.layers(ofBlock: index)
        cost += Self.work(layers)
        let place = places[signature] ?? blocks.count
        if place == blocks.count {
          places[signature] = place
          // A block that no draw has matters a little too.
          blocks.append(
            Block(
              signature: signature, layers: layers, groups: Set(layers.map(LayerLatency.Group.init(of:))),
              weight: 0.1 * Self.work(layers)))
        }
        own.insert(place)
      }
      candidates.append(Candidate(subnet: subnet, blocks: own.sorted(), cost: cost))
    }
    var generator = SeededGenerator(seed: seed, stream: "block choice")
    for subnet in space.spreadSubnets(Self.draws, resolutions: resolutions, using: &generator) {
      for signature in space.graph(of: subnet).signatures {
        if let place = places[signature] { blocks[place].weight += Self.work(blocks[place].layers) }
      }
    }
    self.blocks = blocks
    self.candidates = candidates
    signatures = blocks.map(\.signature).filter { !known($0) }
  }

  /// Whether the blocks that are not lacking have all kinds of layers that the others have too.
  func coversLayers(without lacking: Set<String>) -> Bool { unseenGroups(lacking).isEmpty }

  /// Up to `count` subnets with blocks that are lacking, those first that matter most; none when none is lacking.
  package func subnets(lacking: Set<String>, count: Int) -> [Subnet] {
    var isLacking = blocks.map { lacking.contains($0.signature) }
    var unseen = unseenGroups(lacking)
    var subnets: [Subnet] = []
    while subnets.count < count {
      func gain(_ candidate: Candidate) -> (kinds: Int, value: Double) {
        let missing = candidate.blocks.filter { isLacking[$0] }.map { blocks[$0] }
        let kinds = unseen.isEmpty ? 0 : Set(missing.flatMap(\.groups)).intersection(unseen).count
        return (kinds, missing.reduce(0) { $0 + $1.weight } / candidate.cost)
      }
      guard let best = candidates.map({ ($0, gain($0)) }).max(by: { $0.1 < $1.1 }), best.1.value > 0 else { break }
      subnets.append(best.0.subnet)
      for block in best.0.blocks where isLacking[block] {
        isLacking[block] = false
        unseen.subtract(blocks[block].groups)
      }
    }
    return subnets
  }

  private func unseenGroups(_ lacking: Set<String>) -> Set<LayerLatency.Group> {
    let groups = { (blocks: [Block]) in blocks.reduce(into: Set<LayerLatency.Group>()) { $0.formUnion($1.groups) } }
    return groups(blocks).subtracting(groups(blocks.filter { !lacking.contains($0.signature) }))
  }

  /// About what layers take, in multiply-accumulates: reading and writing a value takes as long as some of these.
  private static func work(_ layers: [Layer]) -> Double {
    layers.reduce(1) { $0 + $1.amounts.multiplyAccumulates + 8 * ($1.amounts.inputs + $1.amounts.outputs) }
  }
}

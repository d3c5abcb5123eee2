import OFAGraph
import OFAHardware
import OFANumerics
import OFASpace

/// Which networks are timed next, so that little time tells much.
///
/// A block matters by how often random networks have it and by how long it takes there, which its layers' amounts tell
/// roughly. The next network is the one whose untimed blocks matter most for the time that it takes; as long as there
/// are kinds of layers that no timed block has, one with such, as a fit needs each kind.
struct BlockChoice {
  private struct Candidate {
    let subnet: Subnet
    /// The blocks to be timed that it has, each once.
    let blocks: [Int]
    let cost: Double
  }

  /// The blocks to be timed.
  let signatures: [String]
  /// The layers of each.
  let layers: [[Layer]]
  private let candidates: [Candidate]
  private let weights: [Double]
  private let groups: [Set<LayerLatency.Group>]

  /// How many random networks tell what matters.
  private static let draws = 300

  /// The blocks of a space at some resolutions, but for those that are known.
  init(space: SearchSpace, resolutions: [Int], known: (String) -> Bool, seed: UInt64) {
    var places: [String: Int] = [:]
    var (signatures, layers, candidates) = ([String](), [[Layer]](), [Candidate]())
    for subnet in resolutions.flatMap(space.coveringSubnets) {
      let graph = space.graph(of: subnet)
      var (blocks, cost) = (Set<Int>(), 0.0)
      for (block, signature) in graph.signatures.enumerated() {
        let own = graph.layers(ofBlock: block)
        cost += Self.work(own)
        if known(signature) { continue }
        if places[signature] == nil {
          places[signature] = signatures.count
          signatures.append(signature)
          layers.append(own)
        }
        if let place = places[signature] { blocks.insert(place) }
      }
      candidates.append(Candidate(subnet: subnet, blocks: blocks.sorted(), cost: cost))
    }
    var generator = SeededGenerator(seed: seed, stream: "block choice")
    // A block that no draw has matters a little too.
    var weights = layers.map { 0.1 * Self.work($0) }
    for draw in 0..<Self.draws {
      let subnet = space.spreadSubnet(resolution: resolutions[draw % resolutions.count], using: &generator)
      for signature in space.graph(of: subnet).signatures {
        if let place = places[signature] { weights[place] += Self.work(layers[place]) }
      }
    }
    self.signatures = signatures
    self.layers = layers
    self.candidates = candidates
    self.weights = weights
    groups = layers.map { Set($0.map(LayerLatency.Group.init(of:))) }
  }

  /// Whether some blocks have all kinds of layers that the others have too.
  func coversLayers(without lacking: Set<String>) -> Bool { unseenGroups(lacking).isEmpty }

  /// Up to `count` subnets with blocks that are lacking, those first that matter most; none when none is lacking.
  func subnets(lacking: Set<String>, count: Int) -> [Subnet] {
    var isLacking = signatures.map(lacking.contains)
    var unseen = unseenGroups(lacking)
    var subnets: [Subnet] = []
    while subnets.count < count {
      func gain(_ candidate: Candidate) -> (kinds: Int, value: Double) {
        let blocks = candidate.blocks.filter { isLacking[$0] }
        let kinds = unseen.isEmpty ? 0 : Set(blocks.flatMap { groups[$0] }).intersection(unseen).count
        return (kinds, blocks.reduce(0) { $0 + weights[$1] } / candidate.cost)
      }
      guard let best = candidates.map({ ($0, gain($0)) }).max(by: { $0.1 < $1.1 }), best.1.value > 0 else { break }
      subnets.append(best.0.subnet)
      for block in best.0.blocks {
        isLacking[block] = false
        unseen.subtract(groups[block])
      }
    }
    return subnets
  }

  private func unseenGroups(_ lacking: Set<String>) -> Set<LayerLatency.Group> {
    var (all, seen) = (Set<LayerLatency.Group>(), Set<LayerLatency.Group>())
    for (signature, groups) in zip(signatures, groups) {
      all.formUnion(groups)
      if !lacking.contains(signature) { seen.formUnion(groups) }
    }
    return all.subtracting(seen)
  }

  /// About what layers take, in multiply-accumulates: reading and writing a value takes as long as some of these.
  private static func work(_ layers: [Layer]) -> Double {
    layers.reduce(1) { $0 + $1.amounts.multiplyAccumulates + 8 * ($1.amounts.inputs + $1.amounts.outputs) }
  }
}

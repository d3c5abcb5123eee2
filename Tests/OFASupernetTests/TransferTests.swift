import OFAEngine
import OFAFormats
import OFANumerics
import OFASpace
import OFASupernet
import TestSupport
import Testing

@Suite("Transfer")
struct TransferTests {
  private func supernet(_ space: SearchSpace, seed: UInt64) -> Supernet {
    let supernet = Supernet(space: space)
    var generator = SeededGenerator(seed: seed, stream: "initialization")
    supernet.initialize(using: &generator)
    return supernet
  }

  @Test("All weights are taken over, but for those of a classifier for other classes")
  func newHead() throws {
    let space = try SearchSpace.named("mini-32")
    let trained = supernet(space, seed: 1)
    let other = supernet(try space.adapted(classes: 7), seed: 2)
    let fresh = other.weights.copy()
    try other.adopt(trained.weights, at: "model")
    for tensor in other.space.tensors {
      let source = tensor.name.hasPrefix("head.classifier") ? fresh : trained.weights
      #expect(Array(other.weights[tensor.name]) == Array(source[tensor.name]), "\(tensor.name)")
    }
    let same = supernet(space, seed: 3)
    try same.adopt(trained.weights, at: "model")
    #expect(Array(same.weights.values) == Array(trained.weights.values))
  }

  @Test("A subnet that is taken out computes the same in a space of its own", arguments: ["mini-32", "mbv3-32"])
  func alone(name: String) throws {
    let space = try SearchSpace.named(name)
    let trained = supernet(space, seed: 1)
    var generator = SeededGenerator(seed: 5, stream: "subnets")
    let team = ThreadTeam(threads: 1)
    for _ in 0..<4 {
      let subnet = space.randomSubnet(using: &generator)
      let images = (0..<2 * subnet.resolution * subnet.resolution * 3).map { _ in Float(generator.gaussian()) }
      let statistics = trained.statistics(of: subnet, batches: [images], team: team)
      let alone = Supernet(space: space.narrowed(to: subnet))
      try alone.adopt(trained.extract(subnet, statistics: statistics).weights, at: "model")
      let logits = trained.logits(of: subnet, images: images, statistics: statistics, team: team)
      let again = alone.logits(of: alone.space.largest, images: images, statistics: statistics, team: team)
      let worst = zip(logits, again).map { abs($0 - $1) }.max() ?? .infinity
      #expect(worst < 1e-5)
    }
  }

  @Test("Weights of another space are refused by the tensor that differs")
  func refused() throws {
    let mini = supernet(try SearchSpace.named("mini-32"), seed: 1)
    let other = failure { try Supernet(space: SearchSpace.named("mbv3-32")).adopt(mini.weights, at: "runs/one/model") }
    #expect(other?.kind == .badData && other?.place == "runs/one/model")
    let grey = try SearchSpace.named("mini-32").adapted(channels: 1)
    #expect(failure { try Supernet(space: grey).adopt(mini.weights, at: "m") }?.message.contains("stem.filter") == true)
  }
}

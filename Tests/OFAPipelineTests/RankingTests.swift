import OFAFormats
import OFANumerics
import OFAPipeline
import OFASpace
import TestSupport
import Testing
import TinyWorld

@Suite("Subnets to rank")
struct RankingTests {
  @Test("They are different ones, however many are wanted of a space that has few", arguments: [2, 8, 40, 400])
  func different(count: Int) throws {
    let space = try TinyWorld().searchSpace()
    for seed in 0..<5 {
      var generator = SeededGenerator(seed: UInt64(seed), stream: "ranking")
      let drawn = space.subnetsToRank(spread: count, band: 4, using: &generator)
      #expect(Set(drawn.map(\.subnet)).count == drawn.count)
      #expect(drawn[0].subnet == space.smallest && drawn.contains { $0.subnet == space.largest })
    }
  }

  @Test("Without two subnets there is no order, and that is said")
  func none() throws {
    let world = try TinyWorld()
    let training = world.training("run")
    _ = try training.run()
    let ranking = Ranking(
      model: training.modelFolder, data: world.data, subnets: 1, band: 0, output: world.path("rank"), threads: 1)
    let found = failure { _ = try ranking.run() }
    #expect(found?.kind == .badData && found?.message.contains("an order needs two") == true)
    #expect(!InputFile.isFolder(world.path("rank")))
  }

  @Test("Some are spread over all costs, the others within 5 % of one")
  func costs() throws {
    let space = try SearchSpace.named("mbv3-32")
    var generator = SeededGenerator(seed: 1, stream: "ranking")
    let drawn = space.subnetsToRank(spread: 8, band: 8, using: &generator)
    func cost(_ subnet: Subnet) -> Double { Double(space.graph(of: subnet).costs.multiplyAccumulates) }
    let (least, most) = (cost(space.smallest), cost(space.largest))
    #expect(drawn.map(\.isInBand) == (0..<16).map { $0 >= 8 })
    for (index, subnet) in drawn.prefix(8).map(\.subnet).enumerated() {
      #expect(abs(cost(subnet) - least - Double(index) / 7 * (most - least)) < 0.1 * (most - least))
    }
    let middle = (least * most).squareRoot()
    #expect(drawn.suffix(8).allSatisfy { abs(cost($0.subnet) - middle) <= 0.05 * middle })
  }
}

import OFAFormats
import OFANumerics
import OFARegression
import OFASearch
import OFASpace
import Testing

@Suite struct ParetoFrontTests {
  private func candidate(_ cost: Int, _ accuracy: Double) -> Candidate {
    Candidate(
      subnet: Subnet(resolution: cost, options: []), accuracy: accuracy,
      prices: Prices(multiplyAccumulates: cost, parameters: 0, weightBytes: 0, peakActivationBytes: 0))
  }

  @Test("A front is what no other candidate dominates, whatever the order of arrival")
  func definition() {
    var generator = SeededGenerator(seed: 1, stream: "front")
    for count in 0...40 {
      let candidates = (0..<count).map { _ in
        candidate(Int.random(in: 1...15, using: &generator), Double(Int.random(in: 1...15, using: &generator)) / 15)
      }
      var front = ParetoFront(.multiplyAccumulates)
      for candidate in candidates { front.insert(candidate) }
      let points = candidates.filter { one in
        !candidates.contains {
          let isNoWorse =
            $0.accuracy >= one.accuracy && $0.prices.multiplyAccumulates <= one.prices.multiplyAccumulates
          return isNoWorse
            && ($0.accuracy, -$0.prices.multiplyAccumulates) != (one.accuracy, -one.prices.multiplyAccumulates)
        }
      }
      #expect(Set(front.candidates) == Set(points))
      #expect(front.candidates.count == Set(points).count)
      #expect(front.candidates.map(\.accuracy) == front.candidates.map(\.accuracy).sorted())
    }
  }

  @Test("A spread of a front keeps its ends and at most the number asked for")
  func spread() {
    var front = ParetoFront(.multiplyAccumulates)
    for i in 1...100 { front.insert(candidate(i * i, Double(i) / 100)) }
    let chosen = front.spread(10)
    #expect(chosen.count == 10 && chosen.first == front.candidates.first && chosen.last == front.candidates.last)
    #expect(front.spread(100) == front.candidates)
  }
}

@Suite struct PredictedAccuracyTests {
  @Test("A predictor fitted on a space's features estimates its subnets, and another space refuses it")
  func estimates() throws {
    let space = try SearchSpace.named("mbv3-32")
    let features = try SubnetFeatures(space)
    var generator = SeededGenerator(seed: 1, stream: "subnets")
    let subnets = (0..<60).map { _ in space.randomSubnet(using: &generator) }
    let rows = subnets.map(features.features)
    let predictor = try AccuracyPredictor(
      space: space.name, resolutions: space.resolutions, features: rows,
      accuracies: RuggedAccuracy(space: space).accuracies(of: subnets), seed: 1, kinds: [.ridge])
    #expect(try PredictedAccuracy(predictor, space: space).accuracies(of: subnets) == predictor.accuracies(of: rows))

    let failure = #expect(throws: Failure.self) { _ = try PredictedAccuracy(predictor, space: try tinySpace()) }
    #expect(failure?.kind == .badData && failure?.message.contains("\"tiny\"") == true)
  }
}

import OFAFormats
import OFANumerics
import OFARegression
import OFASearch
import OFASpace
import Testing

@Suite struct ParetoFrontTests {
  private func trial(_ objectives: [Double]) -> Trial {
    Trial(Subnet(resolution: 8, options: []), objectives: objectives, excesses: [])
  }

  @Test("A front is what no other trial dominates, whatever the order of arrival", arguments: 1...4)
  func definition(objectives: Int) {
    var generator = SeededGenerator(seed: 1, stream: "front")
    for count in 0...40 {
      let trials = (0..<count).map { _ in
        trial((0..<objectives).map { _ in Double(Int.random(in: 1...9, using: &generator)) })
      }
      let front = ParetoFront(trials)
      let expected = trials.filter { one in
        !trials.contains { other in
          other != one && zip(other.objectives, one.objectives).allSatisfy { $0 <= $1 }
        }
      }
      #expect(Set(front.trials) == Set(expected))
      #expect(front.trials.count == Set(expected).count)
      let last = front.trials.compactMap(\.objectives.last)
      #expect(last == last.sorted())
    }
  }

  @Test("A spread of a front keeps its ends and at most the number asked for")
  func spread() {
    let front = ParetoFront((1...100).map { trial([-Double($0), Double($0 * $0)]) })
    let chosen = front.spread(10)
    #expect(chosen.count == 10 && chosen.first == front.trials.first && chosen.last == front.trials.last)
    #expect(front.spread(100) == front.trials)
  }

  @Test("A hypervolume is the number of cells that a point dominates", arguments: 1...5)
  func hypervolume(objectives: Int) {
    var generator = SeededGenerator(seed: 1, stream: "volume")
    let side = 5
    var cells = [[Int]()]
    for _ in 0..<objectives { cells = cells.flatMap { cell in (0..<side).map { cell + [$0] } } }
    for count in [0, 1, 2, 3, 8, 20] {
      let points = (0..<count).map { _ in
        (0..<objectives).map { _ in Double(Int.random(in: 0...side, using: &generator)) }
      }
      let dominated = cells.filter { cell in points.contains { zip($0, cell).allSatisfy { $0 <= Double($1) } } }
      let reference = [Double](repeating: Double(side), count: objectives)
      #expect(Hypervolume.volume(of: points, upTo: reference) == Double(dominated.count))
      #expect(ParetoFront(points.map(trial)).hypervolume(upTo: reference) == Double(dominated.count))
    }
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

import Foundation
import OFAFormats
import OFAHardware
import OFANumerics
import OFARegression
import OFASearch
import OFASpace
import TestSupport
import Testing

/// Subnets of a published supernet with the accuracies that others measured on ImageNet.
@Suite(.enabled(if: sharedFolder != nil, "needs shared/data/ofa/subnets_imagenet.csv")) struct PublishedSubnetTests {
  /// The features and accuracies of the table's different subnets, and their multiply-accumulates.
  private struct Measured {
    var samples: Samples
    var multiplyAccumulates: [Double]

    init() throws {
      let rows = try CommaSeparatedValues.rows(try #require(sharedFolder) + "/data/ofa/subnets_imagenet.csv")
      let space = try SearchSpace.named("ofa_mbv3_d234_e346_k357_w1.0")
      let features = try SubnetFeatures(space)
      func list(_ field: String) -> String { "[" + field.replacing("-", with: ",") + "]" }
      var seen: Set<Subnet> = []
      var (table, accuracies, costs) = ([[Float]](), [Double](), [Double]())
      for row in rows.dropFirst() {
        let text = """
          {"r":\(row[4]),"d":\(list(row[1])),"ks":\(list(row[3])),"e":\(list(row[2]))}
          """
        let subnet = try space.subnet(parsing: text)
        guard seen.insert(subnet).inserted else { continue }
        table.append(features.features(of: subnet))
        accuracies.append(try #require(Double(row[7])) / 100)
        costs.append(try #require(Double(row[5])))
      }
      samples = Samples(features: table, targets: accuracies)
      multiplyAccumulates = costs
    }

    /// So many subnets drawn at random, and all others.
    func split(_ count: Int, seed: UInt64) -> (known: Samples, unseen: Samples) {
      var generator = SeededGenerator(seed: seed, stream: "split")
      let order = (0..<samples.count).shuffled(using: &generator)
      return (samples.subset(Array(order[..<count])), samples.subset(Array(order[count...])))
    }
  }

  @Test(
    "A Gaussian process orders unseen subnets better than multiply-accumulates do, from few evaluations",
    arguments: [(250, 0.93, 1.2), (1000, 0.95, 0.8)])
  func order(evaluations: Int, least: Double, mostError: Double) throws {
    let measured = try Measured()
    #expect(measured.samples.count == 1146)
    #expect(abs(Statistics.kendallTau(measured.multiplyAccumulates, measured.samples.targets) - 0.805) < 0.001)
    var reports: [RankReport] = []
    for seed: UInt64 in 0..<5 {
      let (known, unseen) = measured.split(evaluations, seed: seed)
      let model = GaussianProcess(fitting: known, seed: 0)
      reports.append(RankReport(predictions: model.predictions(for: unseen.features), targets: unseen.targets))
    }
    let tau = Statistics.mean(reports.map(\.kendallTau))
    let error = 1000 * Statistics.mean(reports.map(\.rootMeanSquareError))
    #expect(tau >= least && error <= mostError, "τ \(tau), \(error) thousandths")
  }

  /// What a regression that was fitted to all of the table predicts, as if it were the truth.
  private struct Surrogate: AccuracyEstimator {
    let domain: SubnetFeatures
    let model: Regression

    init(_ kind: Regression.Kind, space: SearchSpace) throws {
      domain = try SubnetFeatures(space)
      model = Regression(kind, fitting: try Measured().samples, seed: 0)
    }

    func accuracies(of subnets: [Subnet]) -> [Double] {
      model.predictions(for: Matrix(subnets.map { domain.features(of: $0).map(Double.init) }))
    }
  }

  @Test(
    "In the loop 150 evaluations bring more than NSGA-II's 500, by surrogates of ImageNet accuracies",
    arguments: [(.gaussianProcess, 3), (.trees, 1)] as [(Regression.Kind, UInt64)])
  func inTheLoop(kind: Regression.Kind, seeds: UInt64) throws {
    let space = try SearchSpace.named("ofa_mbv3_d234_e346_k357_w1.0")
    var choices = space.choices
    choices.resolutions = [224]
    guard case .feasible(let problem) = Problem.decided(try CostModel(space, choices: choices), Budgets()) else {
      Issue.record("nothing is bounded")
      return
    }
    let domain = SubnetDomain(
      problem, try Surrogate(kind, space: space),
      objectives: [.accuracy, Objective(.cost(.multiplyAccumulates), isMaximized: false)], threads: 2)
    func front(_ searcher: any Searcher, _ evaluations: Int, seed: UInt64) throws -> ParetoFront {
      var generator = SeededGenerator(seed: seed, stream: "search")
      return try Search(domain, evaluations: evaluations).run(searcher, using: &generator).front
    }
    let long = try (0..<2).map { try front(NSGA(), 10_000, seed: 100 + $0) }
    let truth = ParetoFront(long.flatMap(\.trials))
    let reference = (0..<2).map { place in truth.trials.map { $0.objectives[place] }.max() ?? 0 }
    let volume = truth.hypervolume(upTo: reference)
    func shares(_ searcher: any Searcher, _ evaluations: Int) throws -> [Double] {
      try (0..<seeds).map { try front(searcher, evaluations, seed: $0).hypervolume(upTo: reference) / volume }
    }
    let (loop, evolution) = try (shares(LINAS(), 150), shares(NSGA(), 500))
    #expect(Statistics.mean(loop) >= Statistics.mean(evolution), "\(loop), \(evolution)")
  }

  @Test("Cross-validation on 250 of them chooses the Gaussian process, and tells what it is worth on the others")
  func choice() throws {
    let (known, unseen) = try Measured().split(250, seed: 9)
    func rows(_ samples: Samples) -> [[Float]] { (0..<samples.count).map { samples.features[row: $0].map(Float.init) } }
    let predictor = try AccuracyPredictor(
      space: "published", resolutions: [224], features: rows(known), accuracies: known.targets, seed: 0,
      kinds: [.trees, .ridge, .gaussianProcess])
    #expect(predictor.model.kind == .gaussianProcess)
    let report = RankReport(predictions: predictor.accuracies(of: rows(unseen)), targets: unseen.targets)
    let expected = try #require(predictor.report)
    #expect(abs(report.kendallTau - expected.kendallTau) < 0.03, "\(report), \(expected) expected")
  }
}

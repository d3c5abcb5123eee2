import Foundation
import OFAFormats
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

import Foundation
import OFAFormats
import OFAHardware
import OFANumerics
import OFAPipeline
import OFARegression
import OFASearch
import OFASpace
import TestSupport
import Testing

@Suite("The model and the profile that come with the package")
struct ShippedModelTests {
  private let model = packageRoot + "/Models/mbv3-32-mnist"
  private let profile = packageRoot + "/HardwareProfiles/epyc-9005-1-thread.json"

  @Test(
    "The subnet that a search finds keeps every budget and beats the best of 1,000 random ones that do",
    arguments: ["110us", "160us", "220us", "280us", "340us"])
  func beatsRandom(limit: String) throws {
    let budgets = try Budgets(
      latency: limit, multiplyAccumulates: "20M", peakActivationBytes: "400kB", weightBytes: "5MB")
    var specialization = Specialization(space: SpaceSource(.model(model)), budgets: budgets, seed: 1)
    specialization.profiles = [profile]
    let best = try specialization.run().best

    let space = try SpaceSource(.model(model)).space()
    let device = try Documents.read(DeviceProfile.self, profile)
    let predictor = try Documents.read(AccuracyPredictor.self, model + "/predictor.json")
    guard case .feasible(let problem) = Problem.decided(try CostModel(space, profiles: [device]), budgets) else {
      Issue.record("no subnet meets \(limit)")
      return
    }
    var generator = SeededGenerator(seed: 2, stream: "random subnets")
    let random = (0..<1_000).map { _ in problem.randomSubnet(using: &generator) }
    #expect(random.allSatisfy(problem.admits) && problem.admits(best.subnet))
    let accuracies = try PredictedAccuracy(predictor, space: space).accuracies(of: random)
    #expect(best.predictedAccuracy > (accuracies.max() ?? 1), "\(limit)")

    let graph = space.graph(of: best.subnet)
    #expect(graph.costs.multiplyAccumulates <= 20_000_000 && graph.costs.peakActivationBytes <= 400_000)
    #expect(graph.costs.weightBytes <= 5_000_000)
    let latency = try device.latency(of: graph).milliseconds
    #expect(latency <= (Double(limit.dropLast(2)) ?? 0) / 1_000)
    #expect(abs(latency - (best.latencyMilliseconds ?? 0)) < 1e-9)
  }
}

import OFAData
import OFAEngine
import OFAFormats
import OFAHardware
import OFANumerics
import OFAPipeline
import OFAProfiling
import OFARegression
import OFASearch
import OFASpace
import OFASupernet
import OFATraining
import TinyWorld

/// A small space with images, a recipe, a model and a profile, for the readers to relate their input to.
struct World {
  let tiny: TinyWorld
  let space: SearchSpace
  /// A handful of subnets, the smallest and the largest among them.
  let subnets: [Subnet]

  init() throws {
    tiny = try TinyWorld()
    let space = try tiny.searchSpace()
    self.space = space
    var generator = SeededGenerator(seed: 1, stream: "fuzz world")
    subnets = [space.smallest, space.largest] + (0..<4).map { _ in space.randomSubnet(using: &generator) }
  }

  var folder: String { tiny.folder }

  /// A configuration of a run on the world's images.
  func configuration(_ budget: TrainingBudget) throws -> RunConfiguration {
    RunConfiguration(
      space: space, recipe: try Recipe.named(tiny.recipe), budget: budget, seed: 1, data: tiny.data,
      trainingImages: 288,
      heldOutImages: 32)
  }

  /// A profile that has all blocks of the space.
  var profile: DeviceProfile {
    var entries: [String: LatencyTable.Entry] = [:]
    for resolution in space.resolutions {
      for subnet in space.coveringSubnets(resolution: resolution) {
        for (index, signature) in space.graph(of: subnet).signatures.enumerated() {
          entries[signature] = LatencyTable.Entry(
            medianMilliseconds: Double(index) + 1, p10Milliseconds: Double(index) + 0.5,
            p90Milliseconds: Double(index) + 2, count: 9)
        }
      }
    }
    let error = PredictionError(
      networks: 9, withinFivePercent: 0.25, withinTenPercent: 0.4, spearman: 0.9, relativeErrorP90: 0.1,
      halvesWithinFivePercent: 0.5)
    return DeviceProfile(
      device: DeviceProfile.Device(name: "fuzz"), measurement: DeviceProfile.Measurement(runner: "host"),
      limits: DeviceProfile.Limits(memoryBytes: 1 << 30, storageBytes: 1 << 30),
      correction: LatencyCorrection(interceptMilliseconds: 0.1, slope: 1.5, error: error), table: LatencyTable(entries))
  }

  /// Sixty of the space's networks, timed by their multiply-accumulates, in steps.
  var timed: [TimedNetwork] {
    var generator = SeededGenerator(seed: 3, stream: "fuzz timed")
    return (0..<60).map { _ in
      let graph = space.graph(of: space.randomSubnet(using: &generator))
      let steps = (Double(graph.costs.multiplyAccumulates) / 5e3).rounded()
      return TimedNetwork(layers: graph.layers, latencyMilliseconds: 0.1 + 0.01 * steps)
    }
  }

  /// A profile that was fitted to these.
  func fittedProfile() throws -> DeviceProfile {
    let fitted = try LayerLatencyFit(networks: timed).fitted()
    return DeviceProfile(
      device: DeviceProfile.Device(name: "fuzz"), measurement: DeviceProfile.Measurement(runner: "fitted"),
      correction: fitted.correction, layers: fitted.layers)
  }

  /// A predictor of one kind for the space.
  func predictor(_ kind: Regression.Kind) throws -> AccuracyPredictor {
    let features = try SubnetFeatures(space)
    var generator = SeededGenerator(seed: 2, stream: "fuzz predictor")
    let subnets = (0..<24).map { _ in space.randomSubnet(using: &generator) }
    return try AccuracyPredictor(
      space: space.name, resolutions: space.resolutions, features: subnets.map(features.features),
      accuracies: subnets.map { _ in generator.uniform() }, seed: 1, kinds: [kind])
  }

  /// A model with random weights.
  func model() throws -> Model {
    let supernet = Supernet(space: space)
    var generator = SeededGenerator(seed: 3, stream: "fuzz model")
    supernet.initialize(using: &generator)
    let evaluation = Evaluation(
      id: space.id(of: space.largest), subnet: space.document(of: space.largest), topOneAccuracy: 0.5, loss: 1)
    return Model(
      supernet: supernet, statistics: .unit(for: space.graph(of: space.largest)),
      calibration: CalibrationImages(height: 12, width: 12, channels: 1, pixels: (0..<288).map { UInt8($0 % 251) }),
      input: InputDescription(dataset: "fuzz", means: [0.5], standardDeviations: [0.25], classNames: ["a", "b", "c"]),
      results: TrainingResults(recipe: "tiny", seed: 1, steps: 9, heldOut: [evaluation]))
  }
}

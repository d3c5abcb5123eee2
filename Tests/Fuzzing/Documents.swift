import Foundation
import OFAEngine
import OFAFormats
import OFAHardware
import OFANumerics
import OFAPipeline
import OFARegression
import OFAReport
import OFASearch
import OFASpace
import OFASupernet
import OFATraining

extension Reader {
  /// The package's own documents.
  static let documents: [Maker] = [
    ("space", space), ("recipe", recipe), ("run", run), ("profile", profile), ("journal", journal),
    ("predictor", predictor), ("results", { try part(of: "results.json", "results", $0) }),
    ("data", { try part(of: "data.json", "data", $0) }), ("metrics", metrics),
  ]

  private static func document(
    _ name: String, _ folder: String, _ seeds: [String], words: [String] = [], read: @escaping ([UInt8]) throws -> Void
  ) -> Reader {
    Reader(name: name, path: "\(folder)/\(name).json", seeds: seeds.map(bytes), form: .text(words), read: read)
  }

  private static func text(_ input: [UInt8]) -> String { String(decoding: input, as: UTF8.self) }

  private static func space(_ folder: String) throws -> Reader {
    let names = ["mbv3-32", "ofa_resnet50"]
    let seeds = try names.map { try OFAFormats.Documents.encode(SearchSpace.named($0)) }
    let words = ["\"bottleneck\"", "\"mobile\"", "\"relu\"", "\"first\"", "16384", "64", "63", "16", "0.001"]
    return document("space", folder, seeds, words: words) { input in
      let space = try OFAFormats.Documents.decode(SearchSpace.self, from: text(input), at: "space")
      var generator = SeededGenerator(seed: 1, stream: "fuzz")
      for subnet in [space.smallest, space.largest, space.randomSubnet(using: &generator)] {
        guard space.graph(of: subnet).costs.peakActivationBytes > 0 else {
          throw Finding(what: "a network without costs")
        }
        guard try space.subnet(id: space.id(of: subnet)) == subnet else {
          throw Finding(what: "an id of another subnet")
        }
        guard try space.subnet(encoding: space.encoding(of: subnet)) == subnet else {
          throw Finding(what: "features of another subnet")
        }
      }
      _ = (space.architectureCount.description, space.elasticChannels, try space.adapted(classes: 7))
    }
  }

  /// Works a recipe out, as a training does before its first step.
  private static func workOut(_ recipe: Recipe, in space: SearchSpace) throws {
    try recipe.check(at: "recipe")
    let plans = PhasePlan.plans(for: recipe, in: space, totalSteps: recipe.epochs * 18)
    guard plans.allSatisfy({ $0.steps > 0 && $0.end > 0 && $0.stepCost > 0 }) else {
      throw Finding(what: "a phase of nothing")
    }
  }

  private static func recipe(_ folder: String) throws -> Reader {
    let world = try World()
    // Few phases, so that damage falls on all of it.
    let seeds = try Recipe.builtInNames.map { name in
      var recipe = try Recipe.named(name)
      recipe.phases = Array(recipe.phases.prefix(2))
      return try OFAFormats.Documents.encode(recipe)
    }
    return document("recipe", folder, seeds) { input in
      try workOut(OFAFormats.Documents.decode(Recipe.self, from: text(input), at: "recipe"), in: world.space)
    }
  }

  private static func run(_ folder: String) throws -> Reader {
    let world = try World()
    let seeds = try [TrainingBudget.epochs(3), .time(.seconds(90))].map {
      try OFAFormats.Documents.encode(world.configuration($0))
    }
    return document("run", folder, seeds, words: ["\"epochs\"", "\"timeSeconds\""]) { input in
      let run = try OFAFormats.Documents.decode(RunConfiguration.self, from: text(input), at: "run")
      try workOut(run.recipe, in: run.space)
    }
  }

  private static func profile(_ folder: String) throws -> Reader {
    let world = try World()
    let seeds = try [world.profile, world.fittedProfile()].map { try OFAFormats.Documents.encode($0) }
    let words = [
      "\"meanMilliseconds\"", "\"deviationMilliseconds\"", "\"resolution\"", "\"limits\"", "linearb", "conv1",
      "\"layers\"", "\"rates\"", "\"feature\"", "\"spaces\": [\"s\"],",
    ]
    return document("profile", folder, seeds, words: words) { input in
      let profile = try OFAFormats.Documents.decode(DeviceProfile.self, from: text(input), at: "profile")
      _ = profile.doubts
      for subnet in world.subnets {
        _ = try JSON.encode(PredictedLatency(of: subnet, in: world.space, on: profile))
      }
      let costs = try CostModel(world.space, profiles: [profile])
      _ = world.subnets.filter { costs.choices.resolutions.contains($0.resolution) }.map(costs.prices)
      _ = try OFAFormats.Documents.encode(profile)
    }
  }

  private static func predictor(_ folder: String) throws -> Reader {
    let world = try World()
    let seeds = try Regression.Kind.allCases.map { try OFAFormats.Documents.encode(world.predictor($0)) }
    let words = ["\"layout\": [\"resolution\"],", "\"network\"", "\"ridge\"", "\"trees\"", "\"stem\"", "\"feature\""]
    return document("predictor", folder, seeds, words: words) { input in
      let predictor = try OFAFormats.Documents.decode(AccuracyPredictor.self, from: text(input), at: "predictor")
      let estimator = try PredictedAccuracy(predictor, space: world.space)
      let known = world.subnets.filter { predictor.resolutions.contains($0.resolution) }
      guard estimator.accuracies(of: known).allSatisfy({ 0...1 ~= $0 }) else {
        throw Finding(what: "an accuracy beyond 0…1")
      }
    }
  }

  /// One file of a model folder, the others sound.
  static func part(of name: String, _ reader: String, _ folder: String, form: Form = .text([])) throws -> Reader {
    let world = try World()
    let model = world.folder + "/model"
    try world.model().write(to: model)
    let path = "\(model)/\(name)"
    return Reader(name: reader, path: path, seeds: [try InputFile.read(path)], form: form) { _ in
      let model = try Model(reading: model)
      let team = ThreadTeam(threads: 1)
      guard let evaluator = Evaluator(of: model, team: team) else { return }
      _ = evaluator.statistics(of: world.space.smallest, in: model.supernet)
    }
  }

  private static func metrics(_ folder: String) throws -> Reader {
    let world = try World()
    let path = folder + "/metrics.jsonl"
    let subnet = try JSON.encode(world.space.document(of: world.space.smallest), pretty: false)
    let lines = (1...6).map { step in
      let evaluation = "{\"id\":\"r8\",\"subnet\":\(subnet),\"topOneAccuracy\":0.5,\"loss\":1}"
      return """
        {"phase":"\(step < 4 ? "full" : "kernel")","step":\(20 * step),"epoch":\(step),"seconds":1.5,\
        "loss":\(2.5 / Double(step)),"learningRate":0.1,"gradientNorm":3,"imagesPerSecond":100,\
        "parts":{"images":0.1,"forward":1,"backward":1.5,"update":0.2},"processorSeconds":2,"peakBytes":1000000\(step % 3 == 0 ? ",\"heldOut\":[\(evaluation)]" : "")}

        """
    }
    let configuration = try world.configuration(.epochs(2))
    return Reader(name: "metrics", path: path, seeds: [bytes(lines.joined())], form: .text(["\n", "\"loss\""])) {
      _ in
      let metrics = try JSONLines.read(Metrics.self, path, allowingCutEnd: true)
      let run = RunRecord(folder: folder, configuration: configuration, metrics: metrics)
      let html = Page.training(run).html + Page.comparison([run, run]).html
      if html.contains("\"nan\"") { throw Finding(what: "a report with nan in it") }
    }
  }
}

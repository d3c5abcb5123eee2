import Foundation
import OFAFormats
import OFAHardware
import OFAPipeline
import OFARegression
import OFASpace
import TestSupport
import Testing
import TinyWorld

/// The bytes of every file in a folder, by name.
func files(in folder: String) throws -> [String: [UInt8]] {
  let names = try FileManager.default.contentsOfDirectory(atPath: folder)
  return Dictionary(uniqueKeysWithValues: try names.map { ($0, try InputFile.read("\(folder)/\($0)")) })
}

extension TinyWorld {
  /// A training run in a folder of this world.
  func training(_ name: String, threads: Int = 1) -> Training {
    var training = Training(output: path(name), threads: threads)
    training.space = SpaceSource(.named(space))
    training.data = data
    training.recipe = recipe
    training.seed = 7
    return training
  }
}

@Suite struct WholePathTests {
  @Test("Trained, profiled, specialized, evaluated, exported: each step reads what the one before wrote")
  func wholePath() throws {
    let world = try TinyWorld()
    let space = try world.searchSpace()
    let training = world.training("run")
    let trained = try training.run()
    #expect(trained.steps == 2 * (288 / 16) && trained.seconds > 0 && trained.imagesPerSecond > 0)
    #expect(trained.corners.map(\.id).contains(space.id(of: space.largest)))
    let model = training.modelFolder

    let profiled = try Profiling(space: space, runner: "host", budget: .milliseconds(100), device: "here")
      .run(output: Output(world.path("profile.json")))
    #expect(profiled.blocks > 0 && 0...1 ~= profiled.withinTenPercent)
    let profile = try Documents.read(DeviceProfile.self, world.path("profile.json"))
    #expect(profile.device.name == "here" && profile.spaces == [space.name])

    let limit = try Budgets(multiplyAccumulates: "40k")
    var specialization = Specialization(space: SpaceSource(.model(model)), budgets: limit)
    specialization.profiles = [world.path("profile.json")]
    specialization.front = Output(world.path("front.jsonl"))
    let found = try specialization.run()
    #expect(found.best.costs == SubnetCosts(of: found.best.subnet, in: space))
    #expect(found.best.costs.multiplyAccumulates <= 40_000)
    // The images that it was trained on are still there: the best few are evaluated on those that are held out.
    #expect(found.evaluatedOnImages == 5)
    var heldOut: [AccuracyMeasurement.Result] = []
    try AtomicFile.write("\"\(found.best.id)\"\n", to: world.path("best.jsonl"))
    try AccuracyMeasurement(model: model, data: world.data, split: .heldOut, threads: 1)
      .measure(subnets: world.path("best.jsonl")) { heldOut.append($0) }
    #expect(found.best.heldOutAccuracy == heldOut.first?.topOneAccuracy)
    let range = try #require(found.best.predictedRange)
    #expect(range.contains(found.best.predictedAccuracy) && 0...1 ~= range.lowerBound && 0...1 ~= range.upperBound)
    specialization.evaluates = false
    let unevaluated = try specialization.run()
    #expect(unevaluated.evaluatedOnImages == 0 && unevaluated.best.heldOutAccuracy == nil)
    #expect(unevaluated.best.predictedAccuracy >= found.best.predictedAccuracy)
    let predicted = try PredictedLatency(of: found.best.subnet, in: space, on: profile)
    #expect(abs((found.best.latencyMilliseconds ?? 0) - predicted.latencyMilliseconds) < 1e-9)
    #expect(try space.subnets(named: world.path("front.jsonl")) == found.front.map(\.subnet))

    var accuracies: [AccuracyMeasurement.Result] = []
    let measurement = AccuracyMeasurement(model: model, data: world.data, threads: 1)
    try measurement.measure(subnets: world.path("front.jsonl")) { accuracies.append($0) }
    #expect(accuracies.map(\.id) == found.front.map(\.id))
    #expect(accuracies.allSatisfy { 0...1 ~= $0.topOneAccuracy })

    let export = SubnetExport(model: model, subnet: found.best.id, threads: 1)
    let exported = try export.run(output: Output(world.path("subnet.onnx")), verifies: false)
    #expect(exported.bytes == (try InputFile.read(world.path("subnet.onnx"))).count)
    #expect(exported.maxAbsoluteDifference == nil)
  }

  @Test("Images that are others by now keep no search from its answer; those that were named must be there")
  func otherImages() throws {
    let world = try TinyWorld()
    let training = world.training("run")
    _ = try training.run()
    var specialization = Specialization(space: SpaceSource(.model(training.modelFolder)), budgets: Budgets())
    for damage in ["cut", "none"] {
      if damage == "cut" {
        let path = world.data + "/train-labels-idx1-ubyte"
        try AtomicFile.write(Array(InputFile.read(path).dropLast(7)), to: path)
      } else {
        try FileManager.default.removeItem(atPath: world.data)
      }
      var warnings: [String] = []
      let found = try specialization.run(monitor: Monitor(warn: { warnings.append($0) }))
      #expect(found.best.heldOutAccuracy == nil && found.evaluatedOnImages == 0)
      #expect(warnings.contains { $0.contains("not evaluated on images") } == (damage == "cut"), "\(warnings)")
    }
    specialization.data = world.data
    #expect(failure { try specialization.run() }?.kind == .missingInput)
    specialization.space = SpaceSource(.named(world.space))
    #expect(failure { try specialization.run() }?.kind == .usage)
  }

  @Test("Who searches is told where a predictor ranks no better than multiply-accumulates, and what to do")
  func poorPredictor() throws {
    let world = try TinyWorld()
    let training = world.training("run")
    let quality = try #require(try training.run().predictor)
    let path = training.modelFolder + "/predictor.json"
    let fitted = try Documents.read(AccuracyPredictor.self, path)
    #expect(quality.kendallTau == fitted.report?.kendallTau && quality.macsKendallTau == fitted.costKendallTau)
    for tau in [-1.0, 1.0] {
      let text = try Documents.encode(fitted).replacing(/"costKendallTau": [^,]*/, with: "\"costKendallTau\": \(tau)")
      try AtomicFile.write(text, to: path)
      var warnings: [String] = []
      _ = try Specialization(space: SpaceSource(.model(training.modelFolder)), budgets: Budgets())
        .run(monitor: Monitor(warn: { warnings.append($0) }))
      if tau < 0 {
        #expect(warnings.isEmpty)
      } else {
        #expect(warnings.count == 1 && warnings[0].contains("no better than multiply-accumulates"))
        let command = "ofa predictor train --model \(training.modelFolder) --data \(world.data) --samples 300"
        #expect(warnings[0].contains(command))
      }
    }
  }

  @Test("A plan for the board is written under a name that ends in .plan, and reports are whole pages")
  func planAndReports() throws {
    let world = try TinyWorld()
    let training = world.training("run")
    _ = try training.run()
    let space = try world.searchSpace()
    let export = SubnetExport(model: training.modelFolder, subnet: space.id(of: space.smallest), threads: 1)
    _ = try export.run(output: Output(world.path("subnet.plan")), verifies: false)
    #expect(try InputFile.read(world.path("subnet.plan")).starts(with: Array("OFAPLAN".utf8)))

    var specialization = Specialization(space: SpaceSource(.model(training.modelFolder)), budgets: Budgets())
    specialization.report = Output(world.path("front.html"))
    _ = try specialization.run()
    for path in ["run/report.html", "front.html"] {
      let page = String(decoding: try InputFile.read(world.path(path)), as: UTF8.self)
      #expect(page.hasPrefix("<!DOCTYPE html>") && page.contains("<svg") && page.hasSuffix("</html>\n"))
    }
  }

  @Test("Equal seeds give equal models, searches and exports, byte for byte, on one thread and on two")
  func isDeterministic() throws {
    let world = try TinyWorld()
    var outcomes: [[String: [UInt8]]] = []
    for threads in [1, 2] {
      // An exported file says which model it is of.
      let training = world.training("\(threads)/run", threads: threads)
      _ = try training.run()
      var specialization = Specialization(space: SpaceSource(.model(training.modelFolder)), budgets: Budgets(), seed: 3)
      specialization.front = Output(training.modelFolder + "/front.jsonl")
      let best = try specialization.run().best
      let export = SubnetExport(model: training.modelFolder, subnet: best.id, threads: threads)
      _ = try export.run(output: Output(training.modelFolder + "/subnet.onnx"), verifies: false)
      outcomes.append(try files(in: training.modelFolder))
    }
    #expect(outcomes[0].keys.sorted() == outcomes[1].keys.sorted())
    for (name, bytes) in outcomes[0] { #expect(bytes == outcomes[1][name], "\(name) differs") }
  }

  @Test("A run that was interrupted and resumed leaves the model of one that was not")
  func resumes() throws {
    let world = try TinyWorld()
    let whole = world.training("whole")
    _ = try whole.run()

    var cut = world.training("cut")
    var steps = 0
    let monitor = Monitor(show: { _ in steps += 1 }, isInterrupted: { steps >= 20 })
    #expect(failure { _ = try cut.run(monitor: monitor) }?.kind == .interrupted)
    #expect(failure { _ = try cut.run() }?.kind == .usage)
    cut.resumes = true
    _ = try cut.run()
    #expect(try files(in: whole.modelFolder) == files(in: cut.modelFolder))
  }

  @Test("A run of another run's configuration is that run, but for what is said otherwise")
  func takesConfiguration() throws {
    let world = try TinyWorld()
    let first = world.training("first")
    let result = try first.run()
    var second = Training(output: world.path("second"), threads: 1)
    second.configuration = world.path("first/config.json")
    _ = try second.run()
    #expect(try files(in: first.modelFolder) == files(in: second.modelFolder))
    var third = Training(output: world.path("third"), threads: 1)
    third.configuration = world.path("first/config.json")
    third.epochs = 1
    // Every phase has a step at the least.
    #expect(try abs(third.run().steps - result.steps / 2) <= 6)
  }

  @Test("A time for training is kept, and still leaves a predictor")
  func keepsTime() throws {
    let world = try TinyWorld()
    var training = world.training("timed")
    training.time = .seconds(2)
    let clock = ContinuousClock()
    let taken = try clock.measure { _ = try training.run() }
    #expect(taken < .seconds(20))
    #expect(FileManager.default.fileExists(atPath: training.modelFolder + "/predictor.json"))
  }
}

import Foundation
import OFAData
import OFAEngine
import OFAFormats
import OFAPipeline
import OFAProfiling
import OFARegression
import OFASearch
import OFASpace
import OFASupernet
import TestSupport
import Testing
import TinyWorld

@Suite struct SmallUsesTests {
  @Test("A space is summed up in the reference's numbers")
  func summary() throws {
    let summary = SpaceSummary(of: try SpaceSource(.named("mbv3-32")).space())
    #expect(summary.architectures == "21758655492572485851")
    #expect(summary.subnets == "65275966477717457553")
    #expect(summary.blocks == 20 && summary.stages == 5 && summary.resolutions == [24, 28, 32])
    #expect(summary.stageChoices.map(\.blocks) == Array(repeating: [2, 3, 4], count: 5))
    #expect(summary.stageChoices[4].kernelSizes == [3, 5, 7] && summary.stageChoices[4].expandRatios == [3, 4, 6])
    #expect(summary.largest.multiplyAccumulates == 28_564_032)
    // Widths that subnets choose, rounded; blocks that are always there; a stem's depth is no stage's.
    let resNet = SpaceSummary(of: try SpaceSource(.named("ofa_resnet50")).space())
    #expect(resNet.stemDepths == [0, 2] && summary.stemDepths == nil)
    let bottlenecks = resNet.stageChoices
    #expect(bottlenecks.map(\.blocks) == [[2, 3, 4], [2, 3, 4], [4, 5, 6], [2, 3, 4]])
    #expect(bottlenecks.map(\.widths) == [[168, 208, 256], [336, 408, 512], [664, 816, 1024], [1328, 1640, 2048]])
    #expect(bottlenecks.map(\.stride) == [1, 2, 2, 2])
  }

  @Test("No subnet costs less than the smallest of a summary, or more than the largest")
  func range() throws {
    let space = try TinyWorld().searchSpace()
    let summary = SpaceSummary(of: space)
    let all = space.subnets().map { SubnetCosts(of: $0, in: space) }
    for cost in [\SubnetCosts.multiplyAccumulates, \.parameters, \.weightBytes, \.peakActivationBytes] {
      let costs = all.map { $0[keyPath: cost] }
      #expect(costs.min() == summary.smallest[keyPath: cost] && costs.max() == summary.largest[keyPath: cost])
    }
  }

  @Test("Costs are those of the reference")
  func costs() throws {
    let space = try SpaceSource(.named("mbv3-32")).space()
    let costs = SubnetCosts(of: space.uniform(depth: 3, expandRatio: 4, kernelSize: 5), in: space)
    #expect(costs.multiplyAccumulates == 12_050_944 && costs.parameters == 655_810)
  }

  @Test("A source puts classes, channels and widths in place of the space's own")
  func adapts() throws {
    let space = try SpaceSource(.named("mbv3-32"), classes: 5, channels: 1, widthMultiplier: 2).space()
    #expect(space.classes == 5 && space.channels == 1 && space.definition.widthMultiplier == 2)
    #expect(failure { _ = try SpaceSource(.named("mbv3-32"), classes: 0).space() }?.kind == .usage)
    #expect(failure { _ = try SpaceSource(.named("nowhere")).space() }?.kind == .usage)
    #expect(failure { _ = try SpaceSource(.model("nowhere")).space() }?.kind == .missingInput)
  }

  @Test("Subnets are read from a file in any of their forms; what is no text is refused by its path")
  func subnets() throws {
    let world = try TinyWorld()
    let space = try world.searchSpace()
    let path = world.path("subnets.jsonl")
    try AtomicFile.write(
      """
      {"resolution": 12, "depths": 2, "kernelSizes": [5, 5, 3, 3], "expandRatios": 3}
      "\(space.id(of: space.smallest))"
      """, to: path)
    #expect(try space.subnets(named: path) == [space.largest, space.smallest])
    try AtomicFile.write([0xff, 0xfe], to: path)
    #expect(failure { _ = try space.subnets(named: path) }?.kind == .usage)
    #expect(failure { _ = try space.subnets(named: world.path("none")) }?.kind == .missingInput)
  }

  @Test("A measurement tells the median and its spread for each subnet in order")
  func measures() throws {
    let world = try TinyWorld()
    let space = try world.searchSpace()
    let subnets = [space.largest, space.smallest]
    let latencies = try LatencyMeasurement(runner: "host", space: space).measure(subnets)
    #expect(latencies.map(\.id) == subnets.map(space.id))
    for latency in latencies {
      #expect(0 < latency.p10Milliseconds && latency.p10Milliseconds <= latency.latencyMilliseconds)
      #expect(latency.latencyMilliseconds <= latency.p90Milliseconds && latency.runs >= 30)
    }
  }

  @Test("The engine's and the search's speed are told in consistent numbers")
  func benchmarks() throws {
    let space = try TinyWorld().searchSpace()
    let macs = Double(SubnetCosts(of: space.smallest, in: space).multiplyAccumulates)
    let training = try EngineBenchmark.trainingStep(of: space.smallest, in: space, batch: 4, threads: 1)
    let inference = try EngineBenchmark.inference(of: space.smallest, in: space, batch: 4, threads: 1)
    for (benchmark, passes) in [(training, 3.0), (inference, 1)] {
      #expect(abs(benchmark.imagesPerSecond * benchmark.medianSeconds - 4) < 1e-9)
      #expect(abs(benchmark.gmacsPerSecond * 1e9 / (benchmark.imagesPerSecond * passes * macs) - 1) < 1e-9)
      #expect(benchmark.peakBytes > 1_000_000 && !benchmark.kernelForm.isEmpty)
    }
  }

  @Test("A model whose images are neither grey nor of three colours takes no pictures, and says so")
  func otherChannels() throws {
    let world = try TinyWorld()
    let space = try world.searchSpace().adapted(channels: 2)
    let (model, photo) = (world.path("model"), world.path("photo.png"))
    try write(Supernet(space: space), to: model)
    try AtomicFile.write(
      Picture(height: 9, width: 9, channels: 1, pixels: [UInt8](repeating: 9, count: 81)).png(), to: photo)
    let refused = [
      failure { try Classification(model: model, threads: 1).classify([photo]) { _, _ in } },
      failure { try export("pictures.onnx", takesPictures: true) },
      failure { try export("script.onnx", writesScript: true) },
    ]
    for failure in refused {
      #expect(failure?.kind == .badData && failure?.message.hasPrefix("images of 2 channels") == true, "\(refused)")
    }
    func export(_ name: String, takesPictures: Bool = false, writesScript: Bool = false) throws {
      _ = try SubnetExport(model: model, subnet: space.id(of: space.smallest), threads: 1).run(
        output: Output(world.path(name)), verifies: false, takesPictures: takesPictures, writesScript: writesScript)
    }
    // Other uses are not refused.
    try export("images.onnx")
    #expect(InputFile.isFile(world.path("images.onnx")) && !InputFile.isFile(world.path("pictures.onnx")))
  }

  /// Writes a supernet as an imported model.
  private func write(_ supernet: Supernet, to folder: String) throws {
    let space = supernet.space
    try Model(
      supernet: supernet, statistics: .unit(for: space.graph(of: space.largest)), calibration: nil,
      input: InputDescription(
        dataset: "d", means: Array(repeating: 0, count: space.channels),
        standardDeviations: Array(repeating: 1, count: space.channels),
        classNames: (0..<space.classes).map(String.init), licence: "CC0"),
      results: TrainingResults(recipe: TrainingResults.imported, seed: 0, steps: 0, heldOut: [])
    ).write(to: folder)
  }

  /// A model whose weights are all equal.
  private func model(_ space: SearchSpace, weights: Float, in folder: String) throws {
    let supernet = Supernet(space: space)
    supernet.weights.values.update(repeating: weights)
    try write(supernet, to: folder)
  }

  @Test("An imported model of more classes than a set has is judged on it, and taken for what the set does not have")
  func furtherClasses() throws {
    let world = try TinyWorld()
    let supernet = Supernet(space: try world.searchSpace().adapted(classes: 5))
    // Whatever it sees is the last class.
    supernet.weights["head.classifier.bias"][4] = 1
    let model = world.path("model")
    try write(supernet, to: model)
    for (part, name) in [("train", "cat"), ("train", "dog"), ("test", "cat"), ("test", "dog")] {
      for number in 0..<3 {
        try AtomicFile.write(
          Picture(height: 9, width: 9, channels: 1, pixels: [UInt8](repeating: UInt8(number), count: 81)).png(),
          to: world.path("animals/\(part)/\(name)/\(number).png"))
      }
    }
    var measurement = AccuracyMeasurement(model: model, data: world.path("animals"), threads: 1)
    measurement.report = Output(world.path("page.html"))
    var found: [AccuracyMeasurement.Result] = []
    try measurement.measure(subnets: "largest") { found.append($0) }
    #expect(found.map(\.topOneAccuracy) == [0])
    let page = try String(contentsOfFile: world.path("page.html"), encoding: .utf8)
    #expect(page.contains("taken for 4"))
  }

  @Test("A model whose logits are no numbers classifies nothing, and says so")
  func hugeWeights() throws {
    let world = try TinyWorld()
    let (folder, photo) = (world.path("model"), world.path("photo.png"))
    try model(world.searchSpace(), weights: 3e38, in: folder)
    try AtomicFile.write(
      Picture(height: 9, width: 9, channels: 1, pixels: [UInt8](repeating: 9, count: 81)).png(), to: photo)
    let failure = failure { try Classification(model: folder, threads: 1).classify([photo]) { _, _ in } }
    #expect(failure?.kind == .badData && failure?.message.hasPrefix("a logit is no number") == true)
  }

  @Test("A predictor that knows other resolutions than a space predicts at those that both have, by its own")
  func strangeResolution() throws {
    let world = try TinyWorld()
    let space = try world.searchSpace()
    let folder = world.path("model")
    try model(space, weights: 0.01, in: folder)
    let wide = try space.adapted(resolutions: [12, 16, 20])
    let features = try SubnetFeatures(wide)
    let subnets = Array(wide.subnets().prefix(AccuracyPredictor.fewestSamples))
    let predictor = try AccuracyPredictor(
      space: wide.name, resolutions: wide.resolutions, features: subnets.map(features.features),
      accuracies: subnets.indices.map { Double($0) / 10 }, seed: 1, kinds: [.ridge])
    try Documents.write(predictor, to: Model.predictorPath(in: folder))
    for (resolution, isKnown) in [(12, true), (16, false), (8, false)] {
      var subnet = space.largest
      subnet.resolution = resolution
      let expected = isKnown ? try PredictedAccuracy(predictor, space: wide).accuracies(of: [subnet])[0] : nil
      let file = world.path("\(resolution).safetensors")
      _ = try SubnetExport(model: folder, subnet: space.id(of: subnet), threads: 1)
        .run(output: Output(file), verifies: false)
      #expect(
        try Safetensors(reading: file).metadata["accuracy.predicted"]
          == expected.map { try JSON.encode($0, pretty: false) })
    }
  }

  @Test("Two targets with one output are refused, however its path is written")
  func oneOutput() throws {
    let world = try TinyWorld()
    let path = world.path("targets.jsonl")
    try FileManager.default.createDirectory(atPath: world.path("real"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: world.path("link"), withDestinationPath: world.path("real"))
    for (one, other) in [
      ("t.onnx", "./t.onnx"), ("\(world.path("real"))/t.onnx", "\(world.path("link"))/../real/t.onnx"),
      ("\(world.path("real"))/t.onnx", "\(world.path("link"))/t.onnx"),
    ] {
      try AtomicFile.write("{\"output\": \"\(one)\"}\n{\"output\": \"\(other)\"}\n", to: path)
      let failure = failure { try Target.read(path) }
      #expect(failure?.kind == .badData && failure?.message == "two targets have one output", "\(one) \(other)")
    }
    try AtomicFile.write("{\"output\": \"t.onnx\"}\n{\"output\": \"u.onnx\"}\n", to: path)
    #expect(try Target.read(path).count == 2)
  }

  @Test("Fronts of numbers whose products are beyond all are refused")
  func hugeFronts() throws {
    let world = try TinyWorld()
    let path = world.path("front.csv")
    for number in ["1e200", "-1e200"] {
      try AtomicFile.write("accuracy,multiplyAccumulates\n0.5,1\n0.6,\(number)\n", to: path)
      let failure = failure { try FrontComparison([path]).run() }
      #expect(failure?.kind == .badData && failure?.message.contains("point 2") == true)
    }
  }

  @Test("What was measured before an interruption is handed over")
  func interruptedMeasurement() throws {
    let space = try TinyWorld().searchSpace()
    let subnets = [Subnet](repeating: space.smallest, count: 40)
    var (latencies, part) = ([MeasuredLatency](), 0.0)
    let found = failure {
      try LatencyMeasurement(runner: "host", space: space).measure(
        subnets, monitor: Monitor(show: { part = $0.fraction }, isInterrupted: { part > 0.81 })
      ) { latencies.append($0) }
    }
    #expect(found?.kind == .interrupted && latencies.count == 32)
  }

  @Test("Work that a monitor interrupts ends as interrupted")
  func interrupts() throws {
    let space = try TinyWorld().searchSpace()
    let found = failure {
      _ = try LatencyMeasurement(runner: "host", space: space)
        .measure([space.largest], monitor: Monitor(isInterrupted: { true }))
    }
    #expect(found?.kind == .interrupted)
  }
}

import OFAEngine
import OFAFormats
import OFANumerics
import OFAPipeline
import OFASpace
import OFASupernet
import TestSupport
import Testing
import TinyWorld

@Suite struct ForwardPassTests {
  private let world: TinyWorld
  private let model: String
  private let space: SearchSpace

  init() throws {
    world = try TinyWorld()
    var training = world.training("run")
    training.epochs = 1
    _ = try training.run()
    model = training.modelFolder
    space = try world.searchSpace()
  }

  private func random(_ count: Int, stream: String) -> [Float] {
    var generator = SeededGenerator(seed: 1, stream: stream)
    return (0..<count).map { _ in Float(generator.gaussian()) }
  }

  private func write(_ tensors: [Safetensors.Tensor], _ name: String) throws -> String {
    try Safetensors(tensors: tensors).write(to: world.path(name))
    return world.path(name)
  }

  @Test("Logits are the supernet's, with statistics of the recalibration file's batches in the order of their names")
  func recalibrates() throws {
    let subnets = [space.largest, space.smallest].map { subnet in
      var subnet = subnet
      subnet.resolution = 8
      return subnet
    }
    try AtomicFile.write(
      subnets.map { "\"\(space.id(of: $0))\"\n" }.joined(), to: world.path("subnets.jsonl"))
    let images = random(5 * 64, stream: "images")
    let batches = [random(3 * 64, stream: "a"), random(3 * 64, stream: "b")]
    let imagesPath = try write([.init("x", shape: [5, 8, 8, 1], values: images)], "images.safetensors")
    let batchesPath = try write(
      [
        .init("b", shape: [3, 8, 8, 1], values: batches[1]), .init("a", shape: [3, 8, 8, 1], values: batches[0]),
      ], "batches.safetensors")
    let result = try ForwardPass(model: model, recalibration: batchesPath, threads: 1)
      .run(subnets: world.path("subnets.jsonl"), images: imagesPath, output: Output(world.path("out.safetensors")))
    #expect(result.subnets == 2 && result.images == 5 && result.classes == 3)
    let logits = try #require(try Safetensors(reading: world.path("out.safetensors"))["logits"])
    #expect(logits.shape == [2, 5, 3])

    let supernet = try Model(reading: model).supernet
    let team = ThreadTeam(threads: 1)
    let expected = subnets.flatMap { subnet in
      let statistics = supernet.statistics(of: subnet, batches: batches, team: team)
      return supernet.logits(of: subnet, images: images, statistics: statistics, team: team)
    }
    #expect(logits.values == expected)
  }

  @Test("Images in PyTorch's order give the logits of the same images in the engine's")
  func layouts() throws {
    var subnet = space.largest
    subnet.resolution = 8
    try AtomicFile.write("\"\(space.id(of: subnet))\"\n", to: world.path("subnets.jsonl"))
    // With one channel the two orders are the same bytes under other shapes.
    let values = random(2 * 64, stream: "images")
    var logits: [[Float]] = []
    for (layout, shape) in [(ImageLayout.nhwc, [2, 8, 8, 1]), (.nchw, [2, 1, 8, 8])] {
      let path = try write([.init("images", shape: shape, values: values)], "\(layout).safetensors")
      _ = try ForwardPass(model: model, layout: layout, threads: 1)
        .run(subnets: world.path("subnets.jsonl"), images: path, output: Output(world.path("out.safetensors")))
      logits.append(try Safetensors(reading: world.path("out.safetensors")).tensors[0].values)
    }
    #expect(logits[0] == logits[1] && logits[0].allSatisfy(\.isFinite))
  }

  @Test("Images of another size, of another rank, or none are refused with their place")
  func refuses() throws {
    try AtomicFile.write("\"\(space.id(of: space.largest))\"\n", to: world.path("subnets.jsonl"))
    for (shape, words) in [([2, 8, 8, 1], "8x8x1"), ([2, 64], "four dimensions")] {
      let path = try write([.init("x", shape: shape, values: random(128, stream: "x"))], "images.safetensors")
      let found = failure {
        _ = try ForwardPass(model: model, threads: 1)
          .run(subnets: world.path("subnets.jsonl"), images: path, output: Output(world.path("out.safetensors")))
      }
      #expect(found?.kind == .badData && found?.place == "\(path): x")
      #expect(found?.message.contains(words) == true)
    }
    let none = try write([], "images.safetensors")
    let found = failure {
      _ = try ForwardPass(model: model, threads: 1)
        .run(subnets: world.path("subnets.jsonl"), images: none, output: Output(world.path("out.safetensors")))
    }
    #expect(found?.kind == .badData)
  }

  @Test("Without recalibration a subnet takes the full network's statistics; the full network is the same either way")
  func fullStatistics() throws {
    try AtomicFile.write(
      "\"\(space.id(of: space.largest))\"\n\"\(space.id(of: space.smallest))\"\n", to: world.path("subnets.jsonl"))
    func losses(_ recalibrates: Bool) throws -> [Double] {
      var losses: [Double] = []
      let measurement = AccuracyMeasurement(
        model: model, data: world.data, split: .heldOut, recalibrates: recalibrates, threads: 1)
      try measurement.measure(subnets: world.path("subnets.jsonl")) { losses.append($0.loss) }
      return losses
    }
    let (own, full) = (try losses(true), try losses(false))
    #expect(own[0] == full[0])
    #expect(own[1] != full[1])
  }

  @Test("Images of other classes or channels than the model's are refused")
  func otherData() throws {
    try AtomicFile.write("\"\(space.id(of: space.largest))\"\n", to: world.path("subnets.jsonl"))
    let found = failure {
      try AccuracyMeasurement(model: model, data: "shapes", threads: 1)
        .measure(subnets: world.path("subnets.jsonl")) { _ in }
    }
    #expect(found?.kind == .badData && found?.place == "shapes")
  }

  @Test("A predictor of its own can be fitted to a model")
  func predictor() throws {
    var fitting = PredictorFitting(model: model, data: world.data, samples: 40, threads: 1)
    fitting.archive = world.path("evaluations.jsonl")
    fitting.report = Output(world.path("curve.html"))
    let output = Output(world.path("predictor.json"))
    let result = try fitting.run(output: output)
    #expect(result.quality.samples == 40 && result.quality.rootMeanSquareError >= 0)
    #expect(-1...1 ~= result.quality.kendallTau && result.learningCurve.map(\.samples) == [16, 32, 40])
    #expect(try JSON.encode(result, pretty: false).contains("\"learningCurve\":[{\"samples\":16,"))
    #expect(try String(contentsOfFile: world.path("curve.html"), encoding: .utf8).contains("Learning curve"))
    // What was evaluated is not evaluated again, and leads to the same.
    let whole = try InputFile.read(fitting.archive ?? "")
    let first = try InputFile.read(output.path)
    try AtomicFile.write(Array(whole.prefix(whole.count / 2)), to: fitting.archive ?? "")
    fitting.report = nil
    #expect(try fitting.run(output: output).quality == result.quality)
    #expect(try InputFile.read(output.path) == first && InputFile.read(fitting.archive ?? "") == whole)
    var specialization = Specialization(space: SpaceSource(.named(world.space)), budgets: .init())
    specialization.predictor = world.path("predictor.json")
    #expect(try specialization.run().evaluations > 0)
  }
}

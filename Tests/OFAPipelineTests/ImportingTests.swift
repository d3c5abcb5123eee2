import Foundation
import OFAFormats
import OFAHardware
import OFAPipeline
import OFARegression
import OFASupernet
import TestSupport
import Testing
import TinyWorld

@Suite struct ImportingTests {
  private let world: TinyWorld

  init() throws { world = try TinyWorld() }

  @Test("An exported network comes back with its classes and its normalization; given images, subnets get statistics")
  func exported() throws {
    let training = world.training("run")
    _ = try training.run()
    let file = world.path("net.safetensors")
    _ = try SubnetExport(model: training.modelFolder, subnet: "largest", threads: 1)
      .run(output: Output(file), verifies: false)
    var work = CheckpointImport(checkpoint: file, space: SpaceSource(.named(world.space)))
    _ = try work.run(output: world.path("plain"))
    work.data = world.data
    _ = try work.run(output: world.path("full"))
    let model = try Model(reading: training.modelFolder)
    for (name, images) in [("plain", nil), ("full", 1_000)] as [(String, Int?)] {
      let back = try Model(reading: world.path(name))
      #expect(back.input.means == model.input.means && back.input.classNames == model.input.classNames)
      #expect(back.input.dataset == model.input.dataset && back.input.centerFraction == 1)
      #expect(back.calibration?.count == images.map { min($0, 288) })
      for (subnet, isTold) in [("largest", false), ("smallest", images == nil)] {
        var warnings: [String] = []
        let export = SubnetExport(model: world.path(name), subnet: subnet, threads: 1)
        _ = try export.run(
          output: Output(world.path("again.plan"), force: true), verifies: false,
          monitor: Monitor(warn: { warnings.append($0) }))
        #expect(warnings.count == (isTold ? 1 : 0), "\(name) \(subnet): \(warnings)")
      }
    }
  }

  /// A latency table of networks that enter at a resolution.
  private func table(resolution: Int) -> String {
    let size = resolution / 2
    return """
      Conv-input:\(resolution)x\(resolution)x3-output:\(size)x\(size)x16: {mean: 1}
      expanded_conv-input:\(size)x\(size)x16-output:\(size)x\(size)x16-expand:1-kernel:3-stride:1-idskip:1: {mean: 2}
      Conv_1-input:8x8x16-output:8x8x96: {mean: 4}
      Logits-input:8x8x96-output:10: {mean: \(resolution)}

      """
  }

  @Test("A folder of tables becomes one profile; other files are left alone")
  func folder() throws {
    for resolution in [40, 32] {
      try AtomicFile.write(table(resolution: resolution), to: world.path("tables/\(resolution).yaml"))
    }
    try AtomicFile.write("not a table", to: world.path("tables/README"))
    let result = try LatencyImport(tables: world.path("tables"), device: "phone").run(
      output: Output(world.path("p.json")))
    #expect(try JSON.encode(result, pretty: false) == "{\"blocks\":5,\"resolutions\":[32,40],\"keys\":8}")
    let profile = try Documents.read(DeviceProfile.self, world.path("p.json"))
    #expect(profile.device.name == "phone" && profile.measurement.runner == "imported")
    let head = "8x8x16 > conv1 96 relu6 pool linearb 10"
    #expect(try [32, 40].map { try profile.table.entry(head, resolution: $0).milliseconds } == [36, 44])

    let one = try LatencyImport(tables: world.path("tables/40.yaml"), device: "phone").run(
      output: Output(world.path("p.json")))
    #expect(one.blocks == 3 && one.resolutions == [40] && one.keys == 4)
  }

  @Test("One table gives one profile, byte for byte, whatever its file is called and however it is written")
  func styles() throws {
    let plain = table(resolution: 32)
    let quoted = plain.split(separator: "\n").map { "\"" + $0.replacing(": {mean", with: "\": {\"mean\"") }
    let texts = [
      "plain.yaml": plain, "quoted.yml": quoted.joined(separator: "\n"),
      "table.json": "{" + quoted.joined(separator: ",\n") + "}",
      "marked.yaml": "\u{feff}" + plain, "windows.yaml": plain.replacing("\n", with: "\r\n"),
      "block.yaml": plain.replacing(": {mean: ", with: ":\n  mean: ").replacing("}", with: ""),
      "named.json.yaml": "---\n# measured on a Sunday\n" + plain,
    ]
    var profiles: Set<[UInt8]> = []
    for (name, text) in texts {
      try AtomicFile.write(text, to: world.path(name))
      let output = world.path(name + ".profile")
      _ = try LatencyImport(tables: world.path(name), device: "phone").run(output: Output(output))
      profiles.insert(try InputFile.read(output))
    }
    #expect(profiles.count == 1)
  }

  @Test("What is missing, broken or cannot be written is said by its path")
  func refused() throws {
    func expect(_ tables: String, _ output: String, _ kind: Failure.Kind, _ place: String) {
      let failure = failure { _ = try LatencyImport(tables: tables, device: "phone").run(output: Output(output)) }
      #expect(failure?.kind == kind && failure?.place?.hasPrefix(place) == true, "\(String(describing: failure))")
    }
    let (good, output) = (world.path("tables/32.yaml"), world.path("p.json"))
    try AtomicFile.write(table(resolution: 32), to: good)
    try AtomicFile.write("Conv:\n  mean: x\n", to: world.path("broken/1.yaml"))
    expect(world.path("nowhere"), output, .missingInput, world.path("nowhere"))
    expect(world.path("data"), output, .missingInput, world.path("data"))
    expect(world.path("broken"), output, .badData, world.path("broken") + "/1.yaml: line 1: Conv")
    expect(good, world.path("space.json/p.json"), .inputOutput, world.path("space.json"))

    var predictor = PredictorImport(file: world.path("nowhere"), space: SpaceSource(.named(world.space)))
    #expect(failure { _ = try predictor.run(output: Output(output)) }?.kind == .missingInput)
    predictor.file = good
    #expect(failure { _ = try predictor.run(output: Output(output)) }?.kind == .badData)
    #expect(!FileManager.default.fileExists(atPath: output))
  }

  @Test(
    "The tutorial's path: under 25 ms on the published Note10, by the published predictor, at least as good as its result",
    .enabled(if: sharedFolder != nil))
  func tutorial() throws {
    let data = try #require(sharedFolder) + "/data/ofa"
    let source = SpaceSource(.named("ofa_mbv3_d234_e346_k357_w1.0"), widthMultiplier: 1.2)
    let tables = try LatencyImport(tables: data + "/note10", device: "note10").run(
      output: Output(world.path("note10.json")))
    #expect(tables.blocks == 445 && tables.resolutions == [160, 176, 192, 208, 224] && tables.keys == 480)
    let predictor = try PredictorImport(file: data + "/acc_predictor.pth", space: source)
      .run(output: Output(world.path("predictor.json")))
    #expect(predictor.features == 128 && predictor.resolutions == [112, 128, 144, 160, 176, 192, 208, 224])

    let space = try source.space()
    let subnet = try space.subnet(id: "r192-35.33-45.43-67.37.43-45.45.47.33-63.63.65")
    let profile = try Documents.read(DeviceProfile.self, world.path("note10.json"))
    let latency = try PredictedLatency(of: subnet, in: space, on: profile)
    #expect(abs(latency.latencyMilliseconds - 24.730166853) < 1e-6)

    var specialization = Specialization(space: source, budgets: try Budgets(latency: "25ms"))
    specialization.profiles = [world.path("note10.json")]
    specialization.predictor = world.path("predictor.json")
    let best = try specialization.run().best
    #expect(best.predictedAccuracy >= 0.817129 && (best.latencyMilliseconds ?? 0) <= 25)
  }
}

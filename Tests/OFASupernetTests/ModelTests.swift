import Foundation
import OFAEngine
import OFAFormats
import OFASpace
import OFASupernet
import TestSupport
import Testing

@Suite("Model folders")
struct ModelTests {
  private let team = ThreadTeam(threads: 1)

  private func model(_ space: SearchSpace) -> Model {
    let supernet = randomSupernet(space)
    let evaluation = Evaluation(
      id: space.id(of: space.largest), subnet: space.document(of: space.largest), topOneAccuracy: 0.75, loss: 0.5)
    return Model(
      supernet: supernet,
      statistics: supernet.statistics(of: space.largest, batches: [randomImages(4, resolution: 12)], team: team),
      calibration: CalibrationImages(height: 2, width: 3, channels: 3, pixels: (0..<36).map(UInt8.init)),
      input: InputDescription(
        dataset: "test", means: [0.1, 0.2, 0.3], standardDeviations: [1, 2, 3], classNames: ["a", "b", "c", "d"]),
      results: TrainingResults(recipe: "progressive", seed: 7, steps: 12, heldOut: [evaluation]))
  }

  /// Writes a model, lets `change` damage the folder, and returns what reading it says.
  private func failureOfReading(after change: (String) throws -> Void) throws -> Failure? {
    try withTemporaryFolder { folder in
      try model(tinySpace()).write(to: folder)
      try change(folder)
      return failure { try Model(reading: folder) }
    }
  }

  @Test("What was written is read back, and equal models have equal bytes")
  func roundTrip() throws {
    try withTemporaryFolder { parent in
      let (folder, twin) = (parent + "/one", parent + "/two")
      let model = try model(tinySpace())
      try model.write(to: folder)
      let read = try Model(reading: folder)
      #expect(read.supernet.space == model.supernet.space)
      #expect(Array(read.supernet.weights.values) == Array(model.supernet.weights.values))
      #expect(read.statistics == model.statistics)
      #expect(read.calibration == model.calibration)
      #expect(read.input == model.input)
      #expect(read.results == model.results)
      try read.write(to: twin)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(
        names == [
          "README.md", "calibration-images-idx4-ubyte", "data.json", "results.json", "space.json",
          "statistics.safetensors", "weights.safetensors",
        ])
      for name in names {
        #expect(try InputFile.read(folder + "/" + name) == InputFile.read(twin + "/" + name), "\(name)")
      }
      let readMe = try String(contentsOfFile: folder + "/README.md", encoding: .utf8)
      #expect(readMe.contains("75.00 %"))
    }
  }

  @Test("Writing replaces what was there whole")
  func replaces() throws {
    try withTemporaryFolder { folder in
      let model = try model(tinySpace())
      try model.write(to: folder)
      try AtomicFile.write("{\"format\": \"ofa-accuracy-predictor\"}", to: Model.predictorPath(in: folder))
      try model.write(to: folder, readMe: "mine")
      #expect(!FileManager.default.fileExists(atPath: Model.predictorPath(in: folder)))
      #expect(try String(contentsOfFile: folder + "/README.md", encoding: .utf8) == "mine")
    }
  }

  @Test("A folder that is not there is missing input")
  func missing() {
    let failure = failure { try Model(reading: "/nonexistent/model") }
    #expect(failure?.kind == .missingInput)
    #expect(failure?.place?.hasPrefix("/nonexistent/model") == true)
  }

  @Test("Weights of another space are refused, the tensor named")
  func otherSpace() throws {
    let failure = try failureOfReading { folder in
      let other = try tinySpace().adapted(classes: 5)
      try Documents.write(other, to: folder + "/space.json")
    }
    #expect(failure?.kind == .badData)
    #expect(
      failure?.description.contains("weights.safetensors: tensor head.classifier.bias has shape [4]") == true)
  }

  @Test(
    "Missing, unknown and non-finite tensors are refused",
    arguments: [
      ("missing", "tensor stem.filter is missing"), ("unknown", "no part of the space has a tensor extra"),
      ("infinite", "tensor stem.scale holds a value that is not finite"),
    ])
  func tensors(_ damage: String, _ message: String) throws {
    let failure = try failureOfReading { folder in
      let path = folder + "/weights.safetensors"
      var file = try Safetensors(reading: path)
      switch damage {
      case "missing": file.tensors.removeAll { $0.name == "stem.filter" }
      case "unknown": file.tensors.append(Safetensors.Tensor("extra", shape: [1], values: [0]))
      default:
        for i in file.tensors.indices where file.tensors[i].name == "stem.scale" {
          file.tensors[i].values[0] = .infinity
        }
      }
      try file.write(to: path)
    }
    #expect(failure?.kind == .badData)
    #expect(failure?.message.hasPrefix(message) == true, "\(String(describing: failure))")
  }

  @Test(
    "Damaged files are refused, the file named",
    arguments: [
      "space.json", "weights.safetensors", "statistics.safetensors", "calibration-images-idx4-ubyte", "data.json",
      "results.json",
    ])
  func damaged(_ name: String) throws {
    let cut = try failureOfReading { folder in
      let bytes = try InputFile.read(folder + "/" + name)
      try AtomicFile.write(bytes.prefix(bytes.count * 2 / 3), to: folder + "/" + name)
    }
    #expect(cut?.kind == .badData)
    #expect(cut?.place?.contains(name) == true)
  }

  @Test("A document of a newer version and one that does not fit the space are refused")
  func documents() throws {
    let newer = try failureOfReading { folder in
      let path = folder + "/data.json"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      try AtomicFile.write(text.replacing(#/"version": ?1/#, with: "\"version\": 99"), to: path)
    }
    #expect(newer?.kind == .badData)
    #expect(newer?.message.contains("newer") == true, "\(newer?.description ?? "none")")
    let short = try failureOfReading { folder in
      let input = InputDescription(
        dataset: "test", means: [0, 0, 0], standardDeviations: [1, 1, 1], classNames: ["a"])
      try Documents.write(input, to: folder + "/data.json")
    }
    #expect(short?.kind == .badData)
    #expect(short?.place?.hasSuffix("data.json: classNames") == true)
    let nothing = try failureOfReading { folder in
      let path = folder + "/data.json"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      try AtomicFile.write(text.replacing("\"means\"", with: "\"centerFraction\": 0, \"means\""), to: path)
    }
    #expect(nothing?.place?.hasSuffix("data.json: centerFraction") == true, "\(nothing?.description ?? "none")")
  }
}

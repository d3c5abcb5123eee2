import Foundation
import OFAFormats
import OFANumerics
import OFARegression
import OFASearch
import OFASpace
import TestSupport
import Testing

@Suite(.enabled(if: sharedFolder != nil)) struct PublishedPredictorTests {
  private func tensors(_ name: String) throws -> (path: String, tensors: [Safetensors.Tensor]) {
    let path = try #require(sharedFolder) + "/data/ofa/" + name
    return (path, try Checkpoint.tensors(reading: path))
  }

  private func predictor(_ name: String, _ space: SearchSpace) throws -> AccuracyPredictor {
    let (path, tensors) = try tensors(name)
    return try AccuracyPredictor(published: tensors, space: space, at: path)
  }

  // The accuracies below were computed from the files' numbers by a few lines of Python that follow the published
  // encoders.

  @Test(
    "The MobileNetV3 predictor gives what an independent program gives, for the tutorial's network what the tutorial says",
    arguments: [
      ("r192-35.33-45.43-67.37.43-45.45.47.33-63.63.65", 0.8171285),
      ("r224-67.67.67.67-67.67.67.67-67.67.67.67-67.67.67.67-67.67.67.67", 0.8359278),
      ("r160-33.33-33.33-33.33-33.33-33.33", 0.7531186),
    ])
  func mobileNetV3(id: String, accuracy: Double) throws {
    let space = try wideMobileNet()
    let predictor = try predictor("acc_predictor.pth", space)
    #expect(predictor.featureCount == 128 && predictor.resolutions == [112, 128, 144, 160, 176, 192, 208, 224])
    #expect(predictor.report == nil)
    let predicted = try PredictedAccuracy(predictor, space: space).accuracies(of: [space.subnet(id: id)])
    #expect(abs(predicted[0] - accuracy) < 1e-6)
  }

  @Test(
    "Many subnets at once are predicted as each alone, on any number of threads", arguments: [0, 1, 17, 100, 1_100])
  func batches(count: Int) throws {
    let space = try wideMobileNet()
    let predictor = try predictor("acc_predictor.pth", space)
    var generator = SeededGenerator(seed: 1, stream: "subnets")
    let subnets = (0..<count).map { index in
      var subnet = space.randomSubnet(using: &generator)
      subnet.resolution = [128, 160, 224][index % 3]
      return subnet
    }
    let alone = try PredictedAccuracy(predictor, space: space)
    let together = alone.accuracies(of: subnets)
    for (subnet, accuracy) in zip(subnets, together) {
      #expect(abs(alone.accuracies(of: [subnet])[0] - accuracy) < 1e-6)
    }
    for threads in [2, 3] {
      #expect(try PredictedAccuracy(predictor, space: space, threads: threads).accuracies(of: subnets) == together)
    }
  }

  @Test("A row of the features has kernel sizes, expand ratios and the resolution, block after block")
  func layout() throws {
    let space = try wideMobileNet()
    let features = try SubnetFeatures(space, for: predictor("acc_predictor.pth", space))
    let subnet = try space.subnet(id: "r128-35.47-33.33-33.33-33.33-33.33.63")
    let ones = features.features(of: subnet).indices.filter { features.features(of: subnet)[$0] == 1 }
    let blocks = [0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 18]
    let (kernels, expands) = ([1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2])
    #expect(features.count == 128)
    #expect(
      ones == zip(blocks, kernels).map { 3 * $0 + $1 } + zip(blocks, expands).map { 60 + 3 * $0 + $1 } + [121])
  }

  @Test("The ResNet-50D predictor gives what an independent program gives, with the stem's choice and every width")
  func resNet() throws {
    let space = try SearchSpace.named("ofa_resnet50")
    let predictor = try predictor("ofa_resnet50_acc_predictor.pth", space)
    #expect(predictor.featureCount == 82)
    func subnet(_ resolution: Int, _ depths: [Int], _ expandRatios: [Double], _ widthIndices: [Int]) throws -> Subnet {
      var subnet = space.document(of: space.largest)
      subnet.resolution = resolution
      subnet.depths = depths
      subnet.expandRatios = (0..<18).map { expandRatios[$0 % expandRatios.count] }
      subnet.widthIndices = (0..<6).map { widthIndices[$0 % widthIndices.count] }
      return try space.subnet(subnet)
    }
    let (ratios, widths) = ([0.2, 0.25, 0.35], [0, 2, 1, 2, 0, 1])
    let subnets = try [
      subnet(224, [2, 2, 2, 2, 2], [0.35], [2]), subnet(128, [0, 0, 0, 0, 0], [0.2], [0]),
      subnet(192, [2, 1, 0, 2, 1], ratios, widths), subnet(192, [0, 1, 0, 2, 1], ratios, widths),
    ]
    let predicted = try PredictedAccuracy(predictor, space: space).accuracies(of: subnets)
    for (predicted, accuracy) in zip(predicted, [0.8298701, 0.7479446, 0.8128770, 0.8122656]) {
      #expect(abs(predicted - accuracy) < 1e-6)
    }
  }

  @Test("A predictor of one space is refused for another, and so is a file that is none")
  func refused() throws {
    func failure(_ name: String, _ space: String) -> Failure? {
      do {
        _ = try predictor(name, SearchSpace.named(space))
        return nil
      } catch {
        return error as? Failure
      }
    }
    for (name, space) in [
      ("acc_predictor.pth", "ofa_resnet50"), ("acc_predictor.pth", "ofa_proxyless_d234_e346_k357_w1.3"),
      ("acc_predictor.pth", "mbv3-32"), ("ofa_resnet50_acc_predictor.pth", "ofa_mbv3_d234_e346_k357_w1.0"),
    ] {
      let failure = failure(name, space)
      #expect(failure?.kind == .badData && failure?.place?.hasSuffix(name) == true, "\(name) for \(space)")
    }
    var (path, tensors) = try tensors("acc_predictor.pth")
    tensors.append(Safetensors.Tensor("base_acc", shape: [1], values: [0]))
    #expect(throws: Failure.self) { try AccuracyPredictor(published: tensors, space: wideMobileNet(), at: path) }
  }

  @Test(
    "A predictor of any resolutions is read where they are named; else the message says how many they are"
  )
  func newerForm() throws {
    let space = try wideMobileNet()
    let (path, published) = try tensors("acc_predictor.pth")
    // The first layer without its last five resolutions.
    let first = try #require(published.firstIndex { $0.shape.count == 2 && $0.shape[1] == 128 })
    var tensors = published
    let rows = tensors[first].shape[0]
    tensors[first] = Safetensors.Tensor(
      tensors[first].name, shape: [rows, 123],
      values: (0..<rows).flatMap { tensors[first].values[$0 * 128..<$0 * 128 + 123] })
    let message = try #require(throws: Failure.self) {
      try AccuracyPredictor(published: tensors, space: space, at: path)
    }
    #expect(
      message.message.contains("120 are of a subnet's other choices") && message.message.contains("3 of resolutions"))
    #expect(message.message.contains("`resolutions`"))
    let wrong = #expect(throws: Failure.self) {
      try AccuracyPredictor(published: tensors, space: space, resolutions: [160, 192], at: path)
    }
    #expect(wrong?.kind == .usage && wrong?.message.contains("but 2 are named") == true)

    let predictor = try AccuracyPredictor(published: tensors, space: space, resolutions: [112, 128, 144], at: path)
    let whole = try AccuracyPredictor(published: published, space: space, at: path)
    let subnet = try space.subnet(id: "r144-35.33-45.43-67.37.43-45.45.47.33-63.63.65")
    func accuracy(_ predictor: AccuracyPredictor) throws -> Double {
      try PredictedAccuracy(predictor, space: space).accuracies(of: [subnet])[0]
    }
    #expect(predictor.resolutions == [112, 128, 144] && predictor.featureCount == 123)
    #expect(try accuracy(predictor) == accuracy(whole))
    // The order is that of the features.
    let turned = try AccuracyPredictor(published: tensors, space: space, resolutions: [144, 128, 112], at: path)
    #expect(try accuracy(turned) != accuracy(whole))

    tensors.append(Safetensors.Tensor("base_acc", shape: [1], values: [-0.25]))
    let based = try AccuracyPredictor(published: tensors, space: space, resolutions: [112, 128, 144], at: path)
    #expect(abs(try accuracy(based) - accuracy(whole) + 0.25) < 1e-6)
  }

  @Test("A layout with a group of features that is not known is refused by name")
  func unknownGroup() throws {
    let space = try tinySpace()
    let network = try Perceptron(
      tensors: [Safetensors.Tensor("0.weight", shape: [1, 2], values: [1, 1])], at: "p.pth")
    let predictor = AccuracyPredictor(space: space.name, resolutions: [16], layout: ["colours"], network: network)
    let failure = #expect(throws: Failure.self) { try PredictedAccuracy(predictor, space: space) }
    #expect(failure?.kind == .badData && failure?.message.contains("\"colours\"") == true)
  }

  @Test("A document of the predictor reads back the same")
  func document() throws {
    let predictor = try predictor("acc_predictor.pth", wideMobileNet())
    let text = try Documents.encode(predictor)
    #expect(try Documents.decode(AccuracyPredictor.self, from: text, at: "p.json") == predictor)
  }
}

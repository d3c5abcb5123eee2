import OFAEngine
import OFAExport
import OFAGraph
import SwiftProtobuf
import Testing

@Suite struct ModelTests {
  private func decoded(_ network: Network, batch: Int? = nil) throws -> Onnx_ModelProto {
    try Onnx_ModelProto(serializedBytes: ONNX.model(graph: network.graph, folded: network.folded, batch: batch))
  }

  @Test("The same network gives the same bytes, and they read back to themselves", arguments: Network.all)
  func bytes(network: Network) throws {
    let bytes = try ONNX.model(graph: network.graph, folded: network.folded)
    #expect(try ONNX.model(graph: network.graph, folded: network.folded) == bytes)
    // Unknown fields would survive too, so the message itself is looked at: nothing unknown is in it.
    let model = try Onnx_ModelProto(serializedBytes: bytes)
    #expect(try model.serializedBytes() == bytes)
    #expect(model.unknownFields.data.isEmpty && model.graph.unknownFields.data.isEmpty)
  }

  @Test("Every name that an operator reads was made before it, and no name is made twice", arguments: Network.all)
  func names(network: Network) throws {
    let graph = try decoded(network).graph
    var made = Set(graph.initializer.map(\.name) + [ONNX.inputName])
    #expect(made.count == graph.initializer.count + 1)
    for node in graph.node {
      #expect(node.input.allSatisfy(made.contains), "\(node.name) reads \(node.input)")
      #expect(node.output.allSatisfy { made.insert($0).inserted }, "\(node.name) makes \(node.output)")
    }
    #expect(graph.input.map(\.name) == [ONNX.inputName])
    #expect(graph.output.map(\.name) == [ONNX.outputName] && made.contains(ONNX.outputName))
  }

  @Test("The file holds the folded weights and no others, bit by bit", arguments: Network.all)
  func weights(network: Network) throws {
    let initializers = try decoded(network).graph.initializer.filter {
      $0.name.hasSuffix(".filter") || $0.name.hasSuffix(".bias")
    }
    var expected: [String: [Float]] = [:]
    for (index, weights) in network.folded {
      expected[network.graph.nodes[index].name + ".filter"] = weights.filter
      if !weights.bias.isEmpty { expected[network.graph.nodes[index].name + ".bias"] = weights.bias }
    }
    #expect(Set(initializers.map(\.name)) == Set(expected.keys))
    for tensor in initializers {
      let values = tensor.rawData.withUnsafeBytes { bytes in
        stride(from: 0, to: bytes.count, by: 4).map {
          Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self)))
        }
      }
      #expect(values == expected[tensor.name])
      #expect(tensor.dims.reduce(1, *) == Int64(values.count) && tensor.dataType == 1)
    }
  }

  @Test("No normalization is left, and each operation is the operator of its name")
  func operators() throws {
    let used = try Set(Network.all.flatMap { try decoded($0).graph.node.map(\.opType) })
    #expect(
      used == [
        "Conv", "Gemm", "Relu", "Clip", "HardSwish", "HardSigmoid", "GlobalAveragePool", "Mul", "Add", "Flatten",
        "Unsqueeze", "MaxPool", "AveragePool",
      ])
    for network in Network.all {
      let convolutions = network.graph.nodes.count { if case .convolution = $0.operation { true } else { false } }
      #expect(try decoded(network).graph.node.count { $0.opType == "Conv" } == convolutions)
    }
  }

  @Test("The batch is a name where any number is taken, else the number; images stand channels first")
  func declarations() throws {
    let network = Network.all[0]  // 5 × 7 × 3 → 4 channels
    let open = try decoded(network).graph
    #expect(open.input[0].type.tensorType.shape.dim[0].dimParam == "N")
    #expect(open.input[0].type.tensorType.shape.dim.dropFirst().map(\.dimValue) == [3, 5, 7])
    #expect(open.output[0].type.tensorType.shape.dim.dropFirst().map(\.dimValue) == [4, 5, 7])
    let closed = try decoded(network, batch: 2).graph
    #expect(closed.input[0].type.tensorType.shape.dim.map(\.dimValue) == [2, 3, 5, 7])
    let pictures = try Onnx_ModelProto(
      serializedBytes: PicturesTests.network(PicturesTests.preprocessings[0]).bytes
    ).graph
    #expect(pictures.input.map(\.name) == ["pictures"] && pictures.output.map(\.name) == ["probabilities"])
    let sizes = pictures.input[0].type.tensorType.shape.dim
    #expect(sizes.prefix(3).map(\.dimParam) == ["N", "height", "width"] && sizes[3].dimValue == 3)
    #expect(pictures.input[0].type.tensorType.elemType == 2)
    let last = try #require(Network.all.first { $0.testDescription.hasPrefix("a block of each kind") })
    #expect(try decoded(last, batch: 1).graph.output[0].type.tensorType.shape.dim.map(\.dimValue) == [1, 10])
  }

  @Test("The metadata say all that a reader must know, and leave out what is not known")
  func metadata() throws {
    let network = Network.all[0]
    let description = Description(
      subnet: "r32", model: "signs", space: "mbv3-96", dataset: "hands", datasetLicence: "CC0",
      accuracy: .predicted(0.75, range: 0.5...1),
      preprocessing: Preprocessing(
        resolution: 32, shorterSide: 37, centerFraction: 0.875, means: [0.5, 0.25, 0.1],
        standardDeviations: [1, 0.2, 0.3]), classNames: ["cat", "a \"dog\", two"])
    func pairs(_ description: Description) throws -> [[String]] {
      try Onnx_ModelProto(
        serializedBytes: ONNX.model(graph: network.graph, folded: network.folded, description: description)
      ).metadataProps.map { [$0.key, $0.value] }
    }
    let producer = ["producer", "ofa \(InferencePlan.engineVersion)"]
    #expect(
      try pairs(description) == [
        ["subnet", "r32"], ["model", "signs"], ["space", "mbv3-96"], producer, ["dataset", "hands"],
        ["dataset.licence", "CC0"], ["accuracy.predicted", "0.75"], ["accuracy.predicted.range", "[0.5,1]"],
        ["input.type", "float32"], ["input.layout", "NCHW"], ["input.channels", "RGB"], ["preprocessing", "caller"],
        ["resize.filter", "bilinear, widened where the picture shrinks"], ["resize.shorterSide", "37"],
        ["crop.fraction", "0.875"], ["resolution", "32"], ["scale", "0.00392156862745098"],
        ["normalization.means", "[0.5,0.25,0.1]"], ["normalization.standardDeviations", "[1,0.2,0.3]"],
        ["output", "logits"], ["classes", #"["cat","a \"dog\", two"]"#],
      ])
    #expect(try pairs(Description()) == [producer, ["output", "logits"]])
    #expect(try pairs(Description(accuracy: .test(0.5)))[1] == ["accuracy.test", "0.5"])
    #expect(try pairs(Description(accuracy: .heldOut(0.5)))[1] == ["accuracy.heldOut", "0.5"])

    // What differs from form to form.
    func changed(_ interface: Description.Interface) throws -> [String: String] {
      let onnx = try pairs(description).map { $0.joined(separator: "=") }
      let others = try description.pairs(for: interface).filter { !onnx.contains("\($0.name)=\($0.text)") }
      return Dictionary(uniqueKeysWithValues: others.map { ($0.name, $0.text) })
    }
    #expect(try changed(.channelsLast) == ["input.layout": "NHWC"])
    #expect(
      try changed(.pictures) == [
        "input.type": "uint8", "input.layout": "NHWC", "preprocessing": "file", "output": "probabilities",
      ])

    let model = try Onnx_ModelProto(
      serializedBytes: ONNX.model(graph: network.graph, folded: network.folded, description: description))
    #expect(model.graph.name == "r32" && model.producerName == "ofa")
    #expect(model.producerVersion == InferencePlan.engineVersion)
    #expect(throws: (any Error).self) { _ = try pairs(Description(accuracy: .test(.nan))) }
  }

  @Test("The file states the format and operator versions that were chosen")
  func versions() throws {
    let model = try decoded(Network.all[0])
    #expect(model.irVersion == 8)
    #expect(model.opsetImport.map(\.version) == [14] && model.opsetImport.map(\.domain) == [""])
    let pictures = try Onnx_ModelProto(serializedBytes: PicturesTests.network(PicturesTests.preprocessings[0]).bytes)
    #expect(pictures.irVersion == 8 && pictures.opsetImport.map(\.version) == [18])
  }
}

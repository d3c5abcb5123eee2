import Foundation
import OFAFormats
import TestSupport
import Testing

@Suite("PyTorch checkpoints")
struct PyTorchTests {
  typealias P = PickleBytes

  func read(_ pickle: [UInt8], _ storages: [(String, [UInt8])] = ContainerBytes.numbers) throws -> [Safetensors.Tensor]
  {
    try Checkpoint.tensors(bytes: ContainerBytes.archive(pickle, storages), at: "w.pth")
  }

  @Test(
    "of a training's checkpoint only the state is read, in both protocols",
    arguments: [
      PyTorchFiles.training, PyTorchFiles.protocol4,
    ])
  func training(bytes: [UInt8]) throws {
    #expect(
      try Checkpoint.tensors(bytes: bytes, at: "w.pth") == [
        .init("empty", shape: [0, 4], values: []),
        .init("half", shape: [2], values: [1.5, -2]),
        .init("parameter", shape: [2], values: [0.95, 1.975]),
        .init("part", shape: [1, 2], values: [3, 5]),
        .init("scalar", shape: [], values: [7]),
        .init("transposed", shape: [3, 2], values: [0, 3, 1, 4, 2, 5]),
      ])
  }

  @Test("an archive is read")
  func archive() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/archive.pth"
      try AtomicFile.write(PyTorchFiles.archive, to: path)
      #expect(
        try Checkpoint.tensors(reading: path) == [
          .init("b", shape: [1], values: [3]), .init("w", shape: [1, 2], values: [1, 2]),
        ])
      #expect(try Checkpoint(reading: path).taken == "model")
    }
  }

  /// What programs save around a model's tensors: the file, what is taken, what is left, and the names.
  static let wrapped: [(file: [UInt8], taken: String?, left: [String], names: [String])] = {
    let state = P.dictionary(("w", P.tensor()), ("part", P.dictionary(("b", P.tensor()))))
    let average = P.dictionary(("w", P.tensor(of: P.storage(), [2], [1])))
    let optimizer = P.dictionary(("state", P.dictionary(("m", P.tensor()))))
    let names = ["part.b", "w"]
    return [
      (state, nil, [], names),
      (P.dictionary(("epoch", P.integer(1)), ("state_dict", state)), "state_dict", [], names),
      (P.dictionary(("model", state), ("optimizer", optimizer)), "model", [], names),
      (P.dictionary(("optimizer", optimizer), ("model_state_dict", state)), "model_state_dict", [], names),
      (P.dictionary(("net", state), ("acc", P.integer(71))), "net", [], names),
      (P.dictionary(("model_ema", average), ("model", state)), "model", ["model_ema"], names),
      (P.dictionary(("state_dict_ema", average), ("state_dict", state)), "state_dict", ["state_dict_ema"], names),
      (P.dictionary(("ema", average), ("model", P.none)), "ema", [], ["w"]),
      (P.dictionary(("model_ema", average), ("ema_state_dict", average)), "model_ema", ["ema_state_dict"], ["w"]),
      (
        P.dictionary(("checkpoint", P.dictionary(("model", state), ("model_ema", average)))), "checkpoint.model",
        ["checkpoint.model_ema"], names
      ),
      // A tensor beside the model is no model.
      (
        P.dictionary(
          ("best_acc", P.tensor()), ("state_dict", P.dictionary(("w", P.tensor()), ("b", P.tensor())))),
        "state_dict", [], ["b", "w"]
      ),
      // As many tensors of the file itself come before any key's.
      (P.dictionary(("w", P.tensor()), ("model", state)), nil, [], ["model.part.b", "model.w", "w"]),
      // Without a usual key everything is taken.
      (P.dictionary(("stem", state), ("schema", average)), nil, [], ["schema.w", "stem.part.b", "stem.w"]),
    ]
  }()

  @Test(
    "the model's tensors are found under the usual keys, and what was taken and left is said",
    arguments: wrapped.indices)
  func wrappers(index: Int) throws {
    let (file, taken, left, names) = Self.wrapped[index]
    let checkpoint = try Checkpoint(bytes: ContainerBytes.archive(P.pickle(file)), at: "w")
    #expect(checkpoint.taken == taken && checkpoint.left == left)
    #expect(checkpoint.tensors.map(\.name) == names)
  }

  @Test("whole numbers are names too, and what is no tensor is passed over")
  func names() throws {
    let minusThree: [UInt8] = [0x8a, 1, 0xfd]
    let steps = Array("}".utf8) + minusThree + P.tensor() + Array("s".utf8)
    let pickle = P.pickle(
      P.dictionary(
        ("z", P.tensor()), ("epoch", P.integer(4)), ("none", P.none), ("list", P.tuple([P.tensor()])),
        ("empty", Array("}".utf8)),
        ("é", steps)))
    #expect(try read(pickle).map(\.name) == ["z", "é.-3"])
    #expect(try read(P.pickle(Array("}".utf8))) == [])
  }

  @Test(
    "every type of storage is converted",
    arguments: [
      ("DoubleStorage", P.little([1.5, -2])), ("FloatStorage", P.little([Float(1.5), -2])),
      ("HalfStorage", P.little([Float16(1.5), -2])), ("BFloat16Storage", [0xc0, 0x3f, 0x00, 0xc0]),
      ("LongStorage", P.little([Int64(5), -7])), ("IntStorage", P.little([Int32(5), -7])),
      ("ShortStorage", P.little([Int16(5), -7])), ("CharStorage", P.little([Int8(5), -7])),
      ("ByteStorage", [5, 200]), ("BoolStorage", [0, 1]),
    ] as [(String, [UInt8])])
  func types(type: String, bytes: [UInt8]) throws {
    let tensor = P.tensor(of: P.storage("k", type, count: 2), [2], [1])
    let expected: [Float] =
      switch type {
      case "DoubleStorage", "FloatStorage", "HalfStorage", "BFloat16Storage": [1.5, -2]
      case "ByteStorage": [5, 200]
      case "BoolStorage": [0, 1]
      default: [5, -7]
      }
    let pickle = P.pickle(P.dictionary(("x", tensor)))
    #expect(try read(pickle, [("k", bytes)]).first?.values == expected)
    let legacy = ContainerBytes.legacy(pickle, [("k", bytes, count: 2)])
    #expect(try Checkpoint.tensors(bytes: legacy, at: "w.pth").first?.values == expected)
  }

  @Test(
    "tensors are views of their storage: the offset and every stride count",
    arguments: [
      (0, [2, 2], [2, 1], [1, 2, 3, 4]), (0, [2, 2], [1, 2], [1, 3, 2, 4]), (1, [2], [2], [2, 4]), (3, [], [], [4]),
      (2, [3], [0], [3, 3, 3]), (0, [2, 1, 2], [2, .max, 1], [1, 2, 3, 4]),
      (0, [2, 2, 2], [1, 1, 1], [1, 2, 2, 3, 2, 3, 3, 4]),
      (9, [0], [1], []), (0, [2, 0], [1, 1], []), (0, [1], [7], [1]),
    ] as [(Int, [Int], [Int], [Float])])
  func views(offset: Int, shape: [Int], strides: [Int], values: [Float]) throws {
    let pickle = P.pickle(P.dictionary(("x", P.tensor(from: offset, shape, strides))))
    #expect(try read(pickle) == [.init("x", shape: shape, values: values)])
  }

  @Test("two tensors may share a storage, and two names a tensor")
  func sharing() throws {
    let pickle = P.pickle(
      P.dictionary(
        ("a", P.tensor(of: P.storage() + P.put(0)) + P.put(1)), ("b", P.tensor(of: P.get(0), [2], [2])), ("c", P.get(1))
      ))
    #expect(try read(pickle).map(\.values) == [[1, 2, 3, 4], [1, 3], [1, 2, 3, 4]])
  }

  @Test("a directory in the form of zip64 and a comment behind it are read")
  func longArchive() throws {
    let files = [("a/data.pkl", P.pickle(P.dictionary(("x", P.tensor())))), ("a/data/0", ContainerBytes.numbers[0].1)]
    let long = ContainerBytes.zip(files, isLong: true)
    #expect(try Checkpoint.tensors(bytes: long, at: "w").map(\.values) == [[1, 2, 3, 4]])
    let bytes = ContainerBytes.zip(files)
    let commented: [UInt8] = bytes[..<(bytes.count - 2)] + [3, 0] + Array("hey".utf8)
    #expect(try Checkpoint.tensors(bytes: commented, at: "w").map(\.values) == [[1, 2, 3, 4]])
  }

  @Test("safetensors files are read too, and others are refused by their first bytes")
  func others() throws {
    // Its first byte, the header's length, is that of a pickle too.
    let safetensors = Safetensors(
      metadata: ["pad": String(repeating: " ", count: 43)], tensors: [.init("x", shape: [1], values: [1])])
    let bytes = try safetensors.encoded()
    #expect(bytes[0] == 0x80)
    #expect(try Checkpoint.tensors(bytes: bytes, at: "w") == safetensors.tensors)
    #expect(
      failure { try Checkpoint.tensors(bytes: Array("<!DOCTYPE".utf8), at: "w") }?.description
        == "w: neither a safetensors file nor a PyTorch checkpoint: it begins with \"<!DOCTYPE\""
    )
    #expect(failure { try Checkpoint.tensors(reading: "/nowhere/w.pth") }?.kind == .missingInput)
  }

  @Test(
    "both containers give exactly the tensors of the safetensors file", .enabled(if: sharedFolder != nil),
    arguments: ["mbv3", "proxyless", "resnet50d"], ["zip", "legacy"])
  func reference(space: String, container: String) throws {
    let folder = "\(sharedFolder ?? "")/reference/forward_\(space)/"
    let tensors = try Checkpoint.tensors(reading: folder + "supernet_\(container).pth")
    let expected = try Safetensors(reading: folder + "supernet.safetensors").tensors
    #expect(tensors.map(\.name) == expected.map(\.name))
    #expect(tensors.map(\.shape) == expected.map(\.shape))
    let different = zip(tensors, expected).filter { $0.values != $1.values }.map(\.0.name)
    #expect(different == [])
  }

  @Test(
    "the published accuracy predictors are read", .enabled(if: sharedFolder != nil),
    arguments: [
      (
        "acc_predictor",
        [
          "0.bias [400]", "0.weight [400, 128]", "2.bias [400]", "2.weight [400, 400]", "4.bias [400]",
          "4.weight [400, 400]",
          "6.bias [1]", "6.weight [1, 400]",
        ], "6.bias", 0.758675217628479
      ),
      (
        "ofa_resnet50_acc_predictor",
        [
          "base_acc [1]", "layers.0.0.bias [400]", "layers.0.0.weight [400, 82]", "layers.1.0.bias [400]",
          "layers.1.0.weight [400, 400]", "layers.2.0.bias [400]", "layers.2.0.weight [400, 400]",
          "layers.3.weight [1, 400]",
        ], "base_acc", 0.805560827255249
      ),
    ] as [(String, [String], String, Float)])
  func published(file: String, names: [String], single: String, value: Float) throws {
    let tensors = try Checkpoint.tensors(reading: "\(sharedFolder ?? "")/data/ofa/\(file).pth")
    #expect(tensors.map { "\($0.name) \($0.shape)" } == names)
    #expect(tensors.first { $0.name == single }?.values == [value])
    #expect(tensors.allSatisfy { $0.values.allSatisfy(\.isFinite) })
  }
}

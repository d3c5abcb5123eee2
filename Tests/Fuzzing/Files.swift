import Foundation
import OFAFormats
import OFAHardware
import OFARegression
import OFASearch
import OFASpace
import OFASupernet
import TestSupport

extension Reader {
  /// What others published, and the files of numbers.
  static let files: [Maker] = [
    ("table", table), ("pth", pth), ("safetensors", safetensors), ("config", config),
    ("weights", { try part(of: "weights.safetensors", "weights", $0, form: .safetensors) }),
    ("statistics", { try part(of: "statistics.safetensors", "statistics", $0, form: .safetensors) }),
    ("calibration", { try part(of: "calibration-images-idx4-ubyte", "calibration", $0, form: .binary([])) }),
    ("checkpoint", checkpoint),
  ]

  private static func table(_ folder: String) throws -> Reader {
    let path = folder + "/192_lookup_table.yaml"
    let seeds = [
      """
      Conv-input:192x192x3-output:96x96x16: {count: 500, mean: 1.25}
      expanded_conv-input:96x96x16-output:96x96x16-expand:16-kernel:3-stride:1-idskip:1-se:0-hs:0: {count: 500, mean: 0.5}
      expanded_conv-input:96x96x16-output:48x48x24-expand:64-kernel:3-stride:2-idskip:0-se:0-hs:0: {count: 495, mean: 0.75}
      expanded_conv-input:48x48x24-output:24x24x40-expand:72-kernel:5-stride:2-idskip:0-se:1-hs:1: {count: 495, mean: 0.75}
      Conv_1-input:6x6x160-output:6x6x960: {count: 500, mean: 0.3}
      AvgPool2D-input:6x6x960-output:1x1x960: {count: 495, mean: 0.0153}
      Conv_2-input:1x1x960-output:1x1x1280: {count: 495, mean: 0.2}
      Logits-input:1x1x1280-output:1000: {count: 495, mean: 0.1}

      """,
      """
      # The Pixel's
      Conv-input:224x224x3-output:112x112x40:
        count: 500
        mean: 1.25
        std: 0.2
      expanded_conv-input:112x112x40-output:112x112x24-expand:1-kernel:3-stride:1-idskip:0:
        count: 500
        mean: 0.8
        std: 0.1
      Conv_1-input:7x7x416-output:7x7x1664:
        count: 400
        mean: 0.8
        std: 0.1
      Logits-input:7x7x1664-output:1000:
        count: 400
        mean: 0.8
        std: 0.1

      """,
    ]
    let words = [
      "input", "output", "expand", "kernel", "stride", "idskip", "se", "hs", "mean", "std", "var", "count", "MBConv",
      "first_conv",
      "\"", "'", "&a ", "*a", "!!binary ", "<<:", "- ", "? ", "|", "%", "---", "...", "224x224x3", "65536x65536x65536",
    ]
    return Reader(name: "table", path: path, seeds: seeds.map(bytes), form: .text(words)) { _ in
      let table = try PublishedTable(reading: path)
      _ = try Documents.encode(DeviceProfile(device: "fuzz", tables: [table]))
    }
  }

  private static func pth(_ folder: String) throws -> Reader {
    let path = folder + "/damaged.pth"
    let space = try SearchSpace.named("ofa_resnet50")
    let words: [[UInt8]] =
      ["PK\u{5}\u{6}", ")R", "N", "(", "t", "u", "s", "}", "]", "e", "a", "R", "b", "Q", "."].map(bytes)
      + [
        [0x80, 4], [0x81], [0x85], [0x8f], [0x90], [0x93], [0x94], bytes("ctorch\nLongStorage\n"),
        bytes("ccollections\nOrderedDict\n"),
      ]
      + [bytes("ctorch._utils\n_rebuild_tensor_v2\n"), [0x8a, 8] + [UInt8](repeating: 0xff, count: 7) + [0x7f]]
    return Reader(name: "pth", path: path, seeds: PyTorchFiles.all, form: .binary(words)) { input in
      let tensors = try Checkpoint.tensors(reading: path)
      let size = tensors.reduce(0) { $0 + 4 * $1.values.count + $1.name.utf8.count }
      guard size <= 8 * input.count + 1 << 20 else { throw Finding(what: "\(size) bytes out of \(input.count)") }
      _ = try? AccuracyPredictor(published: tensors, space: space, at: path)
    }
  }

  private static func safetensors(_ folder: String) throws -> Reader {
    let path = folder + "/damaged.safetensors"
    let world = try World()
    let layers: [Safetensors.Tensor] = [
      .init("0.weight", shape: [2, 128], values: (0..<256).map(Float.init)),
      .init("0.bias", shape: [2], values: [1, 2]),
      .init("2.weight", shape: [1, 2], values: [1, 2]), .init("2.bias", shape: [1], values: [0]),
    ]
    let seeds = [
      try Safetensors(metadata: ["format": "pt"], tensors: layers).encoded(),
      try Safetensors(tensors: [.init("images", shape: [0, 4], values: []), .init("one", shape: [], values: [1])])
        .encoded(),
    ]
    let mobile = try SearchSpace.named("ofa_mbv3_d234_e346_k357_w1.0")
    return Reader(name: "safetensors", path: path, seeds: seeds, form: .safetensors) { input in
      let tensors = try Safetensors(reading: path).tensors
      let size = tensors.reduce(0) { $0 + 4 * $1.values.count }
      guard size <= 8 * input.count else { throw Finding(what: "\(size) bytes out of \(input.count)") }
      _ = try? Model(importing: path, into: world.space)
      _ = try? AccuracyPredictor(published: Checkpoint.tensors(reading: path), space: mobile, at: path)
    }
  }

  private static func config(_ folder: String) throws -> Reader {
    let path = folder + "/net.config"
    let spaces = try ["ofa_mbv3_d234_e346_k357_w1.0", "ofa_proxyless_d234_e346_k357_w1.3", "ofa_resnet50"].map(
      SearchSpace.named)
    let seeds = try spaces.flatMap { space in
      try [space.smallest, space.largest].map { bytes(try JSON.encode(space.configuration(of: $0))) }
    }
    let words = [
      "\"ResidualBlock\"", "\"ResNetBottleneckBlock\"", "\"mobile_inverted_conv\"", "\"shortcut\"", "\"mid_channels\"",
    ]
    return Reader(name: "config", path: path, seeds: seeds, form: .text(words)) { _ in
      let configuration = try NetworkConfiguration(reading: path)
      var refusal: (any Error)?
      for space in spaces {
        do {
          let subnet = try space.subnet(configuration, resolution: 224, at: path)
          guard space.canonical(subnet) == subnet else { throw Finding(what: "a subnet that is not canonical") }
          return
        } catch { refusal = error }
      }
      if let refusal { throw refusal }
    }
  }
}

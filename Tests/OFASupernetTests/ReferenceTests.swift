import OFAEngine
import OFAFormats
import OFASpace
import OFASupernet
import Testing

/// Values computed with the reference implementation in PyTorch; see the folder's own README.
@Suite("Against the reference implementation", .enabled(if: sharedFolder != nil))
struct ReferenceTests {
  private struct Cases: Decodable {
    var cases: [Case]
  }

  private struct Case: Decodable {
    var subnet: Choices
    var recalibrated_logits: [[Float]]
  }

  /// A number stands for a whole list.
  private struct Choices: Decodable {
    var ks: OneOrMany
    var e: OneOrMany
    var d: OneOrMany
  }

  private enum OneOrMany: Decodable {
    case one(Int)
    case many([Int])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let one = try? container.decode(Int.self) {
        self = .one(one)
      } else {
        self = .many(try container.decode([Int].self))
      }
    }

    func list(_ count: Int) -> [Int] {
      switch self {
      case .one(let one): Array(repeating: one, count: count)
      case .many(let many): many
      }
    }
  }

  private let folder = (sharedFolder ?? "") + "/reference/forward_mbv3"
  private let team = ThreadTeam(threads: 2)

  private func space() throws -> SearchSpace {
    try SearchSpace.named("ofa_mbv3_d234_e346_k357_w1.0").adapted(classes: 10, widthMultiplier: 0.25)
  }

  /// The reference's name for a tensor of ours.
  private func referenceName(_ name: String) -> String {
    var parts = name.split(separator: ".").map(String.init)
    let last = parts.removeLast()
    let leaf = ["filter": "conv.weight", "scale": "bn.weight", "shift": "bn.bias", "weight": "weight", "bias": "bias"][
      last]
    switch parts[0] {
    case "stem": return "first_conv." + (leaf ?? last)
    case "head" where parts[1] == "classifier": return "classifier.linear." + last
    case "head":
      return ["expand": "final_expand_layer.", "mix": "feature_mix_layer."][parts[1], default: ""] + (leaf ?? last)
    default: break
    }
    let isFirst = parts[0] == "first"
    let block = isFirst ? 0 : 1 + 4 * (Int(parts[1]) ?? 0) + (Int(parts[2]) ?? 0)
    let layer = parts.dropFirst(isFirst ? 1 : 3)
    if layer.first == "squeeze" {
      let end = last == "filter" ? "weight" : "bias"
      return "blocks.\(block).conv.depth_conv.se.fc.\(layer.last ?? "").\(end)"
    }
    let place =
      ["expand": "inverted_bottleneck", "depthwise": "depth_conv", "project": "point_linear"][layer.first ?? ""] ?? ""
    let prefix = "blocks.\(block).conv.\(place)."
    guard let leaf else { return prefix + "conv.\(last)_matrix" }
    // Dynamic layers wrap a plain one of the same name.
    return prefix + (isFirst ? "" : leaf.prefix(while: { $0 != "." }) + ".") + leaf
  }

  private func supernet(_ file: String) throws -> Supernet {
    let supernet = Supernet(space: try space())
    let reference = try Safetensors(reading: folder + "/" + file)
    let values = Dictionary(uniqueKeysWithValues: reference.tensors.map { ($0.name, $0.values) })
    for tensor in supernet.space.tensors {
      let name = referenceName(tensor.name)
      let source = try #require(values[name], "\(tensor.name) → \(name)")
      #expect(source.count == tensor.count)
      _ = supernet.weights[tensor.name].update(fromContentsOf: source)
    }
    return supernet
  }

  /// Images of the file, channels last.
  private func images(_ name: String) throws -> [Float] {
    let tensor = try #require(try Safetensors(reading: folder + "/inputs.safetensors")[name])
    let (count, channels, size) = (tensor.shape[0], tensor.shape[1], tensor.shape[2])
    var result = tensor.values
    for image in 0..<count {
      for channel in 0..<channels {
        for position in 0..<size * size {
          result[(image * size * size + position) * channels + channel] =
            tensor.values[(image * channels + channel) * size * size + position]
        }
      }
    }
    return result
  }

  @Test("Recalibrated logits are the reference's")
  func recalibrated() throws {
    let supernet = try self.supernet("supernet.safetensors")
    let batches = try (0..<3).map { try self.images("calibration_\($0)") }
    let images = try self.images("images")
    let cases = try JSON.decode(Cases.self, file: folder + "/cases.json").cases
    #expect(cases.count == 8)
    for one in cases {
      let subnet = try supernet.space.canonical(
        Subnet(
          resolution: 64, depths: one.subnet.d.list(5), kernelSizes: one.subnet.ks.list(20),
          expandRatios: one.subnet.e.list(20).map(Double.init)))
      let statistics = supernet.statistics(of: subnet, batches: batches, team: team)
      let logits = supernet.logits(of: subnet, images: images, statistics: statistics, team: team)
      let difference = relativeDifference(logits, one.recalibrated_logits.flatMap { $0 })
      #expect(difference < 1e-4, "\(supernet.space.id(of: subnet)): \(difference) > 1e-4")
    }
  }

  @Test("Sorting gives the reference's order of channels")
  func sorted() throws {
    let supernet = try self.supernet("supernet.safetensors")
    let expected = try self.supernet("sorted.safetensors")
    supernet.sortChannels()
    for tensor in supernet.space.tensors {
      #expect(Array(supernet.weights[tensor.name]) == Array(expected.weights[tensor.name]), "\(tensor.name)")
    }
  }
}

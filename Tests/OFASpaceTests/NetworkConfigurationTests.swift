import Foundation
import OFAFormats
import OFANumerics
import OFASpace
import TestSupport
import Testing

@Suite("Network configurations of the original implementation")
struct NetworkConfigurationTests {
  @Test("A subnet's configuration gives the subnet back", arguments: SearchSpace.builtInNames)
  func roundTrip(name: String) throws {
    let space = try SearchSpace.named(name)
    var generator = SeededGenerator(seed: 1, stream: "configurations")
    for subnet in [space.smallest, space.largest] + (0..<50).map({ _ in space.randomSubnet(using: &generator) }) {
      let configuration = space.configuration(of: subnet)
      let copy = try JSON.decode(NetworkConfiguration.self, from: JSON.encode(configuration), at: "copy")
      #expect(copy == configuration)
      // Two indices of a width may stand for one number of channels, so networks are compared.
      let back = try space.subnet(copy, resolution: subnet.resolution, at: "net.config")
      #expect(space.graph(of: back) == space.graph(of: subnet))
      #expect(space.id(of: back) == space.id(of: subnet) || space.document(of: subnet).widthIndices != nil)
    }
  }

  @Test(
    "Every published configuration is a subnet of its space, and is written as it was read",
    .enabled(if: sharedFolder != nil))
  func published() throws {
    let folder = "\(sharedFolder ?? "")/data/ofa/specialized"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(names.count == 25)
    for name in names {
      let configuration = try NetworkConfiguration(reading: "\(folder)/\(name)/net.config")
      let stem = try #require(configuration.stem.first)
      let space = try SearchSpace.named(
        configuration.name == "ProxylessNASNets"
          ? Name.proxyless : stem.convolution.outChannels == 24 ? "ofa_mbv3_d234_e346_k357_w1.2" : Name.mobile)
      let subnet = try space.subnet(configuration, resolution: 224, at: name)
      #expect(
        space.configuration(of: subnet, dropoutRate: configuration.classifier.dropoutRate) == configuration, "\(name)")
    }
  }

  @Test("The older spelling is read, and what is not of the space is refused with the layer")
  func spellingsAndRefusals() throws {
    let space = try SearchSpace.named(Name.mobile)
    let text = try JSON.encode(space.configuration(of: space.largest))
    let older = text.replacingOccurrences(of: #""conv":"#, with: #""mobile_inverted_conv":"#)
      .replacingOccurrences(of: "ResidualBlock", with: "MobileInvertedResidualBlock")
      .replacingOccurrences(of: "MBConvLayer", with: "MBInvertedConvLayer")
    #expect(older != text)
    func read(_ text: String) throws -> Subnet {
      try space.subnet(
        JSON.decode(NetworkConfiguration.self, from: text, at: "net.config"), resolution: 224, at: "net.config")
    }
    #expect(try read(older) == space.largest)
    let wider = try SearchSpace.named("ofa_mbv3_d234_e346_k357_w1.2")
    let foreign = failure { try read(JSON.encode(wider.configuration(of: wider.largest))) }
    #expect(foreign?.kind == .badData && foreign?.place == "net.config: first layers")
    let unknown = failure { try read(text.replacingOccurrences(of: "ResidualBlock", with: "Transformer")) }
    #expect(unknown?.kind == .badData && unknown?.place?.contains("blocks[0]") == true)
    let middle = failure {
      try read(text.replacingOccurrences(of: #""mid_channels": 96"#, with: #""mid_channels": 97"#))
    }
    #expect(middle?.place?.contains("mid_channels") == true)
    // What no choice changes is not let pass either.
    for (key, change, path) in [
      (#""use_se": true"#, #""use_se": false"#, "blocks["),
      (#""act_func": "relu""#, #""act_func": "relu6""#, "blocks["),
      (#""out_channels": 1280"#, #""out_channels": 777"#, "feature_mix"),
    ] {
      let other = failure { try read(text.replacing(key, with: change)) }
      #expect(text.contains(key) && other?.place?.contains(path) == true, "\(key): \(String(describing: other))")
    }
    // Products of such numbers would not fit into an integer.
    for (key, value) in [("in_channels", "9223372036854775807"), ("expand_ratio", "1e300")] {
      let huge = text.replacing(try Regex("\"\(key)\": [0-9.]+"), with: "\"\(key)\": \(value)")
      let failure = failure { try read(huge) }
      #expect(huge != text && failure?.kind == .badData && failure?.place?.hasSuffix(key) == true)
    }
    for cut in stride(from: 0, to: text.utf8.count - 2, by: 997) {
      #expect(failure { try read(String(text.prefix(cut))) }?.kind == .badData)
    }
  }
}

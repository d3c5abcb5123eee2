import Foundation
import OFAFormats
import OFAHardware
import OFAPipeline
import OFAProfiling
import OFASpace

extension Reader {
  /// What users write by hand.
  static let texts: [Maker] = [("subnets", subnets), ("amounts", amounts), ("timed", timed)]

  private static func subnets(_ folder: String) throws -> Reader {
    let spaces = [try World().space] + (try ["mbv3-32", "ofa_resnet50"].map(SearchSpace.named))
    let seeds = try spaces.flatMap { space in
      let (small, large) = (space.smallest, space.largest)
      let json = try JSON.encode(space.document(of: large), pretty: false)
      return [
        json + "\n" + space.id(of: small) + "\n", "{\"id\":\"x\",\"subnet\":\(json)}\n\"\(space.id(of: small))\"\n",
        space.id(of: large),
      ]
    }
    let words = [
      "\"subnet\"", "\"id\"", "\"resolution\"", "\"widthIndices\"", "r224", "-w", "-s2", "e0.25k11", "33", "\n",
    ]
    return Reader(name: "subnets", path: folder + "/subnets", seeds: seeds.map(bytes), form: .text(words)) { input in
      var refusal: (any Error)?
      for space in spaces {
        do {
          for subnet in try space.subnets(readingLines: String(decoding: input, as: UTF8.self), at: "subnets") {
            guard try space.subnet(id: space.id(of: subnet)) == subnet else {
              throw Finding(what: "an id of another subnet")
            }
            _ = space.graph(of: subnet).signatures
          }
          return
        } catch let found as Finding {
          throw found
        } catch { refusal = error }
      }
      if let refusal { throw refusal }
    }
  }

  /// Networks with latencies, and the fit to what is read.
  private static func timed(_ folder: String) throws -> Reader {
    let world = try World()
    let lists = world.timed.map { network in
      let layers = network.layers.map {
        "[\"\($0.kind)\",\($0.inputChannels),\($0.outputChannels),\($0.kernelSize),\($0.stride),\($0.inputSize)]"
      }
      let list = layers.joined(separator: ",")
      return "{\"layers\":[\(list)],\"lat_ms\":{\"a\":\(network.latencyMilliseconds),\"b\":null}}\n"
    }
    let ids = world.subnets.map { "{\"id\":\"\(world.space.id(of: $0))\",\"latencyMilliseconds\":1.5}\n" }
    let words = [
      "\"conv\"", "\"dwconv\"", "\"se\"", "\"fc\"", "\"add\"", "1048576", "1e-6", "1e8", "null", "\n",
    ]
    return Reader(
      name: "timed", path: folder + "/timed", seeds: [lists.joined(), ids.joined()].map(bytes), form: .text(words)
    ) { input in
      let read = try TimedNetworks(input, space: world.space, at: "timed")
      let networks = try read.networks(column: read.columns.first, at: "column").timed
      let fitted = try LayerLatencyFit(networks: networks).fitted()
      let profile = DeviceProfile(
        device: DeviceProfile.Device(name: "x"), measurement: DeviceProfile.Measurement(runner: "fitted"),
        correction: fitted.correction, layers: fitted.layers)
      let text = try OFAFormats.Documents.encode(profile)
      guard try OFAFormats.Documents.decode(DeviceProfile.self, from: text, at: "profile") == profile else {
        throw Finding(what: "a fit that does not read back")
      }
    }
  }

  private static func amounts(_ folder: String) throws -> Reader {
    let seeds = ["25ms", "600us", "2min", "1.5h", "300M", "2000000", "1MiB", "0.5 GB", "4096B"]
    let words = ["h", "ms", "µs", "min", "k", "M", "G", "KiB", "99999999999999999999999999999999999999999", "."]
    return Reader(name: "amounts", path: folder + "/amount", seeds: seeds.map(bytes), form: .text(words)) { input in
      let text = String(decoding: input, as: UTF8.self)
      let reads: [() throws -> Void] = [
        { _ = try Amount.duration(text, at: "time") }, { _ = try Budgets(latency: text) },
        { _ = try Budgets(multiplyAccumulates: text, flops: text) }, { _ = try Budgets(peakActivationBytes: text) },
      ]
      let failures = reads.compactMap { read in failed(read) }
      if failures.count == reads.count { throw failures[0] }
    }
  }

  private static func failed(_ read: () throws -> Void) -> (any Error)? {
    do {
      try read()
      return nil
    } catch { return error }
  }
}

import OFAHardware
import OFAProfiling
import OFAReport
import OFASpace

extension Page {
  /// How well a profile predicts networks, and, as far as it tells, what the blocks of the largest and the smallest
  /// subnet take.
  ///
  /// - Parameters:
  ///   - space: nil where networks are no subnets: their blocks have no names.
  ///   - resolution: at which resolution these subnets are; by default the space's greatest.
  ///   - networks: with which it was compared.
  package static func profile(
    _ profile: DeviceProfile, of space: SearchSpace?, resolution: Int? = nil, networks: [ComparedNetwork]
  ) -> Page {
    let (device, measurement) = (profile.device, profile.measurement)
    let predicted = profile.table.entries.values.count { $0.isPredicted }
    let threads = measurement.threads.map { $0 == 1 ? ["one thread"] : ["\($0) threads"] } ?? []
    let runner = [measurement.runner, measurement.runnerVersion, measurement.kernelForm].compactMap(\.self) + threads
    var page = Page(
      (space.map { "\($0.name) on " } ?? "") + device.name,
      subtitle: "What blocks take on a device, and how well their sums predict networks.",
      conditions: [
        Fact("device", [device.processor ?? device.name, device.system].compactMap(\.self).joined(separator: ", ")),
        Fact("runner", runner.joined(separator: ", ")), Fact("measured", measurement.date ?? "–"),
      ],
      sections: [])
    if let error = profile.correction?.error {
      page.facts = [
        Fact("within 5 %", Measure.fraction.text(error.withinFivePercent)),
        Fact("within 10 %", Measure.fraction.text(error.withinTenPercent)),
        Fact("rank correlation", decimal(error.spearman, 4)),
      ]
      if let count = error.leftOut, count > 0 {
        page.facts.append(Fact("networks measured in no quiet moment, left out", "\(count)"))
      }
      if let share = error.halvesWithinFivePercent {
        page.facts.append(Fact("halves of a measurement within 5 %", Measure.fraction.text(share)))
      }
    }
    if profile.table.entries.count > 0 {
      page.facts.append(Fact("blocks measured", "\(profile.table.entries.count - predicted)"))
    }
    if predicted > 0 { page.facts.append(Fact("blocks predicted", "\(predicted)")) }
    let pairs = networks.map { network in
      (network.measuredMilliseconds, network.predictedMilliseconds, network.subnet.flatMap { space?.id(of: $0) })
    }
    page.sections.append(
      Section("Predicted against measured", [.plot(.agreement(pairs: pairs)), .bars(errors(networks))]))
    // Networks that a profile was fitted to need not have all that these subnets are made of.
    guard let space, let section = try? timeByBlock(of: space, at: resolution, on: profile) else { return page }
    page.sections.append(section)
    return page
  }

  /// What the blocks of the largest and the smallest subnet take.
  private static func timeByBlock(
    of space: SearchSpace, at resolution: Int?, on profile: DeviceProfile
  ) throws -> Section {
    var subnets = [space.largest, space.smallest]
    for index in subnets.indices { subnets[index].resolution = resolution ?? subnets[0].resolution }
    return Section(
      "Time by block",
      try zip(["The largest subnet", "The smallest subnet"], subnets).map {
        .bars(try blockTimes($0, of: $1, in: space, on: profile))
      } + [
        .table(
          Table(
            [.id("subnet"), .number("predicted latency")],
            try subnets.map { subnet in
              let latency = try profile.latency(of: space.graph(of: subnet))
              return [space.id(of: subnet), Measure.milliseconds.text(latency.milliseconds)]
            }
          ).drawn(in: space))
      ])
  }

  /// How many of the networks are how far off.
  private static func errors(_ networks: [ComparedNetwork]) -> Bars {
    let bounds = [0, 0.01, 0.02, 0.05, 0.1, Double.infinity]
    let errors = networks.map { abs($0.predictedMilliseconds / $0.measuredMilliseconds - 1) }
    return Bars(
      "How far predictions are off", note: "of \(networks.count) networks",
      zip(bounds, bounds.dropFirst()).map { low, high in
        let count = errors.count { $0 >= low && $0 < high }
        func percent(_ bound: Double) -> String { decimal(100 * bound, 0) }
        let name =
          high == .infinity ? "\(percent(low)) % or more" : "\(percent(low)) to \(percent(high)) %"
        return Bars.Bar(name, Double(count), "\(count)")
      }, most: Double(networks.count))
  }

  /// What each block of a network takes.
  private static func blockTimes(
    _ title: String, of subnet: Subnet, in space: SearchSpace, on profile: DeviceProfile
  ) throws -> Bars {
    let graph = space.graph(of: subnet)
    let bars = try graph.blocks.enumerated().map { index, name in
      let entry = try profile.entry(ofBlock: index, in: graph)
      let text = Measure.milliseconds.text(entry.milliseconds)
      return Bars.Bar(name, entry.milliseconds, entry.isPredicted ? "\(text), predicted" : text)
    }
    return Bars(title, note: "\(Measure.milliseconds.text(bars.reduce(0) { $0 + $1.value })) in all blocks", bars)
  }
}

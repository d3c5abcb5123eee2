import OFAFormats
import OFAGraph
import OFAHardware
import OFANumerics
import OFASpace

// How well a profile predicts networks that took no part in it.

extension Profiler {
  /// Compares predictions with fresh networks, measured as `ofa measure` would, and sets the correction's errors.
  ///
  /// - Parameters:
  ///   - known: the blocks that the profile had before.
  ///   - before: its correction, where these networks do not have all that it is of.
  ///   - factor: what times of now are multiplied with.
  ///   - compared: takes the fresh networks.
  func validate(
    _ profile: inout DeviceProfile, known: Set<String>, before: LatencyCorrection?, factor: Double,
    progress: (String, Double) throws -> Void, compared body: ([ComparedNetwork]) -> Void
  ) throws -> PredictionError {
    var generator = SeededGenerator(seed: seed, stream: "profile validation")
    let subnets = space.spreadSubnets(FreshNetworks.most, resolutions: resolutions, using: &generator)
    let all = subnets.map(space.graph(of:))
    let fresh = FreshNetworks(
      within: budget * (1 - Self.tableShare),
      milliseconds: Statistics.median(try all.map { try profile.latency(of: $0).milliseconds }), devices: crew.count)
    let times = try fresh.networks.times(
      of: Array(all.prefix(fresh.count)), crew: crew, using: &generator,
      progress: { try progress("checking the sums", $0) })
    func milliseconds(_ index: Int) -> Double { times[index].medianMilliseconds * factor }
    let tuning = times.prefix(fresh.tuningCount).ofQuietMoments
    try profile.tune(to: tuning.map { (all[$0], milliseconds($0)) }, known: known)
    let networks = times.dropFirst(fresh.tuningCount).ofQuietMoments
    let (graphs, measured) = (networks.map { all[$0] }, networks.map(milliseconds))
    let predicted = try graphs.map { try profile.latency(of: $0).milliseconds }
    var error = PredictionError(predicted: predicted, measured: measured)
    error.leftOut = times.count - fresh.tuningCount - networks.count
    let halves = networks.compactMap { times[$0].halvesDifference }
    if !halves.isEmpty { error.halvesWithinFivePercent = PredictionError.share(halves, within: 0.05) }
    body(
      zip(networks, zip(predicted, measured)).map {
        ComparedNetwork(subnet: subnets[$0], predictedMilliseconds: $1.0, measuredMilliseconds: $1.1)
      })
    let apart = try LatencyCorrection.intervalError(of: profile, graphs: graphs, measured: measured)
    // How far moments differ, and where a profile is added to, how far its session and this one do.
    let (drift, sessions) = (max(crew.record.drift, Self.sessionDrift), factor - 1)
    let interval = (apart * apart + drift * drift + sessions * sessions).squareRoot()
    // A profile that was added to is as good as its worse part.
    if let before, before.error.relativeErrorP90 > error.relativeErrorP90 {
      profile.correction?.intervalError = max(before.intervalError ?? before.error.relativeErrorP90, interval)
    } else {
      profile.correction?.error = error
      profile.correction?.intervalError = max(before?.intervalError ?? 0, interval)
    }
    return error
  }

  /// By how much at least another session's times differ from this one's, whatever moments within it tell. In ten
  /// comparisons of predictions with a hundred networks measured later, the median of the ratios was 0.3 to 1.6 % off,
  /// 1.1 % by the root of the mean square; this is what nine in ten would be within.
  private static let sessionDrift = 0.018
}

/// A fresh network: what a profile predicts for it, and what it was measured to take.
public struct ComparedNetwork: Hashable, Sendable {
  /// The network, where it is one of a space.
  public var subnet: Subnet?
  /// The prediction.
  public var predictedMilliseconds: Double
  /// The measurement.
  public var measuredMilliseconds: Double
}

/// How many fresh networks a validation measures, and how, so that it takes about as long as it may.
private struct FreshNetworks {
  /// How many there are at the most.
  static let most = 150
  /// From thorough to brief: networks, rounds, and runs a turn.
  private static let plans = [(most, 10, 8), (most, 6, 4), (100, 6, 4), (60, 5, 3), (20, 5, 3), (10, 3, 3)]
  /// The fewest networks of which some are spared for the correction.
  private static let fewestTuned = 60

  let count: Int
  /// How many of them, the first, set the scale of the correction and are not fresh any more.
  var tuningCount: Int { count < Self.fewestTuned ? 0 : count / 3 }
  let networks: WholeNetworks

  /// - Parameter milliseconds: what a network takes.
  init(within share: Duration, milliseconds: Double, devices: Int) {
    let seconds = share.seconds * Double(devices)
    func time(_ plan: (Int, Int, Int)) -> Double {
      Double(plan.0 * plan.1) * (Double(plan.2 + Turn.Request(runs: 1).warmUps) * milliseconds / 1e3)
    }
    let plan = Self.plans.first { time($0) <= seconds } ?? Self.plans[Self.plans.count - 1]
    count = plan.0
    // Warm-ups, the reference and loading take the rest of half as long again.
    var networks = WholeNetworks(count: count, within: .seconds(0.75 * seconds))
    networks.rounds = plan.1
    networks.turn.runs = plan.2
    // Where networks are fast, as many runs as there is time for. Loading takes some too.
    let spare = max(0, 0.7 * seconds - time(plan)) / Double(plan.0 * plan.1)
    networks.turn.time = min(networks.turn.time, .seconds(spare))
    self.networks = networks
  }
}

extension DeviceProfile {
  /// Sets the scale by networks that were measured whole: turns there are longer than those of a table, and so a little
  /// faster. Where the profile had blocks before, its line holds for them, and the scale is that of the blocks added.
  fileprivate mutating func tune(to networks: [(graph: Graph, milliseconds: Double)], known: Set<String>) throws {
    if known.isEmpty {
      let ratios = try networks.map { try $0.milliseconds / latency(of: $0.graph).milliseconds }
      guard !ratios.isEmpty else { return }
      correction?.slope *= Statistics.median(ratios)
      correction?.interceptMilliseconds *= Statistics.median(ratios)
      return
    }
    let ratios = try networks.compactMap { network -> Double? in
      var (old, new) = (0.0, 0.0)
      for (block, signature) in network.graph.signatures.enumerated() {
        let milliseconds = try entry(ofBlock: block, in: network.graph).milliseconds
        if known.contains(signature) { old += milliseconds } else { new += milliseconds }
      }
      return new > 0 ? (uncorrected(network.milliseconds) - old) / new : nil
    }
    guard !ratios.isEmpty, Statistics.median(ratios) > 0 else { return }
    let added = table.entries.filter { !known.contains($0.key) }
    table.entries.merge(LatencyTable(added).scaled(by: Statistics.median(ratios)).entries) { $1 }
  }
}

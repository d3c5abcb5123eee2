extension DeviceProfile {
  /// What keeps others from relying on it, a sentence each; none where it is fit to be shared.
  ///
  /// A profile with latencies says on which day and how they were measured, and how far off predictions were. One
  /// without names the data sheet that it is of.
  public var doubts: [String] {
    let told: [(key: String, isTold: Bool)] =
      isTimed
      ? [
        ("measurement.date, as in 2026-03-31", measurement.date?.wholeMatch(of: /\d{4}-\d\d-\d\d/) != nil),
        ("measurement.runnerVersion", measurement.runnerVersion != nil),
        // Other engines have none.
        ("measurement.kernelForm", measurement.kernelForm != nil || !measurement.isOfEngine),
        ("measurement.threads", measurement.threads != nil),
        ("correction.error, how far off predictions were", correction != nil),
      ]
      : [
        ("measurement.sources, the data sheet", measurement.sources?.isEmpty == false),
        ("limits, nor any latency", limits != Limits()),
      ]
    let amounts = [("memoryBytes", limits.memoryBytes), ("storageBytes", limits.storageBytes)]
    return told.filter { !$0.isTold }.map { "it does not tell \($0.key)" } + [errorDoubt].compactMap { $0 }
      + amounts.compactMap { key, bytes in
        guard let bytes, !Self.plausibleBytes.contains(bytes) else { return nil }
        return "limits.\(key) is \(bytes), which no device has"
      }
  }

  /// That predictions of fresh networks were mostly far off; nil where they were not, or where that is not known.
  public var errorDoubt: String? {
    guard let error = correction?.error, error.withinTenPercent < 0.5 else { return nil }
    func percent(_ share: Double) -> String { "\(Int((100 * share).rounded())) %" }
    return "its predictions are not to be relied on: of fresh networks \(percent(error.withinFivePercent)) were within "
      + "5 %, \(percent(error.withinTenPercent)) within 10 %"
      + (error.halvesWithinFivePercent.map { ", and two halves of their own measurement for \(percent($0))" } ?? "")
  }

  /// The memory and storage that devices have: a kilobyte to ten terabytes.
  private static let plausibleBytes = 1_000...10_000_000_000_000
}

import Foundation

extension Cluster {
  /// How fast ranks send each other bytes.
  public struct LinkSpeed: Hashable, Sendable, Codable {
    /// What a message takes beside its bytes, in seconds.
    public var latency: Double
    /// Bytes a second, in each direction at once.
    public var bytesPerSecond: Double

    /// A speed of its parts.
    public init(latency: Double, bytesPerSecond: Double) {
      (self.latency, self.bytesPerSecond) = (latency, bytesPerSecond)
    }

    /// What a message of so many bytes takes, in seconds.
    public func seconds(of bytes: Double) -> Double { latency + bytes / bytesPerSecond }
  }

  /// The speed between the first rank and the last, measured; nil but for the leader. All ranks call this at once.
  ///
  /// - Throws: `Failure` when a rank is lost.
  public func linkSpeed() throws -> LinkSpeed? {
    let (few, many) = (16, 4 << 20)
    let latency = try secondsOfSwap(of: few, repetitions: 200)
    let seconds = try secondsOfSwap(of: many, repetitions: 7)
    guard try gather(0) != nil else { return nil }
    return LinkSpeed(latency: latency, bytesPerSecond: Double(many - few) / max(seconds - latency, 1e-9))
  }

  /// What the first and the last rank take to send each other so many bytes at once: the median; 0 for others.
  private func secondsOfSwap(of count: Int, repetitions: Int) throws -> Double {
    let last = ranks - 1
    guard last > 0, rank == 0 || rank == last else { return 0 }
    let partner = last - rank
    var (mine, theirs) = ([UInt8](repeating: 1, count: count), [UInt8](repeating: 0, count: count))
    let seconds = try (0..<repetitions + 2).map { _ in
      let start = ContinuousClock.now
      try mine.withUnsafeMutableBytes { mine in
        try theirs.withUnsafeMutableBytes { theirs in
          try wait([
            try receive(theirs, from: partner, .probe), try send(UnsafeRawBufferPointer(mine), to: partner, .probe),
          ])
        }
      }
      return (ContinuousClock.now - start) / .seconds(1)
    }
    // The first set up what the others use.
    return seconds.dropFirst(2).sorted()[repetitions / 2]
  }
}

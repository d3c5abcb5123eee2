/// A source of random numbers that is fully determined by a seed and a stream's name.
///
/// A program has one seed; each of its parts draws from a stream of its own, so that drawing more in one part moves
/// nothing in another. An index tells apart the members of a family of streams, such as epochs.
///
///     var generator = SeededGenerator(seed: 7, stream: "augmentation", epoch)
///     let flip = Bool.random(using: &generator)
///
/// - Note: xoshiro256** 1.0 (Blackman and Vigna, Scrambled Linear Pseudorandom Number Generators, 2021), its state
///   filled by SplitMix64 from the seed, the FNV-1a hash of the name, and the index.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// The stream called `stream` (its `index`-th member) under a seed.
  public init(seed: UInt64, stream: String, _ index: Int = 0) {
    var nameHash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in stream.utf8 { nameHash = (nameHash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    var mixer = SplitMix64(state: seed)
    mixer.state = mixer.next() ^ nameHash
    mixer.state = mixer.next() ^ UInt64(bitPattern: Int64(index))
    // A fixed point at zero cannot arise: SplitMix64 never gives four zeros in a row.
    state = (mixer.next(), mixer.next(), mixer.next(), mixer.next())
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    let result = rotated(state.1 &* 5, by: 7) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = rotated(state.3, by: 45)
    return result
  }

  private func rotated(_ x: UInt64, by count: UInt64) -> UInt64 { (x << count) | (x >> (64 - count)) }
}

/// The generator that spreads a few seed bits over a whole state.
private struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

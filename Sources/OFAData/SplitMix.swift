/// A small generator for what belongs to the data themselves, not to a run: the held-out draw and the drawn images.
///
/// - Note: Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, 2014, §4 (SplitMix64).
struct SplitMix: RandomNumberGenerator {
  /// What is drawn; each draws from a sequence of its own.
  enum Stream: UInt64 { case heldOut = 1, trainingImage, testImage }

  private var state: UInt64

  /// The sequence of the `index`-th thing of a stream.
  init(seed: UInt64, stream: Stream, _ index: Int = 0) {
    state = seed
    state = next() ^ stream.rawValue
    state = next() ^ UInt64(index)
    state = next()
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }

  /// A number evenly from a range.
  mutating func number(_ range: ClosedRange<Float>) -> Float {
    let unit = Float(next() >> 40) * 0x1p-24
    return range.lowerBound + (range.upperBound - range.lowerBound) * unit
  }

  /// A whole number evenly from a range.
  mutating func integer(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
}

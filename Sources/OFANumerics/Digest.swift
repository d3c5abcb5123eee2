extension Sequence where Element: BinaryInteger {
  /// A hash of the numbers, in hexadecimal: equal on every machine, and hardly ever so of other numbers.
  ///
  /// - Note: FNV-1a of 64 bits (Fowler, Noll and Vo), over words instead of bytes.
  package var digest: String {
    String(reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64(truncatingIfNeeded: $1)) &* 0x100_0000_01B3 }, radix: 16)
  }
}

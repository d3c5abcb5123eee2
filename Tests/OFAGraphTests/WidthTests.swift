import OFAGraph
import Testing

@Suite("Widths")
struct WidthTests {
  @Test(
    "Widths are rounded as the field does",
    arguments: [
      (11.0, 16), (12, 16), (13, 16), (18, 24), (19.2, 24), (28.8, 32), (41.6, 40), (52, 56), (59.8, 56), (134.4, 136),
      (166.4, 168), (249.6, 248), (1, 8),
    ])
  func rounding(width: Double, expected: Int) {
    #expect(Widths.rounded(width, divisor: 8) == expected)
  }

  @Test("A rounded width is a multiple, at least one, and not under nine tenths; a divisor of 1 keeps whole widths")
  func roundingProperties() {
    for tenths in 1...4_000 {
      let width = Double(tenths) / 10
      let rounded = Widths.rounded(width, divisor: 8)
      #expect(rounded % 8 == 0 && rounded >= 8 && Double(rounded) >= 0.9 * width)
      #expect(abs(Double(rounded) - width) <= max(8 - width, 8))
    }
    for width in 1...400 { #expect(Widths.rounded(Double(width), divisor: 1) == width) }
  }

  @Test("Middle channels round halves to even before they are made divisible")
  func middle() {
    #expect(Widths.middle(of: 16, ratio: 6) == 96)
    #expect(Widths.middle(of: 112, ratio: 3) == 336)
    // 8.5 and 26.5 go to 8 and 26, then to 8 and 24; rounded up they would be too far from 8 and 24, and be 16 and 32.
    #expect(Widths.middle(of: 17, ratio: 0.5) == 8)
    #expect(Widths.middle(of: 53, ratio: 0.5) == 24)
    // 27.5 goes to 28 either way.
    #expect(Widths.middle(of: 11, ratio: 2.5) == 32)
    #expect([336, 448, 672].map(Widths.squeezed(middle:)) == [88, 112, 168])
  }
}

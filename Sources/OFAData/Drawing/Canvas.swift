import Foundation
import OFANumerics

/// A colour, each component 0…1.
typealias Color = SIMD3<Float>

extension SIMD3<Float> {
  /// A colour with each component evenly from a range.
  static func random(_ range: ClosedRange<Float>, using generator: inout SeededGenerator) -> Color {
    Color(generator.number(range), generator.number(range), generator.number(range))
  }
}

/// Where a shape lies: its centre, half its size, how far it is turned, and how much wider it is than high.
struct Placement {
  var x: Float
  var y: Float
  var radius: Float
  var angle: Float
  var stretch: Float
}

/// A square colour image that is being drawn.
struct Canvas {
  private let side: Int
  private var pixels: [Color]

  init(side: Int) {
    self.side = side
    pixels = [Color](repeating: .zero, count: side * side)
  }

  /// Covers all with a colour that becomes another one along a random direction.
  mutating func fill(from first: Color, to second: Color, using generator: inout SeededGenerator) {
    let angle = generator.number(0...(2 * .pi))
    let (dx, dy) = (cos(angle) / Float(side), sin(angle) / Float(side))
    let middle = Float(side - 1) / 2
    for y in 0..<side {
      for x in 0..<side {
        let part = 0.5 + (Float(x) - middle) * dx + (Float(y) - middle) * dy
        pixels[y * side + x] = first + (second - first) * part
      }
    }
  }

  /// Draws a shape in one colour, its edge blended over one pixel.
  mutating func draw(_ shape: Shape, _ placement: Placement, _ color: Color) {
    let scale = 1 / placement.radius
    blend(placement, reach: placement.radius * 1.3 * max(placement.stretch, 1 / placement.stretch), color) { x, y in
      shape.distance(x * scale / placement.stretch, y * scale * placement.stretch) * placement.radius
    }
  }

  /// Draws a line of twice the radius' length.
  mutating func drawLine(_ placement: Placement, thickness: Float, _ color: Color) {
    blend(placement, reach: placement.radius + 1, color) { x, y in
      max(abs(x) - placement.radius, abs(y) - thickness / 2)
    }
  }

  /// Blends a colour in where a distance, in pixels and in the placement's own directions, is below 0.
  private mutating func blend(
    _ placement: Placement, reach: Float, _ color: Color, distance: (Float, Float) -> Float
  ) {
    let (cosine, sine) = (cos(placement.angle), sin(placement.angle))
    let bounds = 0...Float(side - 1)
    func range(_ center: Float) -> ClosedRange<Int> {
      Int((center - reach).clamped(to: bounds))...Int((center + reach).clamped(to: bounds))
    }
    for y in range(placement.y) {
      for x in range(placement.x) {
        let (dx, dy) = (Float(x) + 0.5 - placement.x, Float(y) + 0.5 - placement.y)
        let coverage = (0.5 - distance(dx * cosine + dy * sine, dy * cosine - dx * sine)).clamped(to: 0...1)
        if coverage > 0 { pixels[y * side + x] += (color - pixels[y * side + x]) * coverage }
      }
    }
  }

  /// Adds noise to every component, nearly normal: the sum of four even draws.
  mutating func addNoise(deviation: Float, using generator: inout SeededGenerator) {
    // Four bytes of deviation √(4 · (256² − 1) / 12) about their mean of 510.
    let scale = deviation / Float(4 * 65_535 / 12).squareRoot()
    for index in pixels.indices {
      let words = (generator.next(), generator.next())
      func noise(_ bits: UInt64) -> Float {
        Float(Int(bits & 255) + Int(bits >> 8 & 255) + Int(bits >> 16 & 255) + Int(bits >> 24 & 255) - 510)
      }
      pixels[index] += Color(noise(words.0), noise(words.0 >> 32), noise(words.1)) * scale
    }
  }

  /// Rounds to bytes, [H, W, C].
  func write(to bytes: UnsafeMutableBufferPointer<UInt8>) {
    for (index, pixel) in pixels.enumerated() {
      let rounded = (pixel.clamped(lowerBound: .zero, upperBound: .one) * 255).rounded(.toNearestOrAwayFromZero)
      for channel in 0..<3 { bytes[index * 3 + channel] = UInt8(rounded[channel]) }
    }
  }
}

extension Float {
  /// The nearest number of a range.
  fileprivate func clamped(to range: ClosedRange<Float>) -> Float {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}

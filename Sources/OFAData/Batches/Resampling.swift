/// The weights that resize one side of an image: bilinear, with the filter widened where it shrinks, so that no source
/// pixel is skipped.
///
///     output[x] = Σ i  weight(x, i) · input[i]
///     weight(x, i) ∝ max(0, 1 − |i + ½ − (x + ½)·s| / max(s, 1)),   s = from / to
///
/// The weights of an output sum to 1; pixels beyond the edge have none. Pillow resizes alike.
struct Resampling: Sendable {
  /// Whether nothing changes.
  let isIdentity: Bool
  /// How many outputs there are.
  let to: Int
  /// The most taps of an output; every output has as many, some with weight 0.
  private let width: Int
  private let starts: [Int]
  private let weights: [Float]

  init(from: Int, to: Int) {
    isIdentity = from == to
    self.to = to
    let scale = Double(from) / Double(to)
    let support = max(scale, 1)
    let width = min(Int((2 * support).rounded(.up)) + 1, from)
    var starts: [Int] = []
    var weights: [Float] = []
    for x in 0..<to {
      let center = (Double(x) + 0.5) * scale
      let start = min(max(Int((center - support).rounded(.down)), 0), from - width)
      let raw = (start..<start + width).map { max(0, 1 - abs(Double($0) + 0.5 - center) / support) }
      let sum = raw.reduce(0, +)
      starts.append(start)
      weights += raw.map { Float($0 / sum) }
    }
    self.width = isIdentity ? 1 : width
    self.starts = isIdentity ? Array(0..<to) : starts
    self.weights = isIdentity ? [Float](repeating: 1, count: to) : weights
  }

  /// Calls `body` with each input position that makes an output, and its weight.
  func forEachTap(of x: Int, _ body: (_ position: Int, _ weight: Float) -> Void) {
    for tap in 0..<width where weights[x * width + tap] != 0 { body(starts[x] + tap, weights[x * width + tap]) }
  }

  /// Resizes a row of [from, C] to [to, C].
  func apply(_ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, channels: Int) {
    weights.withUnsafeBufferPointer { weights in
      starts.withUnsafeBufferPointer { starts in
        for x in 0..<to {
          let first = input + starts[x] * channels
          for channel in 0..<channels {
            var sum: Float = 0
            for tap in 0..<width { sum += weights[x * width + tap] * first[tap * channels + channel] }
            output[x * channels + channel] = sum
          }
        }
      }
    }
  }
}

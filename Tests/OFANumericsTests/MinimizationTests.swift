import Foundation
import OFANumerics
import Testing

@Suite struct MinimizationTests {
  @Test("Rosenbrock's curved valley is followed to its end")
  func valley() {
    let found = Minimization.minimum(from: [-1.2, 1], iterations: 200, tolerance: 0) { p in
      let bend = p[1] - p[0] * p[0]
      return (
        100 * bend * bend + (1 - p[0]) * (1 - p[0]), [-400 * p[0] * bend - 2 * (1 - p[0]), 200 * bend]
      )
    }
    #expect(abs(found[0] - 1) < 1e-5 && abs(found[1] - 1) < 1e-5, "\(found)")
  }

  @Test("Points where a function is not finite are stepped back from")
  func bounded() {
    let found = Minimization.minimum(from: [40, 0.01], tolerance: 0) { p in
      guard p[0] > 0, p[1] > 0 else { return (.infinity, [0, 0]) }
      return (p[0] - log(p[0]) + 3 * p[1] - log(p[1]), [1 - 1 / p[0], 3 - 1 / p[1]])
    }
    #expect(abs(found[0] - 1) < 1e-4 && abs(found[1] - 1 / 3) < 1e-4, "\(found)")
  }

  @Test("A minimum is not left, and no step goes up")
  func still() {
    #expect(Minimization.minimum(from: [2, -3]) { p in (0, p.map { _ in 0 }) } == [2, -3])
    let value = { (p: [Double]) in p[0] * p[0] * p[0] * p[0] - 3 * p[0] }
    for start in [-20.0, 0, 5] {
      let found = Minimization.minimum(from: [start], iterations: 1) { p in (value(p), [4 * p[0] * p[0] * p[0] - 3]) }
      #expect(value(found) <= value([start]))
    }
  }
}

import Foundation
import OFANumerics
import Testing

@Suite struct MatrixTests {
  private func random(_ rows: Int, _ columns: Int, _ generator: inout SeededGenerator) -> Matrix {
    Matrix(rows: rows, columns: columns, values: (0..<rows * columns).map { _ in generator.gaussian() })
  }

  private func worstDifference(_ a: Matrix, _ b: Matrix) -> Double {
    zip(a.values, b.values).map { abs($0 - $1) }.max() ?? 0
  }

  @Test("A product equals the sums of its definition, whichever side is transposed")
  func product() {
    var generator = SeededGenerator(seed: 1, stream: "matrix")
    for (m, k, n) in [(1, 1, 1), (2, 3, 4), (5, 1, 7), (7, 9, 1), (16, 17, 18), (130, 257, 71)] {
      let (a, b) = (random(m, k, &generator), random(k, n, &generator))
      var expected = Matrix(rows: m, columns: n)
      for i in 0..<m { for j in 0..<n { for l in 0..<k { expected[i, j] += a[i, l] * b[l, j] } } }
      #expect(worstDifference(a * b, expected) < 1e-12)
      #expect(worstDifference(.product(a.transposed, b, leftTransposed: true), expected) < 1e-12)
      #expect(worstDifference(.product(a, b.transposed, rightTransposed: true), expected) < 1e-12)
      let both = Matrix.product(a.transposed, b.transposed, leftTransposed: true, rightTransposed: true)
      #expect(worstDifference(both, expected) < 1e-12)
    }
  }

  @Test(
    "A library of products that is older than the processor uses kernels for it nevertheless",
    .enabled(if: ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"] == nil))
  func kernels() throws {
    let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
    let flags = Set(lines.first { $0.hasPrefix("flags") }?.split(separator: " ") ?? [])
    guard flags.isSuperset(of: ["avx2", "fma"]) else { return }
    let known = ["Haswell", "Zen", "Excavator", "SkylakeX", "Cooperlake", "SapphireRapids"]
    #expect(known.contains { $0.caseInsensitiveCompare(OpenBLAS.processorType) == .orderedSame })
  }

  @Test("The logarithm of a determinant is that of its expansion")
  func determinant() throws {
    let a = Matrix([[4, 1, 2], [1, 5, -1], [2, -1, 6]])
    #expect(abs(try #require(CholeskyFactor(a)).logDeterminant - log(4 * 29 - 1 * 8 + 2 * -11)) < 1e-12)
    #expect(CholeskyFactor(Matrix([[1, 2], [2, 1]]))?.order == nil)
  }

  @Test("Transposing twice changes nothing")
  func transposed() {
    var generator = SeededGenerator(seed: 2, stream: "matrix")
    let a = random(3, 5, &generator)
    #expect(a.transposed.transposed == a)
    #expect(a.transposed[4, 2] == a[2, 4])
  }

  @Test("A solution by Cholesky solves the system, and reads the lower triangle alone")
  func cholesky() throws {
    var generator = SeededGenerator(seed: 3, stream: "matrix")
    for n in [1, 2, 7, 40] {
      let root = random(n, n + 2, &generator)
      let definite = Matrix.product(root, root, rightTransposed: true)
      let right = random(n, 3, &generator)
      var lower = definite
      for i in 0..<n { for j in (i + 1)..<max(n, i + 1) { lower[i, j] = Double.nan } }
      let solution = try #require(lower.solvedByCholesky(right))
      #expect(worstDifference(definite * solution, right) < 1e-8)
      let factor = try #require(CholeskyFactor(lower))
      #expect(factor.order == n && factor.solution(of: right) == solution)
      let half = factor.halfSolution(of: right)
      let energies = Matrix.product(right, solution, leftTransposed: true)
      #expect(worstDifference(Matrix.product(half, half, leftTransposed: true), energies) < 1e-8)
      let doubled = try #require(CholeskyFactor(Matrix(rows: n, columns: n, values: definite.values.map { 2 * $0 })))
      #expect(abs(doubled.logDeterminant - factor.logDeterminant - Double(n) * log(2)) < 1e-9)
    }
  }

  @Test("A matrix that is not positive definite has no solution")
  func indefinite() {
    #expect(Matrix([[1, 2], [2, 1]]).solvedByCholesky(Matrix(column: [1, 1])) == nil)
    #expect(Matrix([[0]]).solvedByCholesky(Matrix(column: [1])) == nil)
  }

  @Test("At the ridge solution the gradient of the penalized error is zero, for tall and wide matrices")
  func ridge() {
    var generator = SeededGenerator(seed: 4, stream: "matrix")
    for (rows, columns) in [(30, 4), (4, 30), (5, 5), (1, 1)] {
      let design = random(rows, columns, &generator)
      let targets = (0..<rows).map { _ in generator.gaussian() }
      for penalty in [1e-3, 1, 100] {
        let coefficients = design.ridgeCoefficients(targets: targets, penalty: penalty)
        let residual = zip((design * Matrix(column: coefficients)).values, targets).map { $0 - $1 }
        let gradient = Matrix.product(design, Matrix(column: residual), leftTransposed: true)
        for (g, c) in zip(gradient.values, coefficients) { #expect(abs(g + penalty * c) < 1e-9) }
      }
    }
  }

  @Test("A ridge fit of a rank-deficient matrix with a vanishing penalty still reproduces the targets")
  func rankDeficient() {
    let design = Matrix([[1e8, 1e8], [1e8, 1e8], [2e8, 2e8]])
    let coefficients = design.ridgeCoefficients(targets: [1, 1, 2], penalty: 1e-12)
    let fitted = (design * Matrix(column: coefficients)).values
    for (f, t) in zip(fitted, [1.0, 1, 2]) { #expect(abs(f - t) < 1e-6) }
  }
}

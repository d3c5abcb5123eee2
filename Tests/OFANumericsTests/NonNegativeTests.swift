import OFANumerics
import Testing

@Suite struct NonNegativeTests {
  /// The best of the solutions on every subset of coefficients that are all above zero.
  private func bruteForce(_ gram: Matrix, _ right: [Double]) -> [Double] {
    func form(_ c: [Double]) -> Double {
      c.indices.reduce(0) { sum, i in
        sum - 2 * right[i] * c[i] + c.indices.reduce(0) { $0 + c[i] * gram[i, $1] * c[$1] }
      }
    }
    var best = [Double](repeating: 0, count: right.count)
    for subset in 1..<(1 << right.count) {
      let indices = right.indices.filter { subset >> $0 & 1 == 1 }
      let part = Matrix(indices.map { i in indices.map { gram[i, $0] } })
      guard let solution = part.solvedByCholesky(Matrix(column: indices.map { right[$0] }))?.values,
        solution.allSatisfy({ $0 >= 0 })
      else { continue }
      var candidate = [Double](repeating: 0, count: right.count)
      for (i, value) in zip(indices, solution) { candidate[i] = value }
      if form(candidate) < form(best) { best = candidate }
    }
    return best
  }

  @Test("The solution is the best of all subsets of coefficients", arguments: 1...6)
  func subsets(count: Int) {
    var generator = SeededGenerator(seed: UInt64(count), stream: "non-negative")
    for _ in 0..<50 {
      let rows = (0..<count + 2).map { _ in (0..<count).map { _ in generator.gaussian() + 0.5 } }
      let design = Matrix(rows)
      var gram = Matrix.product(design, design, leftTransposed: true)
      for i in 0..<count { gram[i, i] += 1e-3 }
      let right = Matrix.product(
        design, Matrix(column: rows.map { _ in generator.gaussian() }), leftTransposed: true
      ).values
      for (a, b) in zip(gram.nonNegativeSolution(right), bruteForce(gram, right)) { #expect(abs(a - b) < 1e-7) }
    }
  }

  @Test("Where every coefficient would be below zero, all are zero")
  func none() {
    #expect(Matrix([[2, 1], [1, 3]]).nonNegativeSolution([-1, -2]) == [0, 0])
    #expect(Matrix([[2, 1], [1, 3]]).nonNegativeSolution([0, 0]) == [0, 0])
  }

  @Test("Columns that are nearly equal, in numbers that fill a model, are no obstacle")
  func collinear() {
    var generator = SeededGenerator(seed: 9, stream: "collinear")
    let rows = (0..<60).map { _ in
      let level = generator.uniform()
      return (0..<100).map { _ in level + 1e-6 * generator.uniform() }
    }
    let design = Matrix(rows)
    var gram = Matrix.product(design, design, leftTransposed: true)
    for i in 0..<100 { gram[i, i] += 1e-4 }
    let right = Matrix.product(design, Matrix(column: rows.map { 2 * $0[3] }), leftTransposed: true).values
    let solution = gram.nonNegativeSolution(right)
    #expect(solution.allSatisfy { $0 >= 0 && $0.isFinite })
    for row in rows { #expect(abs(zip(row, solution).reduce(0) { $0 + $1.0 * $1.1 } - 2 * row[3]) < 1e-3) }
  }
}

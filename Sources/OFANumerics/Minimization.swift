/// The minima of smooth functions.
public enum Minimization {
  /// A point where a function is least nearby, by the method of Broyden, Fletcher, Goldfarb and Shanno: the function's
  /// curvature is learnt from how its gradient changes.
  ///
  /// Each step goes at first as far as that curvature says, the first at most 1, and is halved until the function falls
  /// by at least 10⁻⁴ of what its slope promises.
  ///
  /// - Parameters:
  ///   - start: where it begins; the function is finite there.
  ///   - iterations: the most steps, one or more.
  ///   - tolerance: a step that lowers the value by less is the last; zero or more.
  ///   - function: the value and its derivative by each parameter, as many as `start` has. A value that is not finite
  ///     says that a point is none of the function's.
  /// - Returns: the best point that was seen.
  /// - Complexity: one or a few calls a step, and parameters² numbers.
  /// - Note: Nocedal and Wright, Numerical Optimization, 2006, algorithm 6.1 and equation 6.20. A step that shows no
  ///   positive curvature leaves what was learnt as it is; theirs searches along the line until one does.
  public static func minimum(
    from start: [Double], iterations: Int = 60, tolerance: Double = 1e-4,
    of function: ([Double]) -> (value: Double, gradient: [Double])
  ) -> [Double] {
    let count = start.count
    var point = start
    var (value, gradient) = function(point)
    var inverse = identity(count, scale: 1 / max(1, norm(gradient)))
    for iteration in 0..<iterations {
      let direction = (inverse * Matrix(column: gradient)).values.map { -$0 }
      let slope = dot(direction, gradient)
      guard slope < 0 else { break }
      var step = 1.0
      var next = moved(point, along: direction, by: step)
      var (nextValue, nextGradient) = function(next)
      while !(nextValue <= value + 1e-4 * step * slope), step > 1e-9 {
        step /= 2
        next = moved(point, along: direction, by: step)
        (nextValue, nextGradient) = function(next)
      }
      guard nextValue < value else { break }
      let change = zip(next, point).map { $0 - $1 }
      let bend = zip(nextGradient, gradient).map { $0 - $1 }
      let gain = value - nextValue
      (point, value, gradient) = (next, nextValue, nextGradient)
      if gain < tolerance { break }
      let curvature = dot(change, bend)
      guard curvature > 1e-10 * norm(change) * norm(bend) else { continue }
      if iteration == 0 { inverse = identity(count, scale: curvature / dot(bend, bend)) }
      inverse = updated(inverse, change: change, bend: bend, curvature: curvature)
    }
    return point
  }

  /// (I − ρ s yᵀ) H (I − ρ y sᵀ) + ρ s sᵀ for the change s, the bend y and ρ = 1 / curvature.
  private static func updated(_ inverse: Matrix, change: [Double], bend: [Double], curvature: Double) -> Matrix {
    let product = (inverse * Matrix(column: bend)).values
    let factor = (1 + dot(bend, product) / curvature) / curvature
    var result = inverse
    for i in change.indices {
      for j in change.indices {
        result[i, j] += factor * change[i] * change[j] - (change[i] * product[j] + product[i] * change[j]) / curvature
      }
    }
    return result
  }

  private static func identity(_ order: Int, scale: Double) -> Matrix {
    var result = Matrix(rows: order, columns: order)
    for i in 0..<order { result[i, i] = scale }
    return result
  }

  private static func moved(_ point: [Double], along direction: [Double], by step: Double) -> [Double] {
    zip(point, direction).map { $0 + step * $1 }
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

  private static func norm(_ a: [Double]) -> Double { dot(a, a).squareRoot() }
}

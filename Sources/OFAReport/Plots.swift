// The plots of the project's own results.

extension Plot {
  /// Accuracy against a cost: random subnets as a cloud, the front as a line, and the subnets that were chosen.
  ///
  /// - Parameters:
  ///   - cost: What the x axis measures.
  ///   - cloud: Other subnets, in any order; accuracies in 0…1.
  ///   - cloudName: What these are.
  ///   - front: The front in any order.
  ///   - chosen: Subnets to point out, with their labels.
  public static func front(
    _ title: String = "Accuracy against cost", cost: Axis, accuracy: Axis = Axis("predicted accuracy", .fraction),
    cloud: [Point], cloudName: String = "random subnets", front: [Point], chosen: [Point] = []
  ) -> Plot {
    Plot(
      title, x: cost, y: accuracy,
      [
        Series(cloudName, .cloud, cloud),
        Series("front", .dottedLine, front.sorted { ($0.x, $0.y) < ($1.x, $1.y) }),
        Series("chosen", .highlight, chosen),
      ].filter { !$0.points.isEmpty })
  }

  /// Curves over the course of a training run, each thinned to what a reader can see.
  ///
  /// - Parameters:
  ///   - curves: The curves in order of x, such as loss against step; few points are marked, many are a line.
  ///   - phases: The stretches of the run.
  public static func progress(
    _ title: String, x: Axis = Axis("step", .number), y: Axis, curves: [(name: String, points: [Point])],
    phases: [Band] = []
  ) -> Plot {
    var plot = Plot(
      title, x: x, y: y,
      curves.map { Series($0.name, $0.points.count <= 40 ? .dottedLine : .line, thinned($0.points, to: 300)) })
    plot.bands = phases
    return plot
  }

  /// Predicted against measured latencies of the same subnets, with a corridor of ±10 % about equality and the share of
  /// subnets within it.
  ///
  /// - Parameter pairs: Measured and predicted milliseconds.
  public static func agreement(
    _ title: String = "Predicted and measured latency",
    pairs: [(measuredMilliseconds: Double, predictedMilliseconds: Double, label: String?)], tolerance: Double = 0.1
  ) -> Plot {
    let points = pairs.map { Point($0.measuredMilliseconds, $0.predictedMilliseconds, label: $0.label) }
    let range = Axis("", .milliseconds).shown(points.filter(\.canBeDrawn).flatMap { [$0.x, $0.y] })
    var plot = Plot(
      title, x: Axis("measured latency", .milliseconds, range: range),
      y: Axis("predicted latency", .milliseconds, range: range), [Series("subnets", .dots, points)])
    plot.corridor = tolerance
    let within = points.count { abs($0.y - $0.x) <= tolerance * $0.x }
    plot.note = "\(within) of \(points.count) within ±\(decimal(100 * tolerance, 0)) %"
    return plot
  }

  /// Neighbouring points averaged until at most `count` are left.
  package static func thinned(_ points: [Point], to count: Int) -> [Point] {
    let points = points.filter(\.canBeDrawn)
    guard points.count > count else { return points }
    return (0..<count).map { index in
      let bin = points[index * points.count / count..<(index + 1) * points.count / count]
      let size = Double(bin.count)
      return Point(bin.reduce(0) { $0 + $1.x } / size, bin.reduce(0) { $0 + $1.y } / size)
    }
  }
}

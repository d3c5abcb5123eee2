import OFAReport
import OFASupernet
import OFATraining

extension Page {
  /// The course of a training run and what its corners reached.
  package static func training(_ metrics: [Metrics], configuration: RunConfiguration, result: Training.Result) -> Page {
    var phases: [Plot.Band] = []
    for line in metrics {
      // The file may have been changed since: its steps need not ascend.
      let last = phases.last
      let end = max(last?.range.upperBound ?? 0, Double(line.step))
      if let last, last.name == line.phase {
        phases[phases.count - 1] = Plot.Band(line.phase, last.range.lowerBound...end)
      } else {
        phases.append(Plot.Band(line.phase, (last?.range.upperBound ?? 0)...end))
      }
    }
    let loss = metrics.compactMap { line in line.loss.map { Plot.Point(Double(line.step), $0) } }
    func accuracies(_ place: (([Evaluation]) -> Evaluation?)) -> [Plot.Point] {
      metrics.compactMap { line in
        line.heldOut.flatMap(place).map { Plot.Point(Double(line.step), $0.topOneAccuracy, label: $0.id) }
      }
    }
    let corners = Table(
      [.text("subnet"), .number("top-one accuracy")],
      result.corners.map { [$0.id, Measure.fraction.text($0.topOneAccuracy)] })
    return Page(
      "\(configuration.space.name) on \(configuration.data)",
      subtitle: "Recipe \(configuration.recipe.name), seed \(configuration.seed).",
      facts: [
        Page.Fact("steps", "\(result.steps)"), Page.Fact("images a second", "\(Int(result.imagesPerSecond))"),
        Page.Fact("minutes", "\((result.seconds / 6).rounded() / 10)"),
      ],
      sections: [
        Page.Section(
          "Training",
          [
            .plot(.progress("Loss of a subnet", y: Axis("loss", .number), curves: [("loss", loss)], phases: phases)),
            .plot(
              .progress(
                "Accuracy on held-out images", y: Axis("top-one accuracy", .fraction),
                curves: [
                  ("full network", accuracies(\.first)),
                  ("smallest subnet of the phase", accuracies { $0.count > 1 ? $0.last : nil }),
                ], phases: phases)),
          ]), Page.Section("Subnets on all held-out images", [.table(corners)]),
      ])
  }

  /// A front against subnets drawn at random within the same budgets.
  static func specialization(
    _ result: Specialization.Result, random: [Specialization.Candidate], space: String
  ) -> Page {
    let isTimed = result.best.latencyMilliseconds != nil
    func point(_ candidate: Specialization.Candidate) -> Plot.Point {
      Plot.Point(
        candidate.latencyMilliseconds ?? Double(candidate.costs.multiplyAccumulates), candidate.predictedAccuracy,
        label: candidate.id)
    }
    let columns: [Table.Column] = [
      .number("predicted accuracy"), .number("latency"), .number("multiply-accumulates"), .number("weights"),
      .number("activations"), .text("subnet"),
    ]
    let rows = result.front.map { candidate in
      [
        Measure.fraction.text(candidate.predictedAccuracy),
        candidate.latencyMilliseconds.map(Measure.milliseconds.text) ?? "–",
        Measure.count.text(Double(candidate.costs.multiplyAccumulates)),
        Measure.bytes.text(Double(candidate.costs.weightBytes)),
        Measure.bytes.text(Double(candidate.costs.peakActivationBytes)), candidate.id,
      ]
    }
    return Page(
      "Subnets of \(space)",
      subtitle: "Predicted accuracy within the budgets; \(result.evaluations) subnets estimated.",
      facts: [
        Page.Fact("best within the budgets", Measure.fraction.text(result.best.predictedAccuracy)),
        Page.Fact(
          isTimed ? "its latency" : "its multiply-accumulates",
          isTimed ? Measure.milliseconds.text(point(result.best).x) : Measure.count.text(point(result.best).x)),
      ],
      sections: [
        Page.Section(
          "Front",
          [
            .plot(
              .front(
                cost: isTimed ? Axis("latency", .milliseconds) : Axis("multiply-accumulates", .count),
                random: random.map(point), front: result.front.map(point),
                chosen: [Plot.Point(point(result.best).x, result.best.predictedAccuracy, label: "best")])),
            .table(Table(columns, rows)),
          ])
      ])
  }
}

import OFAReport

extension Page {
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

  /// Subnets in the supernet against themselves trained alone.
  static func ranking(
    _ lines: [Ranking.Line], result: Ranking.Result, intervals: [String: ClosedRange<Double>], space: String
  ) -> Page {
    func point(_ line: Ranking.Line) -> Plot.Point {
      Plot.Point(line.aloneAccuracy, line.supernetAccuracy, label: line.id)
    }
    func number(_ value: Double?) -> String { value.map { "\(($0 * 1_000).rounded() / 1_000)" } ?? "–" }
    func row(_ name: String, _ value: Double?, _ key: String) -> [String] {
      [name, number(value), intervals[key].map { "\(number($0.lowerBound)) to \(number($0.upperBound))" } ?? "–"]
    }
    let spread = lines.filter { !$0.isInBand }
    return Page(
      "Subnets of \(space), in the supernet and alone",
      subtitle: "\(lines.count) subnets, each trained alone and taken out of the supernet; held-out images.",
      facts: [
        Page.Fact("Kendall's τ", number(result.kendallTau)),
        Page.Fact("by multiply-accumulates alone", number(result.macsKendallTau)),
        Page.Fact("alone is better by", Measure.fraction.text(result.meanGap)),
      ],
      sections: [
        Page.Section(
          "Order",
          [
            .plot(
              Plot(
                "Accuracy in the supernet against alone", x: Axis("alone", .fraction),
                y: Axis("in the supernet", .fraction),
                [
                  Plot.Series("over all costs", .dots, spread.map(point)),
                  Plot.Series("of one cost", .dots, lines.filter(\.isInBand).map(point)),
                ].filter { !$0.points.isEmpty })),
            .table(
              Table(
                [.text("correlation"), .number("value"), .number("90 % interval")],
                [
                  row("Kendall's τ, supernet and alone", result.kendallTau, "kendallTau"),
                  row("the same within one cost", result.bandKendallTau, "bandKendallTau"),
                  row("multiply-accumulates and alone", result.macsKendallTau, "macsKendallTau"),
                  row("Spearman's ρ, supernet and alone", result.spearman, "spearman"),
                ])),
          ]),
        Page.Section(
          "Subnets",
          [
            .table(
              Table(
                [
                  .number("alone"), .number("supernet"), .number("multiply-accumulates"), .text("of one cost"),
                  .text("subnet"),
                ],
                lines.map {
                  [
                    Measure.fraction.text($0.aloneAccuracy), Measure.fraction.text($0.supernetAccuracy),
                    Measure.count.text(Double($0.multiplyAccumulates)), $0.isInBand ? "yes" : "", $0.id,
                  ]
                }))
          ]),
      ])
  }
}

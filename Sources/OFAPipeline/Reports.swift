import OFAFormats
import OFAReport
import OFASearch
import OFASpace

extension Page {
  /// Makes sure, before the work, that a page can be written, and in no other file of the same command.
  ///
  /// - Throws: what `Output.check(for:)` throws, and `.usage` where both are one file.
  static func check(_ page: Output?, beside other: Output?) throws {
    guard let page else { return }
    guard page.location != other?.location else {
      throw Failure(.usage, "the report needs a file of its own", at: page.path)
    }
    try page.check(for: fileKind)
  }

  /// A front against other subnets within the same budgets: all that a search in the loop tried, or else random ones.
  static func specialization(
    _ result: Specialization.Result, cloud: [Specialization.Candidate], space: SearchSpace
  ) -> Page {
    let isTried = result.isInTheLoop
    let isTimed = result.best.latencyMilliseconds != nil
    func point(_ candidate: Specialization.Candidate) -> Plot.Point {
      Plot.Point(
        candidate.latencyMilliseconds ?? Double(candidate.costs.multiplyAccumulates), candidate.predictedAccuracy,
        label: candidate.id)
    }
    // The best on held-out images need not be one that is predicted to be.
    let isOnFront = result.front.contains { $0.id == result.best.id }
    let listed = (result.front + (isOnFront ? [] : [result.best])).sorted { point($0).x < point($1).x }
    var table = Table(
      [
        .id("subnet"), .number(isTried ? "accuracy" : "predicted"), .number("latency"), .number("MACs"),
        .number("weights"),
        .number("activations"),
      ],
      listed.map { candidate in
        [
          candidate.id, Measure.fraction.text(candidate.predictedAccuracy),
          candidate.latencyMilliseconds.map(Measure.milliseconds.text) ?? "–",
          Measure.count.text(Double(candidate.costs.multiplyAccumulates)),
          Measure.bytes.text(Double(candidate.costs.weightBytes)),
          Measure.bytes.text(Double(candidate.costs.peakActivationBytes)),
        ]
      }
    ).drawn(in: space)
    table.marks[result.best.id] = "chosen"
    let cost = isTimed ? Axis("latency", .milliseconds) : Axis("multiply-accumulates", .count)
    return Page(
      "Subnets of \(space.name)",
      subtitle: isTried
        ? "Accuracy on held-out images within the budgets; \(result.evaluations) subnets evaluated."
        : "Predicted accuracy within the budgets; \(result.evaluations) subnets estimated.",
      facts: [
        result.best.heldOutAccuracy.map {
          let rivals = result.evaluatedOnImages
          return Fact(
            "\(rivals > 1 ? "the best of \(rivals)" : "its accuracy") on held-out images", Measure.fraction.text($0))
        },
        isTried ? nil : Fact("its predicted accuracy", Measure.fraction.text(result.best.predictedAccuracy)),
        Fact("its \(cost.label)", cost.measure.text(point(result.best).x)),
        isTimed
          ? Fact("its multiply-accumulates", Measure.count.text(Double(result.best.costs.multiplyAccumulates))) : nil,
        Fact("its weights", Measure.bytes.text(Double(result.best.costs.weightBytes))),
      ].compactMap(\.self),
      sections: [
        Section(
          "Front",
          [
            .plot(
              .front(
                cost: cost, accuracy: Axis(isTried ? "accuracy" : "predicted accuracy", .fraction),
                cloud: cloud.map(point), cloudName: isTried ? "all that was tried" : "random subnets",
                front: result.front.map(point),
                chosen: [Plot.Point(point(result.best).x, result.best.predictedAccuracy, label: "chosen")])),
            .table(table),
          ])
      ] + (result.measured.isEmpty ? [] : [measured(result, space: space)]))
  }

  /// How the best of the first objective became better as more was tried.
  static func course(of search: Archive, seeking objective: Objective) -> Section {
    let sign = objective.isMaximized ? -1.0 : 1
    let value =
      objective.quantity.map { Axis($0.noun, $0.measure) } ?? Axis("accuracy of the best so far", .fraction)
    let points = search.progress.filter { $0.best.isFinite }.map { Plot.Point(Double($0.evaluations), sign * $0.best) }
    return Section(
      "Course of the search",
      [
        .plot(
          .progress(
            "The best so far", x: Axis("subnets tried", .count), y: value, curves: [(name: "best", points: points)]))
      ])
  }

  /// What was measured on the device, against what the profile says.
  private static func measured(_ result: Specialization.Result, space: SearchSpace) -> Section {
    var table = Table(
      [.id("subnet"), .number("by the profile"), .number("measured"), .number("nine of ten within")],
      result.measured.map { subnet in
        [subnet.id]
          + [subnet.predictedMilliseconds, subnet.measuredMilliseconds, subnet.p90Milliseconds]
          .map(Measure.milliseconds.text)
      }
    ).drawn(in: space)
    table.marks[result.best.id] = "chosen"
    return Section(
      "On the device",
      [
        .plot(
          .agreement(
            pairs: result.measured.map { ($0.measuredMilliseconds, $0.predictedMilliseconds, $0.id) })),
        .table(table),
      ])
  }

  /// A predictor's learning curve.
  static func predictor(_ result: PredictorFitting.Result, space: SearchSpace) -> Page {
    func points(_ value: (PredictorQuality) -> Double?) -> [Plot.Point] {
      result.learningCurve.compactMap { quality in value(quality).map { Plot.Point(Double(quality.samples), $0) } }
    }
    let samples = Axis("subnets evaluated", .count)
    let quality = result.quality
    return Page(
      "A predictor of the accuracies of \(space.name)",
      subtitle: "Fitted to \(quality.samples) subnets, spread evenly over the multiply-accumulates; what is told is of "
        + "subnets that it did not see, by cross-validation.",
      facts: [
        Fact("Kendall's τ", decimal(quality.kendallTau, 3)),
        quality.macsKendallTau.map { Fact("by multiply-accumulates alone", decimal($0, 3)) },
        Fact("its error", Measure.fraction.text(quality.rootMeanSquareError)),
      ].compactMap(\.self),
      sections: [
        Section(
          "Learning curve",
          [
            .plot(
              Plot(
                "Order of subnets that it did not see", x: samples, y: Axis("Kendall's τ", .number),
                [
                  Plot.Series("predicted", .dottedLine, points(\.kendallTau)),
                  Plot.Series("by multiply-accumulates alone", .dottedLine, points(\.macsKendallTau)),
                ].filter { !$0.points.isEmpty })),
            .plot(
              Plot(
                "Error on subnets that it did not see", x: samples,
                y: Axis("root of the mean squared error", .fraction),
                [Plot.Series("predicted", .dottedLine, points(\.rootMeanSquareError))])),
            .table(
              Table(
                [.number("subnets"), .number("Kendall's τ"), .number("by MACs"), .number("error")],
                result.learningCurve.map {
                  [
                    "\($0.samples)", decimal($0.kendallTau, 3), $0.macsKendallTau.map { decimal($0, 3) } ?? "–",
                    Measure.fraction.text($0.rootMeanSquareError),
                  ]
                })),
          ])
      ])
  }

  /// Subnets in the supernet against themselves trained alone.
  static func ranking(
    _ lines: [Ranking.Line], result: Ranking.Result, intervals: [String: ClosedRange<Double>],
    space: SearchSpace
  ) -> Page {
    func point(_ line: Ranking.Line) -> Plot.Point {
      Plot.Point(line.aloneAccuracy, line.supernetAccuracy, label: line.id)
    }
    func number(_ value: Double?) -> String { value.map { decimal($0, 3) } ?? "–" }
    func row(_ name: String, _ value: Double?, _ key: String) -> [String] {
      [name, number(value), intervals[key].map { "\(number($0.lowerBound)) to \(number($0.upperBound))" } ?? "–"]
    }
    let spread = lines.filter { !$0.isInBand }
    return Page(
      "Subnets of \(space.name), in the supernet and alone",
      subtitle: "\(lines.count) subnets, each trained alone and taken out of the supernet; held-out images.",
      facts: [
        Fact("Kendall's τ", number(result.kendallTau)),
        Fact("by multiply-accumulates alone", number(result.macsKendallTau)),
        Fact(
          "alone is better by",
          Measure.fraction.text(result.meanGap)
            + (intervals["meanGap"].map {
              " (nine of ten from \(Measure.fraction.text($0.lowerBound)) to \(Measure.fraction.text($0.upperBound)))"
            } ?? "")),
      ],
      sections: [
        Section(
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
        Section(
          "Subnets",
          [
            .table(
              Table(
                [
                  .id("subnet"), .number("alone"), .number("supernet"), .number("MACs"), .text("of one cost"),
                ],
                lines.map {
                  [
                    $0.id, Measure.fraction.text($0.aloneAccuracy), Measure.fraction.text($0.supernetAccuracy),
                    Measure.count.text(Double($0.multiplyAccumulates)), $0.isInBand ? "yes" : "",
                  ]
                }
              ).drawn(in: space))
          ]),
      ])
  }
}

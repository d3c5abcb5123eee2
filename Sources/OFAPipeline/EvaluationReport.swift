import OFAData
import OFAReport
import OFASpace
import OFATraining

/// What a subnet takes an image for.
package struct Verdict: Hashable, Sendable {
  /// The class of the greatest probability.
  package var predicted: Int
  /// That probability, 0…1.
  package var probability: Double

  /// A verdict.
  package init(predicted: Int, probability: Double) {
    (self.predicted, self.probability) = (predicted, probability)
  }

  /// What the logits of each image say.
  static func verdicts(_ logits: Rows) -> [Verdict] {
    let shares = Loss.softmax(logits)
    return logits.indicesOfLargest.enumerated().map { row, predicted in
      Verdict(predicted: predicted, probability: Double(shares.values[shares.range(row).lowerBound + predicted]))
    }
  }
}

extension Page {
  /// Subnets' accuracies on images, and of the most accurate one what it takes which class for.
  ///
  /// - Parameter verdicts: what that subnet, the first of the most accurate, takes each image for.
  package static func evaluation(
    _ results: [AccuracyMeasurement.Result], _ verdicts: [Verdict], on images: ImageSet, of data: String,
    space: SearchSpace
  ) throws -> Page {
    var matrix = ConfusionMatrix(classes: images.classNames)
    for (label, verdict) in zip(images.labels, verdicts) { matrix[label, verdict.predicted] += 1 }
    let best = results.reduce(results.first) { $1.topOneAccuracy > $0?.topOneAccuracy ?? 0 ? $1 : $0 }
    var table = Table(
      [.id("subnet"), .number("accuracy"), .number("loss")],
      results.map { [$0.id, Measure.fraction.text($0.topOneAccuracy), decimal($0.loss, 4)] }
    ).drawn(in: space)
    if let best, results.count > 1 { table.marks[best.id] = "most accurate" }
    let wrong = verdicts.indices.filter { verdicts[$0].predicted != images.labels[$0] }
    return Page(
      "\(space.name) evaluated on \(data)",
      subtitle: results.count > 1 ? "Classes and pictures are those of the most accurate subnet." : "",
      facts: [
        Fact(
          results.count > 1 ? "most accurate" : "accuracy", Measure.fraction.text(best?.topOneAccuracy ?? .nan)),
        Fact("images", "\(images.count)"), Fact("of them wrong", "\(wrong.count)"), Fact("subnets", "\(results.count)"),
      ],
      sections: [
        Section("Subnets", [.table(table)]), Section("Classes", classes(matrix)),
        Section("Wrong", try pictures(mistakes(wrong, verdicts), verdicts, of: images)),
        Section("Right", try pictures(rightOnes(verdicts, of: images), verdicts, of: images)),
      ].filter { !$0.elements.isEmpty })
  }

  /// More classes than these have no matrix that anybody could read, and only the least accurate have bars.
  private static let mostClasses = 40
  /// How many of those have, how many pairs of confused classes are shown, and how many pictures of a kind.
  private static let (leastAccurate, mostPairs, mostPictures) = (20, 10, 12)
  /// The greatest sides of pictures.
  private static let side = 96

  private static func classes(_ matrix: ConfusionMatrix) -> [Element] {
    let isWhole = matrix.classes.count <= mostClasses
    let accuracies = matrix.classes.indices.map(matrix.accuracy)
    let weakest = matrix.classes.indices.filter { accuracies[$0] != nil }
      .sorted { (accuracies[$0] ?? 0, $0) < (accuracies[$1] ?? 0, $1) }.prefix(leastAccurate)
    let bars = (isWhole ? Array(matrix.classes.indices) : Array(weakest)).map { label in
      Bars.Bar(
        matrix.classes[label], accuracies[label] ?? 0,
        "\(Measure.fraction.text(accuracies[label] ?? .nan)) of \(matrix.images(of: label))")
    }
    let pairs = matrix.confusions.prefix(mostPairs).map { pair in
      Bars.Bar("\(matrix.classes[pair.label]) → \(matrix.classes[pair.predicted])", Double(pair.count), "\(pair.count)")
    }
    let title = isWhole ? "Accuracy by class" : "The least accurate classes"
    return [.bars(Bars(title, note: isWhole ? "" : "\(bars.count) of \(matrix.classes.count)", bars, most: 1))]
      + (pairs.isEmpty ? [] : [.bars(Bars("Most often confused", note: "class → taken for", pairs))])
      + (isWhole ? [.matrix(matrix)] : [])
  }

  /// The mistakes made with most confidence.
  private static func mistakes(_ wrong: [Int], _ verdicts: [Verdict]) -> [Int] {
    wrong.sorted { (verdicts[$1].probability, $0) < (verdicts[$0].probability, $1) }.prefix(mostPictures).map(\.self)
  }

  /// Right ones of as many classes as there are, one of each in turn.
  private static func rightOnes(_ verdicts: [Verdict], of images: ImageSet) -> [Int] {
    var seen: [Int: Int] = [:]
    let turns = verdicts.indices.filter { verdicts[$0].predicted == images.labels[$0] }.map { index in
      defer { seen[images.labels[index], default: 0] += 1 }
      return (turn: seen[images.labels[index], default: 0], label: images.labels[index], index: index)
    }
    return turns.sorted { ($0.turn, $0.label) < ($1.turn, $1.label) }.prefix(mostPictures).map(\.index)
  }

  private static func pictures(_ indices: [Int], _ verdicts: [Verdict], of images: ImageSet) throws -> [Element] {
    guard !indices.isEmpty else { return [] }
    return [
      .pictures(
        try indices.map { index in
          let size = images.source.size(of: images.places[index])
          let side = min(side, max(size.height, size.width))
          let square = OFAData.Picture(
            height: side, width: side, channels: images.channels, pixels: images.squares([index], side: side))
          let verdict = verdicts[index]
          // The sign stays beside its number.
          let share = Measure.fraction.text(verdict.probability).replacing(" ", with: "\u{A0}")
          let isRight = verdict.predicted == images.labels[index]
          return Picture(
            png: try square.png(), name: images.classNames[images.labels[index]],
            note: isRight ? share : "taken for \(images.classNames[verdict.predicted]), \(share)",
            source: images.source.name(of: images.places[index]))
        })
    ]
  }
}

/// Choices along the first links of a chain, all of which leave it in one state.
private struct Labels {
  /// A row of sums for each.
  var sums: [Double] = []
  /// By how much the sums must exceed some limit in the end; where it is not above 0 they may keep all.
  var excesses: [Double] = []
  /// How each came about.
  var steps: [Step] = []

  /// The place of a label among those that leave the state that the option needs, and the option.
  struct Step {
    let label, option: Int
  }

  var indices: Range<Int> { steps.indices }

  mutating func append(_ sums: some Sequence<Double>, excess: Double, _ step: Step) {
    self.sums += sums
    excesses.append(excess)
    steps.append(step)
  }
}

extension ChainSums {
  /// Choices whose sums keep all limits: of all that do, those that no other undercuts.
  ///
  /// Link by link each option is added to each choice so far. What another in the same state undercuts or equals in
  /// every sum is left out, and what a bound forbids. Where more than `width` are left those go on that may come the
  /// furthest below the limits; then the result `isCut`: what it lacks is not known.
  ///
  /// - Parameter effort: how many additions there may be, less those that there were; where they do not suffice all is
  ///   cut.
  /// - Note: Morin and Marsten, Branch-and-Bound Strategies for Dynamic Programming, 1976.
  /// - Complexity: `width` times the options of all links.
  func merged(_ bounds: [Bound], width: Int, effort: inout Int) -> (choices: [[Int]], isCut: Bool) {
    var fronts = [Labels(sums: start, excesses: [0], steps: [Labels.Step(label: 0, option: 0)])]
    var steps: [[[Labels.Step]]] = []
    var isCut = false
    for link in chain.links.indices {
      effort -= chain.links[link].options.reduce(0) { $0 + fronts[$1.from].indices.count }
      guard effort >= 0 else { return ([], true) }
      let made = continued(fronts, by: link, bounds)
      var kept = made.indices.flatMap { state in nondominated(made[state]).map { (state: state, label: $0) } }
      if kept.count > width {
        isCut = true
        kept.sort { made[$0.state].excesses[$0.label] < made[$1.state].excesses[$1.label] }
        kept.removeLast(kept.count - width)
      }
      fronts = [Labels](repeating: Labels(), count: made.count)
      for (state, label) in kept {
        let labels = made[state]
        fronts[state].append(labels.sums[row(label)], excess: labels.excesses[label], labels.steps[label])
      }
      steps.append(fronts.map(\.steps))
    }
    let choices = fronts[0].indices.map { last in
      var (label, state, options) = (last, 0, [Int]())
      for (link, steps) in zip(chain.links, steps).reversed() {
        let step = steps[state][label]
        options.append(step.option)
        (label, state) = (step.label, link.options[step.option].from)
      }
      return Array(options.reversed())
    }
    return (choices, isCut)
  }

  /// What the options of a link make of labels, by the state that they leave.
  private func continued(_ fronts: [Labels], by link: Int, _ bounds: [Bound]) -> [Labels] {
    var made = [Labels](repeating: Labels(), count: chain.links[link].states)
    var sums = start
    for (number, option) in chain.links[link].options.enumerated() {
      for label in fronts[option.from].indices {
        for place in sums.indices {
          sums[place] =
            fronts[option.from].sums[label * sums.count + place] + values[link][number * sums.count + place]
        }
        var excess = -Double.infinity
        for bound in bounds where excess <= Self.slack {
          var least = bound.rests[link + 1][option.to]
          for place in sums.indices { least += bound.weights[place] * sums[place] }
          excess = max(excess, least - bound.limit)
        }
        guard excess <= Self.slack else { continue }
        made[option.to].append(sums, excess: excess, Labels.Step(label: label, option: number))
      }
    }
    return made
  }

  /// The labels that none undercuts or equals; of more than two sums, and some that one does.
  ///
  /// In ascending order of the first sum only those before can undercut a label. Of two sums the last that was kept has
  /// the least second one; of more the last few are likely to undercut it.
  private func nondominated(_ labels: Labels) -> [Int] {
    let second = min(1, columns.count - 1)
    let order = labels.indices.sorted { left, right in
      let (first, other) = (row(left), row(right))
      return (labels.sums[first.lowerBound], labels.sums[first.lowerBound + second])
        < (labels.sums[other.lowerBound], labels.sums[other.lowerBound + second])
    }
    return order.reduce(into: [Int]()) { kept, label in
      let isUndercut = kept.suffix(8).contains { zip(labels.sums[row($0)], labels.sums[row(label)]).allSatisfy(<=) }
      if !isUndercut { kept.append(label) }
    }
  }

  /// Where the sums of a label stand.
  private func row(_ label: Int) -> Range<Int> { label * columns.count..<(label + 1) * columns.count }
}

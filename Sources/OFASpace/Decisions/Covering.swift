extension SearchSpace {
  /// Few subnets of the greatest depths in which every part of the network occurs in every form that it can have.
  ///
  /// Each subnet has, of part after part, the next form that the parts before leave room for.
  public func coveringSubnets(resolution: Int) -> [Subnet] {
    let parts = parts
    var left = parts.map { part in part.decisions.isEmpty ? [] : forms(of: part) }
    var subnets: [Subnet] = []
    repeat {
      var subnet = largest
      subnet.resolution = resolution
      var fixed: Set<Int> = []
      for (index, part) in parts.enumerated() {
        let form = left[index].firstIndex { form in
          zip(part.decisions, form).allSatisfy { !fixed.contains($0) || subnet[$0] == $1 }
        }
        guard let form else { continue }
        for (decision, option) in zip(part.decisions, left[index].remove(at: form)) { subnet[decision] = option }
        fixed.formUnion(part.decisions)
      }
      subnets.append(subnet)
    } while left.contains { !$0.isEmpty }
    return subnets
  }

  /// Every way to choose what a part depends on.
  private func forms(of part: Part) -> [[Int]] {
    part.decisions.reduce([[]]) { forms, decision in
      forms.flatMap { form in decisions[decision].options.indices.map { form + [$0] } }
    }
  }

  /// The parts of the networks of all covering subnets at all resolutions, about.
  var coveringParts: Int {
    let parts = parts
    let forms = parts.map { part in part.decisions.reduce(1) { $0 * decisions[$1].options.count } }.max() ?? 1
    return forms * parts.count * resolutions.count
  }

  /// What is wrong with a space that has more of them than ``Limits`` allows.
  var tooManyChoices: String {
    "the choices of one block and the widths around it, for all blocks and resolutions, are \(coveringParts), "
      + "more than \(Limits.coveringParts); leave out some kernel sizes, expand ratios, widths or resolutions"
  }
}

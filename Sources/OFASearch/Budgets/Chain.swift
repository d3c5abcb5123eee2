import OFASpace

/// The subnets of one resolution as a chain of parts, each with its options and what these cost.
///
/// What others depend on, such as a stage's depth, has its first option: a later one has the same parts and others
/// beside them, and no part costs less than nothing. All else is open. Neighbouring parts share decisions, such as the
/// width between them, so there are states between the links: the options of what both those behind and those ahead
/// depend on.
struct Chain {
  /// A part of the network.
  struct Link {
    let part: PriceTable.Part
    let options: [Option]
    /// How many states there are behind it.
    let states: Int
  }

  /// One way to choose a part.
  struct Option {
    /// Where its row of prices begins.
    let row: Int
    /// The state that it needs, and the state that it leaves.
    let from, to: Int
    /// A subnet that has it.
    let subnet: Subnet
  }

  let links: [Link]
  /// What the parts without a choice cost together.
  let fixed: [Double]
  /// What all subnets of the chain share, and the first choice of the rest.
  private let template: Subnet

  /// The subnets of a resolution that keep a bound on peak activation bytes; nil where there are none.
  ///
  /// That is a bound on the largest of all parts: it takes options away, and leaves the others free of each other.
  init?(_ costs: CostModel, resolution: Int, peakActivationBytes most: Double) {
    guard let table = costs.tables[resolution], table.fixed[Column.peakActivationBytes] <= most else { return nil }
    var template = costs.smallest
    template.resolution = resolution
    self.template = template
    fixed = table.fixed

    let present = table.parts.filter { costs.space.holds($0.condition, in: template) }
    let uses = Dictionary(present.flatMap(\.decisions).map { ($0.place, 1) }, uniquingKeysWith: +)
    func shared(_ part: PriceTable.Part) -> [Int] { part.decisions.map(\.place).filter { uses[$0, default: 0] > 1 } }
    // In the order of the last shared decision that each depends on few are open at a time.
    let parts = present.enumerated().sorted {
      (shared($0.element).last ?? 0, $0.offset) < (shared($1.element).last ?? 0, $1.offset)
    }.map(\.element)
    let counts = costs.space.decisions.map(\.options.count)
    func states(_ decisions: [Int]) -> Int { decisions.reduce(1) { $0 * counts[$1] } }
    func state(_ decisions: [Int], _ subnet: Subnet) -> Int { decisions.reduce(0) { $0 * counts[$1] + subnet[$1] } }
    var links: [Link] = []
    var open: [Int] = []
    for (index, part) in parts.enumerated() {
      let before = open
      let involved = Set(before + shared(part)).sorted()
      open = involved.filter { decision in parts[(index + 1)...].contains { shared($0).contains(decision) } }
      let options = Self.variants(
        of: template, Set(involved + part.decisions.map(\.place)).sorted(), in: costs.choices
      ).map { Option(row: part.row(of: $0), from: state(before, $0), to: state(open, $0), subnet: $0) }
      links.append(
        Link(
          part: part, options: options.filter { part.values[$0.row + Column.peakActivationBytes] <= most },
          states: states(open)))
    }
    self.links = links
    // Nothing may be left of a part, or only what does not fit what is left of another.
    guard ChainSums(self, columns: [], limits: []).rests([])[0][0] == 0 else { return nil }
  }

  /// The subnet with every choice of some decisions.
  private static func variants(of subnet: Subnet, _ decisions: [Int], in choices: SearchSpace.Choices) -> [Subnet] {
    decisions.reduce([subnet]) { subnets, decision in
      subnets.flatMap { subnet in
        choices.options[decision].map { option in
          var subnet = subnet
          subnet[decision] = option
          return subnet
        }
      }
    }
  }

  /// The subnet of one option for each link.
  func subnet(_ options: [Int]) -> Subnet {
    var subnet = template
    for (link, index) in zip(links, options) {
      for decision in link.part.decisions { subnet[decision.place] = link.options[index].subnet[decision.place] }
    }
    return subnet
  }
}

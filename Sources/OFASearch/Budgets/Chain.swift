import OFASpace

/// The subnets of one resolution as a chain of parts, each with its options and what these cost.
///
/// A stage has its least depth: a greater one has the same blocks and others beside them, and no block costs less than
/// nothing. Kernel sizes, expand ratios, widths and the stem's depth are open. Neighbouring parts share a width, so
/// there are states between the links: the indices of the widths on which both what is behind and what is ahead depend.
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
    let kernelSize: Int
    let expandRatio: Double
    /// The stem's depth and the widths; only those that the part depends on count.
    let others: Subnet
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

    let blocks = costs.space.stages.indices.flatMap { costs.space.blocks(ofStage: $0, in: template) }
    // In the order of the last width that each depends on few widths are open at a time.
    let parts = (table.parts + blocks.map { table.blocks[$0] }).sorted {
      ($0.widths.last ?? 0, $0.block ?? .max) < ($1.widths.last ?? 0, $1.block ?? .max)
    }
    var links: [Link] = []
    var open: [Int] = []
    for (index, part) in parts.enumerated() {
      let before = open
      let involved = Set(before + part.widths).sorted()
      open = involved.filter { width in parts[(index + 1)...].contains { $0.widths.contains(width) } }
      func state(_ widths: [Int], _ subnet: Subnet) -> Int {
        widths.reduce(0) { $0 * part.indices + (subnet.widthIndices?[$1] ?? 0) }
      }
      let options = Self.variants(of: template, part, widths: involved, in: costs.choices).flatMap { others in
        Self.options(part, others, in: costs.choices, from: state(before, others), to: state(open, others))
      }
      links.append(
        Link(
          part: part, options: options.filter { part.values[$0.row + Column.peakActivationBytes] <= most },
          states: open.reduce(1) { product, _ in product * part.indices }))
    }
    self.links = links
    // Nothing may be left of a part, or only what does not fit what is left of another.
    guard ChainSums(self, columns: [], limits: []).rests([])[0][0] == 0 else { return nil }
  }

  /// The subnet with every choice of the widths and, where the part has one, of the stem's depth.
  private static func variants(
    of subnet: Subnet, _ part: PriceTable.Part, widths: [Int], in choices: SearchSpace.Choices
  ) -> [Subnet] {
    func each<Choice>(_ list: [Choice], of subnets: [Subnet], set: (Choice, inout Subnet) -> Void) -> [Subnet] {
      subnets.flatMap { subnet in
        list.map { choice in
          var subnet = subnet
          set(choice, &subnet)
          return subnet
        }
      }
    }
    let depths = part.depths.isEmpty ? [subnet.depths[0]] : choices.depths[0]
    let subnets = each(depths, of: [subnet]) { $1.depths[0] = $0 }
    return widths.reduce(subnets) { subnets, width in
      each(choices.widthIndices[width], of: subnets) { $1.widthIndices?[width] = $0 }
    }
  }

  /// A part's options beside what it shares with others.
  private static func options(
    _ part: PriceTable.Part, _ others: Subnet, in choices: SearchSpace.Choices, from: Int, to: Int
  ) -> [Option] {
    let (kernelSizes, expandRatios) =
      part.block.map { (choices.kernelSizes[$0], choices.expandRatios[$0]) } ?? ([0], [0])
    return kernelSizes.flatMap { kernelSize in
      expandRatios.map { expandRatio in
        let row = part.row(kernelSize: kernelSize, expandRatio: expandRatio, of: others)
        return Option(row: row, from: from, to: to, kernelSize: kernelSize, expandRatio: expandRatio, others: others)
      }
    }
  }

  /// The subnet of one option for each link.
  func subnet(_ options: [Int]) -> Subnet {
    var subnet = template
    for (link, index) in zip(links, options) {
      let option = link.options[index]
      if let block = link.part.block {
        subnet.kernelSizes[block] = option.kernelSize
        subnet.expandRatios[block] = option.expandRatio
      }
      if !link.part.depths.isEmpty { subnet.depths[0] = option.others.depths[0] }
      for width in link.part.widths { subnet.widthIndices?[width] = option.others.widthIndices?[width] ?? 0 }
    }
    return subnet
  }
}

import OFAFormats

/// A subnet as documents and people have it: its input size, and a list for each kind of choice.
///
/// Lists run over all stages and all elastic blocks of the space, those that a depth leaves out included.
///
///     {"resolution":32,"depths":[2,3,4,2,3],"kernelSizes":[3,5,…],"expandRatios":[3,4,…]}
///
/// What it says is checked by ``SearchSpace/subnet(_:)``.
public struct SubnetDocument: Hashable, Sendable {
  /// The input's height and width in pixels.
  public var resolution: Int
  /// The lists in order.
  private var lists: [List]

  private struct List: Hashable {
    let key: String
    var values: [Decision.Option]
  }

  /// A document without lists.
  init(resolution: Int) {
    self.resolution = resolution
    lists = []
  }

  /// The list under a key; nil where there is none.
  public subscript(key: String) -> [Decision.Option]? {
    get { lists.first { $0.key == key }?.values }
    set {
      let index = lists.firstIndex { $0.key == key }
      switch (index, newValue) {
      case (let index?, let values?): lists[index].values = values
      case (let index?, nil): lists.remove(at: index)
      case (nil, let values?): lists.append(List(key: key, values: values))
      case (nil, nil): break
      }
    }
  }
}

extension SubnetDocument {
  /// A subnet of mobile blocks or bottlenecks.
  public init(
    resolution: Int, depths: [Int], kernelSizes: [Int], expandRatios: [Double], widthIndices: [Int]? = nil
  ) {
    self.init(resolution: resolution)
    (self.depths, self.kernelSizes, self.expandRatios) = (depths, kernelSizes, expandRatios)
    self.widthIndices = widthIndices
  }

  /// How many leading blocks of each stage there are.
  public var depths: [Int] {
    get { whole("depths") ?? [] }
    set { self["depths"] = newValue.map { .whole($0) } }
  }

  /// The kernel size of each block.
  public var kernelSizes: [Int] {
    get { whole("kernelSizes") ?? [] }
    set { self["kernelSizes"] = newValue.map { .whole($0) } }
  }

  /// The ratio of middle to input or output channels of each block.
  public var expandRatios: [Double] {
    get { self["expandRatios"]?.compactMap(\.number) ?? [] }
    set { self["expandRatios"] = newValue.map { .number($0) } }
  }

  /// The index of each elastic width, in spaces that have such.
  public var widthIndices: [Int]? {
    get { whole("widthIndices") }
    set { self["widthIndices"] = newValue?.map { .whole($0) } }
  }

  private func whole(_ key: String) -> [Int]? { self[key]?.compactMap { $0.number.flatMap { Int(exactly: $0) } } }
}

extension SubnetDocument: Codable {
  private static let resolutionKey = "resolution"

  /// Reads the resolution and every list.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: AnyKey.self)
    self.init(resolution: try container.decode(Int.self, forKey: AnyKey(Self.resolutionKey)))
    for key in container.allKeys where key.stringValue != Self.resolutionKey {
      self[key.stringValue] = try container.decode([Decision.Option].self, forKey: key)
    }
  }

  /// Writes the resolution, then the lists.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: AnyKey.self)
    try container.encode(resolution, forKey: AnyKey(Self.resolutionKey))
    for list in lists { try container.encode(list.values, forKey: AnyKey(list.key)) }
  }
}

/// A key that is known only at run time.
struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ name: String) { stringValue = name }
  init(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { nil }
}

extension SearchSpace {
  /// What a document says of a subnet.
  public func document(of subnet: Subnet) -> SubnetDocument {
    var document = SubnetDocument(resolution: subnet.resolution)
    for list in blueprint.decisions.lists {
      document[list.key] = list.decisions.map { decisions[$0].options[subnet[$0]] }
    }
    return document
  }

  /// The canonical subnet of a document, depths clamped to what their stage has; entries of left-out blocks are
  /// ignored.
  ///
  /// Any resolution from 8 to 4,096 is accepted, not only the space's own.
  ///
  /// - Throws: `Failure` of bad data that says which entry lies outside the space.
  public func subnet(_ document: SubnetDocument) throws -> Subnet {
    guard Limits.resolution.contains(document.resolution) else {
      throw Failure(.badData, "resolution \(document.resolution) is not \(ruleText(Limits.resolution))")
    }
    var values: [Int: Decision.Option] = [:]
    for list in blueprint.decisions.lists {
      let (own, given) = (list.decisions, document[list.key])
      let owners = "\(own.count) \(decisions[own[0]].kind.owners)"
      guard let given else { throw Failure(.badData, "the subnet has no \(list.key), but \(name) has \(owners)") }
      guard given.count == own.count else {
        throw Failure(.badData, "\(list.key) has \(given.count) entries, but \(name) has \(owners)")
      }
      for (decision, value) in zip(own, given) { values[decision] = value }
    }
    if document.widthIndices != nil, !decisions.contains(where: { $0.kind == .width }) {
      throw Failure(.badData, "the subnet has widthIndices, but \(name) has no elastic widths")
    }

    var subnet = smallest
    subnet.resolution = document.resolution
    for (place, decision) in decisions.enumerated() where has(place, subnet) {
      guard let value = values[place] else { continue }
      guard let option = decision.place(of: value) else {
        let list = decision.options.map(\.description).joined(separator: ", ")
        throw Failure(
          .badData, "\(decision.kind.noun) \(value) of \(decision.owner) is outside \(name); choose from \(list)")
      }
      subnet[place] = option
    }
    return subnet
  }

  /// The subnet with one depth in all stages (clamped to what a stage has), one expand ratio and one kernel size in all
  /// blocks, one index for all widths (if any are elastic), at the greatest resolution unless another is given.
  ///
  /// - Precondition: the space has these choices.
  public func uniform(
    depth: Int, expandRatio: Double, kernelSize: Int, widthIndex: Int = 0, resolution: Int? = nil
  ) -> Subnet {
    let values = [
      "depths": Double(depth), "kernelSizes": Double(kernelSize), "expandRatios": expandRatio,
      "widthIndices": Double(widthIndex),
    ]
    var document = SubnetDocument(resolution: resolution ?? largest.resolution)
    for list in blueprint.decisions.lists {
      document[list.key] = list.decisions.map { values[list.key].map { .number($0) } ?? decisions[$0].options[0] }
    }
    do {
      return try subnet(document)
    } catch {
      preconditionFailure("\(error)")
    }
  }
}

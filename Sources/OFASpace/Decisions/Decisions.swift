/// All decisions of a space, in order: one with a condition stands behind the one that it is about.
struct Decisions: Sendable {
  private(set) var all: [Decision] = []
  /// Those that are about one thing and drawn anew together, such as a block's. They have one condition.
  private(set) var groups: [Range<Int>] = []
  /// Their conditions.
  private(set) var conditions: [Decision.Condition?] = []
  /// The keys of a subnet's lists in order, and the decisions that each has an entry for.
  private(set) var lists: [(key: String, decisions: [Int])] = []
  /// Of each decision, those whose condition is about it.
  private(set) var dependents: [[Int]] = []

  /// Adds decisions that are about one thing, and returns their places.
  mutating func append(_ group: [Decision]) -> Range<Int> {
    let first = all.count
    for (place, decision) in zip(first..., group) {
      if let condition = decision.condition { dependents[condition.decision].append(place) }
      all.append(decision)
      conditions.append(decision.condition)
      dependents.append([])
      list(place, under: decision.kind.list)
    }
    if !group.isEmpty { groups.append(first..<all.count) }
    return first..<all.count
  }

  /// Files a decision under the key of its list.
  private mutating func list(_ place: Int, under key: String) {
    if let index = lists.firstIndex(where: { $0.key == key }) {
      lists[index].decisions.append(place)
    } else {
      lists.append((key, [place]))
    }
  }

  /// The decisions that every subnet has.
  var roots: [Int] { all.indices.filter { all[$0].condition == nil } }
}

extension SearchSpace {
  /// What subnets choose, in order.
  public var decisions: [Decision] { blueprint.decisions.all }

  /// The places of decisions that are about one thing and drawn anew together, such as a block's.
  package var decisionGroups: [Range<Int>] { blueprint.decisions.groups }

  /// The places of the decisions whose condition is about the one at a place.
  package func dependents(on decision: Int) -> [Int] { blueprint.decisions.dependents[decision] }

  /// The places of all decisions, list after list of a subnet's JSON.
  package var decisionsByList: [Int] { blueprint.decisions.lists.flatMap(\.decisions) }

  /// Whether a subnet has a decision.
  package func has(_ decision: Int, _ subnet: Subnet) -> Bool {
    holds(blueprint.decisions.conditions[decision], in: subnet)
  }

  /// Whether a condition holds; none always does.
  package func holds(_ condition: Decision.Condition?, in subnet: Subnet) -> Bool {
    guard let condition else { return true }
    return subnet.options[condition.decision] >= condition.least && has(condition.decision, subnet)
  }

  /// The subnet with the first option for each decision that it does not have, so that equal networks are equal values.
  package func canonical(_ subnet: Subnet) -> Subnet {
    var result = subnet
    let conditions = blueprint.decisions.conditions
    for decision in conditions.indices where !holds(conditions[decision], in: result) { result.options[decision] = 0 }
    return result
  }
}

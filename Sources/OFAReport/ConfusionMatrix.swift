/// How often images of each class were taken for each class.
public struct ConfusionMatrix: Hashable, Sendable {
  /// What the classes are called.
  public var classes: [String]
  /// Images by their class, then by the class that they were taken for; of thousands of classes few pairs have any.
  private var counts: [[Int: Int]]

  /// A matrix of no images.
  public init(classes: [String]) {
    self.classes = classes
    counts = Array(repeating: [:], count: classes.count)
  }

  /// How many images of a class were taken for another, or for what they are.
  public subscript(label: Int, predicted: Int) -> Int {
    get { counts[label][predicted] ?? 0 }
    set { counts[label][predicted] = newValue }
  }

  /// How many images a class has.
  public func images(of label: Int) -> Int { counts[label].values.reduce(0, +) }

  /// The share of a class's images that were taken for what they are, 0…1; nil where it has none.
  public func accuracy(of label: Int) -> Double? {
    images(of: label) > 0 ? Double(self[label, label]) / Double(images(of: label)) : nil
  }

  /// The pairs of different classes of which images were confused, the most frequent first.
  public var confusions: [(label: Int, predicted: Int, count: Int)] {
    let pairs = counts.enumerated().flatMap { label, row in
      row.filter { $0.key != label && $0.value > 0 }.map { (label, $0.key, $0.value) }
    }
    // Of equal ones those of earlier classes.
    return pairs.sorted { ($1.2, $0.0, $0.1) < ($0.2, $1.0, $1.1) }
  }

  /// The matrix as an HTML table: a row for each class, a cell as strong as its share of the row.
  var html: String {
    let heads = classes.map { "<th scope=\"col\" title=\"\(escaped($0))\"><span>\(escaped($0))</span></th>" }
    let rows = classes.indices.map { label in
      let total = max(images(of: label), 1)
      let cells = classes.indices.map { predicted -> String in
        let count = self[label, predicted]
        guard count > 0 else { return "<td></td>" }
        let share = Double(count) / Double(total)
        let kind = (label == predicted ? "right" : "wrong") + (share > 0.5 ? " strong" : "")
        let words = "\(classes[label]), taken for \(classes[predicted]): \(count) of \(total)"
        return "<td class=\"\(kind)\" style=\"--share:\(decimal(share, 3))\" title=\"\(escaped(words))\">\(count)</td>"
      }
      let name = escaped(classes[label])
      return "<tr><th scope=\"row\" title=\"\(name)\"><span>\(name)</span></th>\(cells.joined())</tr>"
    }
    return """
      <table class="matrix">
      <thead><tr><th>class ↓ taken for →</th>\(heads.joined())</tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table>

      """
  }
}

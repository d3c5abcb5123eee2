import Foundation
import OFAFormats
import OFAReport
import OFASupernet
import OFATraining

extension Page {
  /// Several training runs: their curves together, what they reached, and in what they differ.
  package static func comparison(_ runs: [RunRecord]) -> Page {
    let names = names(of: runs.map(\.folder))
    return Page(
      "\(runs.count) training runs", subtitle: names.joined(separator: ", "),
      sections: [
        Section("Results", [.table(results(runs, names))]),
        Section("Training", curves(runs, names).map(Element.plot)),
        Section("What differs", differences(runs, names)),
      ])
  }

  /// What the runs are called: their folders' own names, or the paths where these are alike.
  private static func names(of folders: [String]) -> [String] {
    let names = folders.map { URL(fileURLWithPath: $0).lastPathComponent }
    return Set(names).count == names.count ? names : folders
  }

  private static func results(_ runs: [RunRecord], _ names: [String]) -> Table {
    Table(
      [
        .text("run"), .number("largest subnet"), .number("smallest subnet"), .number("steps"), .number("epochs"),
        .number("minutes"), .number("images a second"), .text("made"), .text("on"),
      ],
      zip(runs, names).map { run, name in
        let last = run.metrics.last
        // Before its end, what it last came to.
        let heldOut = run.results?.heldOut ?? run.metrics.last { $0.heldOut != nil }?.heldOut ?? []
        func accuracy(_ evaluation: Evaluation?) -> String {
          evaluation.map { Measure.fraction.text($0.topOneAccuracy) } ?? "–"
        }
        return [
          run.results == nil ? "\(name), not at its end" : name, accuracy(heldOut.first),
          accuracy(heldOut.count > 1 ? heldOut.last : nil), "\(last?.step ?? 0)",
          Measure.number.text(last?.epoch ?? 0), decimal((last?.seconds ?? 0) / 60, 1),
          Measure.number.text(run.imagesPerSecond), run.commands.last?.date ?? "–", run.commands.last?.machine ?? "–",
        ]
      })
  }

  /// The runs' curves over epochs, which are alike where batches are not.
  private static func curves(_ runs: [RunRecord], _ names: [String]) -> [Plot] {
    // All plots over the same epochs. Of files that were changed since, they may be any numbers.
    let epochs = runs.flatMap(\.metrics).map(\.epoch).filter { abs($0) <= 1e9 }
    let span = min(epochs.min() ?? 0, 0)...max(epochs.max() ?? 0, 0)
    func plot(_ title: String, _ y: Axis, _ value: @escaping (Metrics) -> Double?) -> Plot {
      .progress(
        title, x: Axis("epoch", .number, range: span), y: y,
        curves: zip(names, runs).map { name, run in
          (name, run.curve(value, over: \.epoch).filter { span.contains($0.x) })
        })
    }
    let accuracy = Axis("top-one accuracy", .fraction)
    return [
      plot("Loss of a subnet", Axis("loss", .number), \.loss),
      plot("Full network on held-out images", accuracy) { $0.heldOut?.first?.topOneAccuracy },
      plot("Smallest subnet of the phase", accuracy) { line in
        line.heldOut.flatMap { $0.count > 1 ? $0.last?.topOneAccuracy : nil }
      },
      plot("Learning rate", Axis("learning rate", .rate), \.learningRate),
      plot("Speed", Axis("images a second", .number), \.imagesPerSecond),
    ]
  }

  /// A row for each value of the configurations that is not the same in all.
  private static func differences(_ runs: [RunRecord], _ names: [String]) -> [Element] {
    let leaves = runs.map { run -> [Leaf] in
      let text = (try? Documents.encode(run.configuration)) ?? "{}"
      return (try? JSON.decode(Leaves.self, from: text, at: run.folder))?.leaves ?? []
    }
    var paths: [String] = []
    for path in leaves.flatMap({ $0.map(\.path) }) where !paths.contains(path) { paths.append(path) }
    let values = leaves.map { Dictionary($0.map { ($0.path, $0.text) }, uniquingKeysWith: { first, _ in first }) }
    let rows = paths.map { path in [path] + values.map { $0[path] ?? "–" } }.filter { Set($0.dropFirst()).count > 1 }
    guard !rows.isEmpty else { return [.paragraph("The configurations are the same.")] }
    return [.table(Table([.text("setting")] + names.map(Table.Column.text), rows))]
  }
}

/// A value of a document, and where it is.
private struct Leaf {
  var path: String
  var text: String
}

/// All values of a JSON document in order; a list of values is one.
private struct Leaves: Decodable {
  var leaves: [Leaf] = []
  private var isValue = false

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    if let object = try? decoder.container(keyedBy: Key.self) {
      for key in object.allKeys { add(try object.decode(Leaves.self, forKey: key), at: key.stringValue) }
    } else if var list = try? decoder.unkeyedContainer() {
      var items: [Leaves] = []
      while !list.isAtEnd { items.append(try list.decode(Leaves.self)) }
      if items.allSatisfy(\.isValue) {
        leaves = [Leaf(path: "", text: items.map { $0.leaves[0].text }.joined(separator: ", "))]
      } else {
        for (index, item) in items.enumerated() { add(item, at: "[\(index)]") }
      }
    } else {
      let value = try decoder.singleValueContainer()
      let text = (try? value.decode(String.self)) ?? (try? value.decode(Bool.self)).map { $0 ? "yes" : "no" }
      let number = (try? value.decode(Int.self)).map(String.init) ?? (try? value.decode(Double.self)).map { "\($0)" }
      (leaves, isValue) = ([Leaf(path: "", text: text ?? number ?? "–")], true)
    }
  }

  private mutating func add(_ part: Leaves, at key: String) {
    leaves += part.leaves.map { leaf in
      let rest = leaf.path.isEmpty || leaf.path.hasPrefix("[") ? leaf.path : "." + leaf.path
      return Leaf(path: key + rest, text: leaf.text)
    }
  }
}

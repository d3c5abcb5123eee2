import Foundation
import NaiveReference
import OFAEngine
import OFAFormats
import OFAGraph
import OFANumerics
import OFASpace
import OFASupernet
import Testing

/// All that a space's document may say, the engine computes.
@Suite("Limits", .serialized) struct LimitsTests {
  private static let documents = 60
  private static let batch = 4
  private static let roundings: [UInt64] = [1_000, 2_000]
  private let team = ThreadTeam(threads: 2)

  /// The document whose networks run: it stays here when they end the process.
  private static let running = NSTemporaryDirectory() + "ofa-limits-space.json"

  @Test("The engine agrees with the definition on every space that a document may describe")
  func agreement() throws {
    var generator = SeededGenerator(seed: 61, stream: "spaces")
    for index in 0..<Self.documents {
      let drawn = try DrawnSpace(multiplyAccumulates: 100_000, using: &generator)
      try AtomicFile.write(drawn.document, to: Self.running)
      let random = drawn.space.randomSubnet(using: &generator)
      let supernet = randomSupernet(drawn.space, seed: UInt64(index))
      for subnet in Set([drawn.space.smallest, drawn.space.largest, random]) {
        let complaints = complaints(of: subnet, in: supernet, using: &generator)
        #expect(complaints.isEmpty, "\(index): \(drawn.space.id(of: subnet)) of \(drawn.document)")
      }
    }
    try FileManager.default.removeItem(atPath: Self.running)
  }

  /// What the engine computes otherwise than the definition says.
  private func complaints(
    of subnet: Subnet, in supernet: Supernet, using generator: inout SeededGenerator
  ) -> [String] {
    let graph = supernet.space.graph(of: subnet)
    let weights = supernet.weights
    let images = (0..<Self.batch * graph[graph.input].count).map { _ in Float(generator.gaussian()) }
    let direction = (0..<Self.batch * supernet.space.classes).map { _ in Float(generator.gaussian()) }
    let gradients = TensorArena(weights.layout)
    let plan = TrainingPlan(graph: graph, batch: Self.batch, layout: weights.layout)
    let logits = images.withUnsafeBufferPointer { images in
      let logits = Array(plan.forward(weights: weights, images: images, team: team))
      direction.withUnsafeBufferPointer {
        plan.backward(weights: weights, gradients: gradients, images: images, logitGradients: $0, team: team)
      }
      return logits
    }
    let statistics = plan.statistics
    let inference = InferencePlan(graph: graph, batch: Self.batch, weights: weights, statistics: statistics)
    let inferred = images.withUnsafeBufferPointer { Array(inference.run(images: $0, team: team)) }

    let tensors = weights.layout.entries.map { ($0.name, weights[$0.name].map(Double.init)) }
    let reference = Reference(graph: graph, batch: Self.batch, tensors: Dictionary(uniqueKeysWithValues: tensors))
    let pixels = images.map(Double.init)
    var complaints: [String] = []
    // What cannot be computed well in single precision differs from itself under other roundings. That takes most of
    // the time, so it is only asked where the engine differs by more than a network that can.
    func compare(_ what: String, _ values: [Float], _ statistics: NormalizationStatistics?) {
      func logits(_ roundings: UInt64? = nil) -> [Double] {
        reference.forward(pixels, statistics: statistics, roundings: roundings)[graph.output.node]
      }
      let expected = logits()
      let (difference, note) = worst(values, expected)
      if difference <= 1e-5 { return }
      let noise = Self.roundings.map { worst(logits($0).map(Float.init), expected).difference }.max() ?? 0
      if difference > 1e-5 + 30 * noise { complaints.append("\(what): \(difference) \(note); noise \(noise)") }
    }
    compare("training", logits, nil)
    compare("inference", inferred, statistics)

    // The slope of Σ direction · logits along random changes of some tensors and of all: each has its say in the sum.
    var changes: [String: [Double]] = [:]
    var slopes: [String: Double] = [:]
    let largest = weights.layout.entries.map { length(gradients[$0.name]) }.max() ?? 1
    for entry in weights.layout.entries {
      let gradient = gradients[entry.name]
      let scale = 1 / max(length(gradient), 1e-3 * largest)
      let change = gradient.map { _ in Bool.random(using: &generator) ? scale : -scale }
      changes[entry.name] = change
      slopes[entry.name] = zip(gradient, change).reduce(0) { $0 + Double($1.0) * $1.1 }
    }
    func check(_ names: [String], _ what: String) {
      // A step far below the distance of any value from its activation's kink.
      let step = 1e-9 * largest
      func slope(_ roundings: UInt64? = nil) -> Double {
        let ends = [step, -step].map { step in
          var changed = reference
          for name in names {
            guard let change = changes[name] else { continue }
            for index in change.indices { changed.tensors[name]?[index] += step * change[index] }
          }
          let logits = changed.forward(pixels, roundings: roundings)[graph.output.node]
          return zip(logits, direction).reduce(0) { $0 + $1.0 * Double($1.1) }
        }
        return (ends[0] - ends[1]) / (2 * step)
      }
      let expected = slope()
      let found = names.reduce(0) { $0 + (slopes[$1] ?? .nan) }
      let bound = 1e-3 * Double(names.count).squareRoot()
      if abs(found - expected) <= bound { return }
      let noise = Self.roundings.map { abs(slope($0) - expected) }.max() ?? 0
      if !(abs(found - expected) <= bound + 30 * noise) {
        complaints.append("gradient of \(what): \(found), expected \(expected); noise \(noise)")
      }
    }
    let names = weights.layout.entries.map(\.name)
    check(names, "everything")
    for name in names.shuffled(using: &generator).prefix(2) { check([name], name) }
    return complaints
  }

  private func length(_ values: some Sequence<Float>) -> Double {
    values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }
}

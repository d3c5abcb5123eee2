import Foundation
import OFAFormats
import OFANumerics
import OFASpace

/// A space's document that is drawn from all that ``Limits`` lets a document say, small sizes before large ones.
struct DrawnSpace {
  /// The document, as a command takes it.
  let document: String
  /// The space that it describes.
  let space: SearchSpace

  /// Draws until a document's largest network has at most a number of multiply-accumulates.
  ///
  /// - Throws: what reading a document throws: every one that is drawn is to be accepted.
  init(multiplyAccumulates most: Int, using generator: inout SeededGenerator) throws {
    for attempt in 0..<1_000 {
      let parts = Self.parts(name: "drawn-\(attempt)", using: &generator)
      let data = try JSONSerialization.data(withJSONObject: parts, options: .sortedKeys)
      let text = String(decoding: data, as: UTF8.self)
      let space: SearchSpace
      do {
        space = try Documents.decode(SearchSpace.self, from: text, at: text)
      } catch let failure as Failure where failure.message.contains("make it narrower") { continue }
      if space.graph(of: space.largest).costs.multiplyAccumulates <= most {
        (document, self.space) = (text, space)
        return
      }
    }
    preconditionFailure("A thousand spaces are all larger than \(most) multiply-accumulates.")
  }

  private static func parts(name: String, using generator: inout SeededGenerator) -> [String: Any] {
    func pick<Value>(_ values: [Value]) -> Value { values[Int.random(in: values.indices, using: &generator)] }
    func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &generator) < probability }
    /// A number from a range, seldom far from its beginning and sometimes its end.
    func number(_ range: ClosedRange<Int>, usually: ClosedRange<Int>, corner: Double = 0.02) -> Int {
      chance(corner) ? range.upperBound : Int.random(in: usually.clamped(to: range), using: &generator)
    }
    func choices<Value: Hashable & Comparable>(upTo most: Int, _ draw: () -> Value) -> [Value] {
      Set((0..<Int.random(in: 1...most, using: &generator)).map { _ in draw() }).sorted()
    }
    func activation() -> String { pick(["relu", "relu6", "h_swish", "h_sigmoid"]) }
    func kernelSize() -> Int {
      let sizes = (1...63).filter(Limits.isKernelSize)
      return chance(0.7) ? pick(Array(sizes.prefix(4))) : pick(sizes)
    }
    func stride() -> Int { number(Limits.stride, usually: 1...(chance(0.2) ? 4 : 2)) }
    func width() -> Int { number(Limits.width.lowerBound...64, usually: 1...20) }
    func ratio() -> Double {
      pick([0.2, 0.25, 0.5, 1, 1, 1.5, 2, 3] + [Limits.expandRatio.lowerBound, Limits.expandRatio.upperBound])
    }

    var stem: [String: Any] = [
      "width": width(), "kernelSize": kernelSize(), "stride": stride(), "activation": activation(),
    ]
    if chance(0.2) {
      stem["deep"] = ["width": width(), "depths": choices(upTo: 2) { number(0...64, usually: 0...3) }]
    }
    if chance(0.25) { stem["maxPooling"] = ["size": pick([1, 3, 3, 5, 31]), "stride": stride()] }

    var document: [String: Any] = [
      "format": SearchSpace.format, "version": SearchSpace.currentVersion, "name": name,
      "channels": number(Limits.channels.lowerBound...17, usually: 1...4), "classes": number(1...33, usually: 1...6),
      "resolutions": choices(upTo: 2) { number(8...20, usually: 8...11) },
      "widthMultiplier": pick([1, 1, 0.7, 1.3, Limits.widthMultiplier.lowerBound]),
      "widthDivisor": pick([1, 1, 2, 8]), "epsilon": pick([1e-5, 1e-3, 1]), "stem": stem,
    ]
    if chance(0.3) { document["widthMultipliers"] = choices(upTo: 3) { pick([0.001, 0.5, 0.65, 0.8, 1]) } }
    if chance(0.4) {
      document["first"] =
        [
          "width": width(), "kernelSize": kernelSize(),
          "stride": stride(), "expandRatio": ratio(), "activation": activation(),
          "squeezeExcite": chance(0.4), "shortcut": chance(0.7),
        ] as [String: Any]
    }
    document["stages"] = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
      let isMobile = chance(0.65)
      let baseDepth = chance(0.3) ? Int.random(in: 0...2, using: &generator) : 0
      var stage: [String: Any] = [
        "kind": isMobile ? "mobile" : "bottleneck", "width": width(), "activation": activation(),
        "stride": stride(), "baseDepth": baseDepth,
        "depths": choices(upTo: 2) { Int.random(in: max(0, 1 - baseDepth)...2, using: &generator) },
        "kernelSizes": isMobile && chance(0.8) ? choices(upTo: 6) { pick([1, 3, 5, 7, 9, 11]) } : [kernelSize()],
        "squeezeExcite": isMobile && chance(0.4),
      ]
      stage["expandRatios"] = chance(0.2) ? [1] : choices(upTo: 3, ratio)
      return stage
    }
    func layer() -> [String: Any] { ["width": width(), "activation": activation()] }
    var head: [String: Any] = [:]
    if chance(0.4) { head["expand"] = layer() }
    if chance(0.4) { head["mix"] = layer() }
    document["head"] = head
    return document
  }
}

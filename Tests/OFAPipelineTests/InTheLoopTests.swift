import Foundation
import OFAFormats
import OFAPipeline
import OFASearch
import OFASpace
import TestSupport
import Testing
import TinyWorld

/// Searches that evaluate what they try.
@Suite struct InTheLoopTests {
  private let world: TinyWorld
  private let model: String

  init() throws {
    world = try TinyWorld()
    let training = world.training("run")
    _ = try training.run()
    model = training.modelFolder
  }

  private func search(_ archive: String, evaluations: Int = 40) throws -> Specialization {
    var search = Specialization(space: SpaceSource(.model(model)), budgets: Budgets())
    search.isInTheLoop = true
    search.archive = world.path(archive)
    search.evaluations = evaluations
    search.objectives = [
      .accuracy, .init(try .init(named: "macs", at: ""), isMaximized: false),
    ]
    search.front = Output(world.path("front.jsonl"), force: true)
    search.report = Output(world.path("front.html"), force: true)
    return search
  }

  @Test("What a search in the loop tries is evaluated, and its front is of accuracies on images")
  func evaluated() throws {
    // No predictor is asked for one.
    try FileManager.default.removeItem(atPath: model + "/predictor.json")
    let found = try search("a.jsonl").run()
    #expect(found.evaluations == 40 && found.isInTheLoop)
    let space = try SpaceSource(.model(model)).space()
    var accuracies: [String: Double] = [:]
    let ids = found.front.map(\.id).joined(separator: "\n")
    try AtomicFile.write(ids, to: world.path("ids.txt"))
    try AccuracyMeasurement(model: model, data: world.data, split: .heldOut, threads: 1)
      .measure(subnets: world.path("ids.txt")) { accuracies[$0.id] = $0.topOneAccuracy }
    #expect(found.front.allSatisfy { $0.heldOutAccuracy == accuracies[$0.id] && $0.predictedRange == nil })
    #expect(found.front.map(\.heldOutAccuracy).compactMap(\.self).max() == found.best.heldOutAccuracy)
    #expect(space.subnets().contains(found.best.subnet))
    let page = try String(contentsOfFile: world.path("front.html"), encoding: .utf8)
    #expect(page.contains("40 subnets evaluated") && page.contains("all that was tried"))
    #expect(page.contains("Course of the search") && page.contains("the best of 40 on held-out images"))
  }

  @Test("One that was killed goes on from its archive to the same front, and evaluates nothing twice")
  func resumed() throws {
    _ = try search("a.jsonl").run()
    let (archive, front) = (world.path("a.jsonl"), try InputFile.read(world.path("front.jsonl")))
    let whole = try InputFile.read(archive)
    for share in [0, 0.01, 0.3, 0.71] {
      try AtomicFile.write(Array(whole.prefix(Int(share * Double(whole.count)))), to: archive)
      _ = try search("a.jsonl").run()
      #expect(try InputFile.read(archive) == whole && InputFile.read(world.path("front.jsonl")) == front)
    }
    let ids = String(decoding: whole, as: UTF8.self).split(separator: "\n").dropFirst()
    #expect(Set(ids).count == 40)
  }

  @Test("An archive of another model, or what is none, is refused and kept")
  func refused() throws {
    _ = try search("a.jsonl", evaluations: 10).run()
    let archive = try InputFile.read(world.path("a.jsonl"))
    let other = world.training("other")
    var changed = other
    changed.seed = 9
    _ = try changed.run()
    var search = try search("a.jsonl", evaluations: 10)
    search.space = SpaceSource(.model(changed.modelFolder))
    var found = failure { _ = try search.run() }
    #expect(found?.kind == .usage && found?.message.contains("another model") == true)
    // As many images, of other classes.
    search.space = SpaceSource(.model(model))
    search.data = world.path("others")
    try FileManager.default.copyItem(atPath: world.data, toPath: world.path("others"))
    let labels = world.path("others/train-labels-idx1-ubyte")
    var bytes = try InputFile.read(labels)
    bytes.replaceSubrange(8..., with: bytes[8...].map { ($0 + 1) % 3 })
    try AtomicFile.write(bytes, to: labels)
    found = failure { _ = try search.run() }
    #expect(found?.kind == .usage && found?.message.contains("other images") == true)
    search.data = nil
    search.archive = world.space
    found = failure { _ = try search.run() }
    #expect([.usage, .badData].contains(found?.kind))
    #expect(try InputFile.read(world.path("a.jsonl")) == archive)
    search.space = SpaceSource(.named(world.space))
    #expect(failure { _ = try search.run() }?.kind == .usage)
  }
}

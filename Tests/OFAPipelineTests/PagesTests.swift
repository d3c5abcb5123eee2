import Foundation
import OFAData
import OFAFormats
import OFAHardware
import OFAPipeline
import OFAReport
import OFASpace
import TestSupport
import Testing
import TinyWorld

/// What stands on the pages that commands write.
@Suite struct PagesTests {
  private func text(_ path: String) throws -> String { String(decoding: try InputFile.read(path), as: UTF8.self) }

  private func origin(_ command: String) -> Origin {
    Origin(command: command, date: "2026-03-31 14:05 UTC", version: "1.2.3", machine: "a board")
  }

  @Test("An evaluation's page tells how often each class was taken for each, as the accuracy says")
  func evaluation() throws {
    let world = try TinyWorld()
    let training = world.training("run")
    _ = try training.run()
    let space = try world.searchSpace()
    let ids = [space.smallest, space.largest].map(space.id)
    try AtomicFile.write(ids.map { "\"\($0)\"\n" }.joined(), to: world.path("subnets.jsonl"))
    var measurement = AccuracyMeasurement(model: training.modelFolder, data: world.data, threads: 1)
    measurement.report = Output(world.path("page.html"))
    measurement.origin = origin("ofa evaluate")
    var results: [AccuracyMeasurement.Result] = []
    try measurement.measure(subnets: world.path("subnets.jsonl")) { results.append($0) }
    let best = results[results[1].topOneAccuracy > results[0].topOneAccuracy ? 1 : 0]

    let page = try text(world.path("page.html"))
    // 90 images, 30 of each of three classes.
    let cells = page.matches(of: /title="(\d), taken for (\d): (\d+) of 30"/).map {
      (isRight: $0.1 == $0.2, count: Int($0.3) ?? 0)
    }
    #expect(cells.reduce(0) { $0 + $1.count } == 90)
    let right = cells.filter(\.isRight).reduce(0) { $0 + $1.count }
    #expect(right == Int((90 * best.topOneAccuracy).rounded()))
    #expect(page.contains("<dt>of them wrong</dt><dd>\(90 - right)</dd>"))
    let pictures = page.matches(of: /data:image\/png;base64,/).count
    #expect(pictures == min(12, right) + min(12, 90 - right))
    for id in ids { #expect(page.contains("data-copy=\"\(id)\"")) }
    let marked = try #require(page.firstMatch(of: /<tr class="marked"><td class="id" data-copy="([^"]*)"/)?.1)
    #expect(marked == best.id)
    for word in ["ofa evaluate", "2026-03-31 14:05 UTC, ofa 1.2.3", "a board", training.modelFolder] {
      #expect(page.contains(word), "\(word)")
    }
    // What was measured does not depend on whether there is a page.
    measurement.report = nil
    var again: [AccuracyMeasurement.Result] = []
    try measurement.measure(subnets: world.path("subnets.jsonl")) { again.append($0) }
    #expect(again == results)
  }

  @Test(
    "Of many classes the least accurate are shown, and no matrix; pictures are the surest mistakes and one of a class")
  func manyClasses() throws {
    let space = try TinyWorld().searchSpace()
    let names = (0..<60).map { "class \($0)" }
    // Two images of each class. Of classes 7 and 9 one is taken for class 8, of class 30 both for class 31.
    let images = ImageSet(
      name: "many", height: 2, width: 2, channels: 1, classes: 60, classNames: names,
      pixels: Array(repeating: 100, count: 480), labels: (0..<120).map { $0 / 2 })
    var verdicts = images.labels.map { Verdict(predicted: $0, probability: 0.9) }
    for (index, predicted, probability) in [(14, 8, 0.5), (18, 8, 0.7), (60, 31, 0.6), (61, 31, 0.8)] {
      verdicts[index] = Verdict(predicted: predicted, probability: probability)
    }
    let result = AccuracyMeasurement.Result(id: space.id(of: space.largest), topOneAccuracy: 116.0 / 120, loss: 0.1)
    let page = try Page.evaluation([result], verdicts, on: images, of: "many", space: space)
    let html = page.html
    #expect(!html.contains("class=\"matrix\"") && html.contains("<span>20 of 60</span>"))
    let bars = html.matches(of: /<dt>(class \d+)<\/dt><dd><i style="width:([0-9.]+)%">/).map { "\($0.1) \($0.2)" }
    #expect(Array(bars.prefix(4)) == ["class 30 0", "class 7 50", "class 9 50", "class 0 100"] && bars.count == 20)
    #expect(html.contains("<dt>class 30 → class 31</dt>"))
    let sections = Dictionary(uniqueKeysWithValues: page.sections.map { ($0.heading, $0.elements) })
    guard case .pictures(let wrong)? = sections["Wrong"]?.first, case .pictures(let right)? = sections["Right"]?.first
    else {
      Issue.record("no pictures")
      return
    }
    #expect(wrong.map(\.source) == ["image 61", "image 18", "image 60", "image 14"])
    #expect(wrong[0].name == "class 30" && wrong[0].note == "taken for class 31, 80.00\u{A0}%")
    #expect(right.map(\.name) == (0..<12).map { "class \($0)" } && right[7].source == "image 15")
  }

  @Test("A profile's page shows the fresh networks that its figures are of, and what the blocks of its table take")
  func profile() throws {
    let world = try TinyWorld()
    let space = try world.searchSpace()
    var profiling = Profiling(space: space, runner: "host", budget: .milliseconds(100), device: "<i>here</i>")
    profiling.report = Output(world.path("profile.json"))
    #expect(failure { try profiling.run(output: Output(world.path("profile.json"))) }?.kind == .usage)
    profiling.report = Output(world.path("page.html"))
    let result = try profiling.run(output: Output(world.path("profile.json")))
    let profile = try Documents.read(DeviceProfile.self, world.path("profile.json"))
    let page = try text(world.path("page.html"))
    let networks = try #require(profile.correction?.error.networks)
    let within = Int((Double(networks) * result.withinTenPercent).rounded())
    #expect(page.contains("\(within) of \(networks) within ±10 %"))
    // A point for each network that has a size to be drawn.
    #expect(page.components(separatedBy: "measured latency: ").count - 1 == networks)
    for subnet in [space.largest, space.smallest] {
      var subnet = subnet
      subnet.resolution = 12
      let graph = space.graph(of: subnet)
      for (index, name) in graph.blocks.enumerated() {
        let entry = try profile.entry(ofBlock: index, in: graph)
        let bar = "<div><dt>\(name)</dt><dd><i style=\"width:"
        #expect(page.contains(bar) && page.contains(Measure.milliseconds.text(entry.milliseconds)), "\(name)")
      }
      #expect(page.contains("data-copy=\"\(space.id(of: subnet))\""))
    }
    #expect(page.contains("tiny on &lt;i&gt;here&lt;/i&gt;") && !page.contains("<i>here"))
  }

  @Test("A run keeps the commands that trained it; its page tells them all, and a report of it is the same page")
  func commands() throws {
    let world = try TinyWorld()
    var training = world.training("run")
    training.origin = origin("ofa train --seed 7")
    var steps = 0
    let monitor = Monitor(show: { _ in steps += 1 }, isInterrupted: { steps >= 20 })
    #expect(failure { _ = try training.run(monitor: monitor) }?.kind == .interrupted)
    training.resumes = true
    training.origin = origin("ofa train --resume")
    _ = try training.run()
    let commands = try JSONLines.read(Origin.self, world.path("run/commands.jsonl"))
    #expect(commands.map(\.command) == ["ofa train --seed 7", "ofa train --resume"])
    let page = try text(world.path("run/report.html"))
    for origin in commands { #expect(page.contains("data-copy=\"\(origin.command)\"")) }
    for title in ["Loss of a subnet", "Accuracy on held-out images", "Learning rate", "Speed"] {
      #expect(page.contains("<figcaption><b>\(title)</b>"))
    }
    let report = TrainingReport(runs: [world.path("run")], origin: origin("ofa report"))
    _ = try report.write(to: Output(world.path("page.html")))
    #expect(try text(world.path("page.html")) == page)

    // Of a run of an earlier version, only what shows it is known.
    try FileManager.default.removeItem(atPath: world.path("run/commands.jsonl"))
    _ = try report.write(to: Output(world.path("page.html")))
    #expect(try text(world.path("page.html")).contains("data-copy=\"ofa report\""))
  }

  @Test("Runs side by side: a row and a curve each, and the settings that are not the same")
  func comparison() throws {
    let world = try TinyWorld()
    let one = world.training("one")
    _ = try one.run()
    var two = world.training("<b>two")
    two.seed = 8
    two.epochs = 3
    _ = try two.run()
    var three = two
    three.output = world.path("three")
    _ = try three.run()
    let paths = ["one", "<b>two", "three"].map(world.path)
    _ = try TrainingReport(runs: paths, origin: origin("ofa report one two")).write(to: Output(world.path("page.html")))
    let page = try text(world.path("page.html"))
    #expect(page.contains("data-copy=\"ofa report one two\"") && !page.contains("<b>two"))
    let differences = try #require(page.split(separator: "<h2>What differs</h2>").last)
    let settings = differences.matches(of: /<tr><td>([^<]*)<\/td><td>([^<]*)<\/td><td>([^<]*)<\/td><td>([^<]*)<\/td>/)
      .map { [$0.1, $0.2, $0.3, $0.4].map(String.init) }
    #expect(settings == [["budget.epochs", "2", "3", "3"], ["seed", "7", "8", "8"]])
    // A legend names every run in each of five plots.
    #expect(page.matches(of: /<\/i>three<\/li>/).count == 5)
    // Twins differ in nothing.
    _ = try TrainingReport(runs: Array(paths.dropFirst())).write(to: Output(world.path("page.html")))
    #expect(try text(world.path("page.html")).contains("The configurations are the same."))
    #expect(
      failure { try TrainingReport(runs: paths + [world.path("none")]).write(to: Output(world.path("x.html"))) }?
        .kind == .missingInput)
  }

  @Test("A search's page tells what was asked, draws every subnet of the front, and marks the one that was chosen")
  func specialization() throws {
    let world = try TinyWorld()
    let training = world.training("run")
    _ = try training.run()
    var specialization = Specialization(
      space: SpaceSource(.model(training.modelFolder)), budgets: try Budgets(multiplyAccumulates: "40k"), seed: 5)
    specialization.report = Output(world.path("page.html"))
    specialization.origin = origin("ofa specialize --max-macs 40k")
    let result = try specialization.run()
    let page = try text(world.path("page.html"))
    let listed = Set(result.front.map(\.id) + [result.best.id])
    #expect(page.matches(of: /<svg class="subnet"/).count == listed.count)
    let marked = page.matches(of: /<tr class="marked"><td class="id" data-copy="([^"]*)"/).map { String($0.1) }
    #expect(marked == [result.best.id])
    for (name, value) in [("budgets", "multiply-accumulates at most 40k"), ("device", "none"), ("seed", "5")] {
      #expect(page.contains("<dt>\(name)</dt><dd>\(value)</dd>"), "\(name)")
    }
    // Without what tells the moment, the page is the same each time.
    specialization.origin = nil
    let pages = try ["a", "b"].map { name in
      specialization.report = Output(world.path(name))
      _ = try specialization.run()
      return try text(world.path(name))
    }
    #expect(pages[0] == pages[1])
  }
}

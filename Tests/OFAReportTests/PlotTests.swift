import Foundation
import OFAReport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct PlotTests {
  private let points = [(0.1, 0.7), (0.2, 0.75), (0.4, 0.85), (0.35, 0.8)].map { Plot.Point($0.0, $0.1) }

  /// The centres of a drawing's dots: percent of the width, and pixels.
  private func dots(_ html: String) throws -> [(x: Double, y: Double)] {
    try Document(html).elements("circle").map {
      let x = try #require($0["cx"])
      #expect(x.hasSuffix("%"))
      return (try #require(Double(x.dropLast())), try #require(Double($0["cy"] ?? "")))
    }
  }

  @Test("Dots lie where an affine map of their values puts them, within the canvas")
  func geometry() throws {
    let plot = Plot("t", x: Axis("x", .number), y: Axis("y", .number), [Plot.Series("s", .dots, points)])
    let circles = try dots(plot.html)
    try #require(circles.count == points.count)
    let scaleX = (circles[2].x - circles[0].x) / (points[2].x - points[0].x)
    let scaleY = (circles[2].y - circles[0].y) / (points[2].y - points[0].y)
    #expect(scaleX > 0 && scaleY < 0)
    for (circle, point) in zip(circles, points) {
      #expect(abs(circle.x - circles[0].x - scaleX * (point.x - points[0].x)) <= 0.02)
      #expect(abs(circle.y - circles[0].y - scaleY * (point.y - points[0].y)) <= 0.2)
      #expect((0...100).contains(circle.x) && (0...264).contains(circle.y))
    }
  }

  @Test("A line passes through its points in their order, on a canvas of thousandths", arguments: [true, false])
  func line(isDotted: Bool) throws {
    let plot = Plot(
      "t", x: Axis("x", .number), y: Axis("y", .number), [Plot.Series("s", isDotted ? .dottedLine : .line, points)])
    let document = try Document(plot.html)
    let path = try #require(document.elements("polyline").first?["points"]).split(separator: " ").map {
      $0.split(separator: ",").compactMap { Double($0) }
    }
    let dots = try dots(plot.html)
    try #require(path.count == dots.count)
    for (corner, dot) in zip(path, dots) {
      #expect(abs(corner[0] - 10 * dot.x) <= 0.1 && corner[1] == dot.y)
    }
    #expect(
      document.elements("svg").contains { $0["viewBox"] == "0 0 1000 264" && $0["preserveAspectRatio"] == "none" })
  }

  @Test("Each point tells its numbers with their units, and what it is")
  func numbers() throws {
    let plot = Plot(
      "t", x: Axis("latency", .milliseconds), y: Axis("accuracy", .fraction),
      [
        Plot.Series("front", .dottedLine, [Plot.Point(0.25, 0.931, label: "r32-33")]),
        Plot.Series("all", .cloud, points),
      ])
    let text = try Document(plot.html).text
    #expect(text.contains("r32-33\nfront\nlatency: 250 µs\naccuracy: 93.10 %"))
    #expect(text.contains("all\nlatency: 100 µs\naccuracy: 70.00 %"))
  }

  @Test("A front's points are joined in order of cost, and the legend names what is there")
  func front() throws {
    let plot = Plot.front(cost: Axis("latency", .milliseconds), cloud: [], front: points, chosen: [points[1]])
    #expect(plot.series.map(\.name) == ["front", "chosen"])
    #expect(plot.series[0].points.map(\.x) == [0.1, 0.2, 0.35, 0.4])
    let text = try Document(plot.html).text
    for word in ["front", "chosen", "latency (µs)", "predicted accuracy (%)"] { #expect(text.contains(word)) }
    #expect(!text.contains("random subnets"))
  }

  @Test("The agreement plot shows both axes over one range and counts what lies within the corridor")
  func agreement() throws {
    let plot = Plot.agreement(pairs: [(1, 1.09, "a"), (1, 0.91, nil), (2, 2.3, nil), (3, 3, "d")])
    #expect(plot.x.range == plot.y.range)
    #expect(plot.note == "3 of 4 within ±10 %")
    let corridor = try #require(Document(plot.html).elements("polygon").first?["points"])
    #expect(corridor.split(separator: " ").count == 4)
    #expect(Plot.agreement(pairs: []).note == "0 of 0 within ±10 %")
  }

  @Test("Phases fill the axis from end to end and are named")
  func phases() throws {
    let plot = Plot.progress(
      "Loss", y: Axis("loss", .number), curves: [("training", (1...90).map { Plot.Point(Double($0), 1 / Double($0)) })],
      phases: [Plot.Band("full", 0...50), Plot.Band("a phase with a long name", 50...60), Plot.Band("depth", 60...100)])
    let document = try Document(plot.html)
    for name in ["full", "a phase with a long name", "depth"] { #expect(document.text.contains(name)) }
    // One name reads upward at any width; those of the long phases run along it.
    #expect(document.elements("text").count { $0["transform"] != nil } == 1)
    let bands = document.elements("rect").filter { $0["class"] == "band" }
    #expect(bands.map { $0["x"] } == ["0%", "60%"] && bands.map { $0["width"] } == ["50%", "40%"])
  }

  @Test("What has no room on a narrow plot is only on a wide one, and its place is taken")
  func widths() throws {
    let plot = Plot.progress(
      "Loss", y: Axis("loss", .number), curves: [("training", (1...90).map { Plot.Point(Double($0), 1 / Double($0)) })],
      phases: [Plot.Band("full", 0...50), Plot.Band("smaller kernels", 50...82), Plot.Band("depth", 82...100)])
    let document = try Document(plot.html)
    #expect(document.elements("text").contains { $0["class"] == "tick middle wide" && $0["y"] == "15" })
    #expect(document.elements("g").contains { $0["class"] == "narrow" })
    let marks = document.elements("text").filter { $0["y"] == "283" }.map { $0["class"] ?? "" }
    #expect(marks.count > 4)
    #expect(marks.enumerated().allSatisfy { $1.hasSuffix("wide") == ($0 % 2 == 1) })
  }

  @Test("Thinning keeps short curves as they are and the mean of long ones")
  func thinning() {
    #expect(Plot.thinned(points, to: 4) == points)
    let curve = (0..<1000).map { Plot.Point(Double($0), Double($0 * $0 % 97)) }
    let thin = Plot.thinned(curve, to: 100)
    #expect(thin.count == 100)
    #expect(abs(mean(thin) - mean(curve)) < 1e-9)
    for count in 1...20 { #expect(Plot.thinned(Array(curve.prefix(37)), to: count).count == count) }
  }

  private func mean(_ points: [Plot.Point]) -> Double { points.reduce(0) { $0 + $1.y } / Double(points.count) }

  @Test("Points that are not finite are left out; a plot without points says so")
  func gaps() throws {
    let odd = [Plot.Point(.nan, 1), Plot.Point(1, .infinity), Plot.Point(1, 1)]
    let plot = Plot("t", x: Axis("x", .number), y: Axis("y", .number), [Plot.Series("s", .cloud, odd)])
    #expect(try Document(plot.html).elements("circle").count == 1)
    let empty = Plot("t", x: Axis("x", .number), y: Axis("y", .number), [])
    #expect(try Document(empty.html).text.contains("no data"))
    #expect(!empty.html.contains("nan"))
  }

  @Test(
    "Values of any size are drawn or left out, and never trap",
    arguments: [Double.leastNonzeroMagnitude, 1e-300, 1e-101, 1e99, 1e101, 1.7e308])
  func extremes(value: Double) throws {
    let pairs: [[(Double, Double)]] = [
      [(0, 0), (1, value)], [(0, value), (1, value)], [(0, -value), (1, value)], [(value, 1), (2 * value, 2)],
    ]
    for points in pairs {
      let series = Plot.Series("s", .line, points.map { Plot.Point($0, $1) })
      let plot = Plot("t", x: Axis("x", .number), y: Axis("y", .fraction), [series])
      let svg = plot.html
      #expect(!svg.contains("nan") && !svg.contains("inf"))
    }
  }

  @Test("Names with markup stay text, in every place that shows one")
  func hostileNames() throws {
    let name = "<u>\"&'\u{7}</u>"
    var plot = Plot(
      name, x: Axis(name, .number), y: Axis(name, .number),
      [
        Plot.Series(name, .highlight, [Plot.Point(1, 1, label: name)]), Plot.Series(name, .line, points),
      ])
    plot.bands = [Plot.Band(name, 0...1)]
    plot.note = name
    let document = try Document(plot.html)
    #expect(document.elements("u").isEmpty)
    // Title, note, two in the legend, two axes, band, the highlight's name, and its point's name and two axes; the
    // line's four points tell the series and two axes.
    #expect(document.text.components(separatedBy: "<u>\"&' </u>").count - 1 == 11 + 4 * 3)
    var table = Table([.text(name), .id(name)], [[name, name], [name, name + name + name]])
    table.marks = [name: name]
    var matrix = ConfusionMatrix(classes: [name, name])
    (matrix[0, 0], matrix[0, 1], matrix[1, 1]) = (1, 2, 3)
    let page = Page(
      name, subtitle: name, facts: [Page.Fact(name, name)], conditions: [Page.Fact(name, name)],
      origins: [Origin(command: name, date: name, version: name, machine: name)],
      sections: [
        Page.Section(
          name,
          [
            .paragraph(name), .code(name), .table(table), .plot(plot), .plot(plot),
            .bars(Bars(name, note: name, [Bars.Bar(name, 1, name)])), .matrix(matrix),
            .pictures([Page.Picture(png: [1], name: name, note: name, source: name)]),
          ])
      ])
    #expect(try Document(page.html).elements("u").isEmpty)
  }

  @Test("A page needs nothing from outside, keeps the order of its parts, and is the same each time")
  func page() throws {
    let plot = Plot.front(cost: Axis("MACs", .multiplyAccumulates), cloud: points, front: points)
    let page = Page(
      "Report",
      sections: [
        Page.Section("One", [.plot(plot), .paragraph("between"), .plot(plot)]), Page.Section("Two", [.code("ofa")]),
        Page.Section("Three", [.pictures([Page.Picture(png: [0x89, 0x50], name: "cat", note: "99 %")])]),
      ])
    let document = try Document(page.html)
    #expect(document.elements("figure").count { $0["class"] == "plot" } == 2)
    for element in ["link", "iframe"] { #expect(document.elements(element).isEmpty) }
    #expect(document.elements("script").map(\.keys.count) == [0])
    #expect(document.elements("img").compactMap { $0["src"] } == ["data:image/png;base64,iVA="])
    #expect(!page.html.contains("url(") && !page.html.contains("http") && !page.html.contains("import"))
    let order = ["One", "between", "Two", "ofa", "Three"].map { document.text.range(of: $0)?.lowerBound }
    #expect(order.allSatisfy { $0 != nil } && order.compactMap { $0 }.sorted() == order.compactMap { $0 })
    #expect(page.html == page.html)
  }

  @Test("Every class that is drawn with has a rule, and every colour that is named is there in light and dark")
  func style() throws {
    let sheet = Page.style
    let names = Set(sheet.matches(of: /var\((--[a-z0-9]+)\)/).map { String($0.1) })
    let parts = sheet.split(separator: "@media (prefers-color-scheme: dark)")
    let (light, dark) = (String(parts[0]), String(parts[1].prefix { $0 != "*" }))
    for name in names where !["--c", "--share"].contains(name) {
      #expect(light.contains("\(name): #") && dark.contains("\(name): #"), "\(name)")
    }
  }

  @Test("What made a page stands at its head: conditions, then the command, its moment, version and machine")
  func head() throws {
    let page = Page(
      "Report", conditions: [Page.Fact("seed", "7")],
      origins: [
        Origin(command: "ofa train", date: "2026-03-31 14:05 UTC", version: "1.2.3", machine: "a board"),
        Origin(command: "ofa train --resume", date: "2026-04-01 09:00 UTC", version: "1.2.3", machine: "a board"),
      ], sections: [])
    let document = try Document(page.html)
    #expect(document.elements("dd").compactMap { $0["data-copy"] } == ["ofa train", "ofa train --resume"])
    let words = ["seed", "7", "ofa train", "2026-03-31 14:05 UTC, ofa 1.2.3", "a board", "ofa train --resume"]
    let order = words.map { document.text.range(of: $0)?.lowerBound }
    #expect(order.allSatisfy { $0 != nil }, "\(document.text)")
  }
}

@Suite struct TablePageTests {
  private let id = "r32-67.67.67.67-67.67.67.67-67.67.67.35"

  @Test("A long id is short at first, whole behind a click, and whole where it is copied; its row may be marked")
  func ids() throws {
    var table = Table([.number("accuracy"), .id("subnet")], [["99 %", id], ["98 %", "r24-33-33"]])
    table.marks = ["r24-33-33": "chosen"]
    let document = try Document("<page>\(table.html)</page>")
    #expect(document.elements("td").compactMap { $0["data-copy"] } == [id, "r24-33-33"])
    #expect(document.elements("details").count == 1)
    #expect(document.text.contains("r32-67.67…67.35") && document.text.contains(id))
    #expect(document.elements("tr").map { $0["class"] } == [nil, nil, "marked"])
    #expect(document.elements("mark").count == 1 && document.text.contains("chosen"))
    // For the terminal nothing is added or taken away.
    #expect(table.text.contains(id) && !table.text.contains("chosen"))
  }

  @Test("A subnet's drawing has a bar for each block, as high as its ratio, and a dot for each that is left out")
  func drawing() throws {
    let scale = SubnetDrawing.Scale(resolution: 32, blocks: [2, 3], expandRatio: 6, kernelSizes: [3, 5, 7])
    let drawing = SubnetDrawing(
      resolution: 24,
      stages: [
        [.init(kernelSize: 3, expandRatio: 6), .init(kernelSize: 7, expandRatio: 3)],
        [.init(kernelSize: 5, expandRatio: 4)],
      ], scale: scale)
    var table = Table([.id("subnet")], [["a"]])
    table.drawings = ["a": drawing]
    let document = try Document("<page>\(table.html)</page>")
    let bars = document.elements("rect")
    #expect(bars.map { $0["class"] } == ["side", "k0", "k2", "k1", "out", "out"])
    #expect(bars.compactMap { $0["height"] } == ["16.5", "24", "12", "16", "1.5", "1.5"])
    #expect(document.text.contains("resolution 24\nstage 1: expand 6 kernel 3, expand 3 kernel 7\nstage 2: expand 4"))
    #expect(document.elements("p").contains { $0["class"] == "key" })
    // Of a space with one kernel size all are of the darkest shade.
    var one = drawing
    one.scale.kernelSizes = [3]
    one.stages = [[.init(kernelSize: 3, expandRatio: 6)]]
    table.drawings = ["a": one]
    #expect(try Document("<page>\(table.html)</page>").elements("rect")[1]["class"] == "k2")
  }

  @Test("Bars are as long as their share of the most; nothing of nothing is no bar")
  func bars() throws {
    func widths(_ bars: Bars) throws -> [String?] {
      try Document(Page("t", sections: [Page.Section("s", [.bars(bars)])]).html).elements("i").map { $0["style"] }
    }
    let bars = [Bars.Bar("a", 1, "1"), Bars.Bar("b", 4, "4"), Bars.Bar("c", 0, "0")]
    #expect(try widths(Bars("t", bars)) == ["width:25%", "width:100%", "width:0%"])
    #expect(try widths(Bars("t", bars, most: 8)) == ["width:12.5%", "width:50%", "width:0%"])
    #expect(try widths(Bars("t", [Bars.Bar("c", 0, "0")])) == ["width:0%"])
  }

  @Test("A confusion matrix tells classes' accuracies and the pairs that are confused, most frequent first")
  func matrix() throws {
    var matrix = ConfusionMatrix(classes: ["cat", "dog", "owl"])
    (matrix[0, 0], matrix[0, 1], matrix[1, 0], matrix[1, 1], matrix[1, 2]) = (8, 2, 3, 6, 1)
    #expect(matrix.images(of: 1) == 10 && matrix.accuracy(of: 0) == 0.8 && matrix.accuracy(of: 2) == nil)
    #expect(matrix.confusions.map(\.count) == [3, 2, 1] && matrix.confusions[0].label == 1)
    let document = try Document(Page("t", sections: [Page.Section("s", [.matrix(matrix)])]).html)
    let cells = document.elements("td")
    #expect(cells.count == 9 && cells.map { $0["class"] }.compactMap(\.self).count == 5)
    #expect(cells[0]["class"] == "right strong" && cells[0]["style"] == "--share:0.800")
    #expect(cells[1]["title"] == "cat, taken for dog: 2 of 10" && cells[2]["class"] == nil)
  }
}

/// A parsed document: its elements' attributes and its text. Parsing fails where the document is not well formed.
private struct Document {
  private(set) var text = ""
  private var found: [(name: String, attributes: [String: String])] = []

  init(_ source: String) throws {
    let reader = Reader()
    let parser = XMLParser(data: Data(source.utf8))
    parser.delegate = reader
    try #require(parser.parse(), "\(String(describing: parser.parserError)) in line \(parser.lineNumber)")
    text = reader.text
    found = reader.found
  }

  func elements(_ name: String) -> [[String: String]] { found.filter { $0.name == name }.map(\.attributes) }

  private final class Reader: NSObject, XMLParserDelegate {
    var text = ""
    var found: [(name: String, attributes: [String: String])] = []

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      found.append((name, attributes))
    }

    func parser(_ parser: XMLParser, foundCharacters characters: String) { text += characters }
  }
}

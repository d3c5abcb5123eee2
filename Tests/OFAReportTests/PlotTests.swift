import Foundation
import OFAReport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct PlotTests {
  private let points = [(0.1, 0.7), (0.2, 0.75), (0.4, 0.85), (0.35, 0.8)].map { Plot.Point($0.0, $0.1) }

  @Test("Dots lie where an affine map of their values puts them, within the canvas")
  func geometry() throws {
    let plot = Plot("t", x: Axis("x", .number), y: Axis("y", .number), [Plot.Series("s", .dots, points)])
    let circles = try Document(plot.svg(width: 600, height: 300)).elements("circle").map {
      (x: try #require(Double($0["cx"] ?? "")), y: try #require(Double($0["cy"] ?? "")))
    }
    try #require(circles.count == points.count)
    let scaleX = (circles[2].x - circles[0].x) / (points[2].x - points[0].x)
    let scaleY = (circles[2].y - circles[0].y) / (points[2].y - points[0].y)
    #expect(scaleX > 0 && scaleY < 0)
    for (circle, point) in zip(circles, points) {
      #expect(abs(circle.x - circles[0].x - scaleX * (point.x - points[0].x)) <= 0.2)
      #expect(abs(circle.y - circles[0].y - scaleY * (point.y - points[0].y)) <= 0.2)
      #expect((0...600).contains(circle.x) && (0...300).contains(circle.y))
    }
  }

  @Test("A line passes through its points in their order")
  func line() throws {
    let plot = Plot("t", x: Axis("x", .number), y: Axis("y", .number), [Plot.Series("s", .dottedLine, points)])
    let document = try Document(plot.svg())
    let path = try #require(document.elements("polyline").first?["points"])
    let dots = document.elements("circle").map { "\($0["cx"] ?? ""),\($0["cy"] ?? "")" }
    #expect(path == dots.joined(separator: " "))
  }

  @Test("A front's points are joined in order of cost, and the legend names what is there")
  func front() throws {
    let plot = Plot.front(cost: Axis("latency", .milliseconds), random: [], front: points, chosen: [points[1]])
    #expect(plot.series.map(\.name) == ["front", "chosen"])
    #expect(plot.series[0].points.map(\.x) == [0.1, 0.2, 0.35, 0.4])
    let text = try Document(plot.svg()).text
    for word in ["front", "chosen", "latency (µs)", "predicted accuracy (%)"] { #expect(text.contains(word)) }
    #expect(!text.contains("random subnets"))
  }

  @Test("The agreement plot shows both axes over one range and counts what lies within the corridor")
  func agreement() throws {
    let plot = Plot.agreement(pairs: [(1, 1.09, "a"), (1, 0.91, nil), (2, 2.3, nil), (3, 3, "d")])
    #expect(plot.x.range == plot.y.range)
    #expect(plot.note == "3 of 4 within ±10 %")
    let corridor = try #require(Document(plot.svg()).elements("polygon").first?["points"])
    #expect(corridor.split(separator: " ").count == 4)
    #expect(Plot.agreement(pairs: []).note == "0 of 0 within ±10 %")
  }

  @Test("Phases fill the axis from end to end and are named")
  func phases() throws {
    let plot = Plot.progress(
      "Loss", y: Axis("loss", .number), curves: [("training", (1...90).map { Plot.Point(Double($0), 1 / Double($0)) })],
      phases: [Plot.Band("full", 0...50), Plot.Band("a phase with a long name", 50...60), Plot.Band("depth", 60...100)])
    let document = try Document(plot.svg())
    for name in ["full", "a phase with a long name", "depth"] { #expect(document.text.contains(name)) }
    #expect(document.elements("text").count { $0["transform"] != nil } == 1)
    let bands = document.elements("rect").filter { $0["fill"] == "#f6f8fb" }
    #expect(bands.count == 2)
    let ends = try bands.map { try #require(Double($0["x"] ?? "")) + #require(Double($0["width"] ?? "")) }
    #expect(bands[0]["x"] == "60" && ends[1] == 720 - 24)
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
    #expect(try Document(plot.svg()).elements("circle").count == 1)
    let empty = Plot("t", x: Axis("x", .number), y: Axis("y", .number), [])
    #expect(try Document(empty.svg()).text.contains("no data"))
    #expect(!empty.svg().contains("nan"))
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
      let svg = plot.svg()
      #expect(!svg.contains("nan") && !svg.contains("inf"))
    }
  }

  @Test("Names with markup stay text, in every place that shows one")
  func hostileNames() throws {
    let name = "<b>\"&'\u{7}</b>"
    var plot = Plot(
      name, x: Axis(name, .number), y: Axis(name, .number),
      [
        Plot.Series(name, .highlight, [Plot.Point(1, 1, label: name)]), Plot.Series(name, .line, points),
      ])
    plot.bands = [Plot.Band(name, 0...1)]
    plot.note = name
    let document = try Document(plot.svg())
    #expect(document.elements("b").isEmpty)
    #expect(document.text.components(separatedBy: "<b>\"&' </b>").count - 1 == 9)
    let page = Page(
      name, subtitle: name, facts: [Page.Fact(name, name)],
      sections: [
        Page.Section(
          name, [.paragraph(name), .code(name), .table(Table([.text(name)], [[name]])), .plot(plot), .plot(plot)])
      ])
    #expect(try Document(page.html).elements("b").isEmpty)
  }

  @Test("A page needs nothing from outside, keeps the order of its parts, and is the same each time")
  func page() throws {
    let plot = Plot.front(cost: Axis("MACs", .multiplyAccumulates), random: points, front: points)
    let page = Page(
      "Report",
      sections: [
        Page.Section("One", [.plot(plot), .paragraph("between"), .plot(plot)]), Page.Section("Two", [.code("ofa")]),
      ])
    let document = try Document(page.html)
    #expect(document.elements("svg").count == 2)
    for element in ["script", "link", "img", "iframe"] { #expect(document.elements(element).isEmpty) }
    #expect(!page.html.contains("url("))
    let order = ["One", "between", "Two", "ofa"].map { document.text.range(of: $0)?.lowerBound }
    #expect(order.allSatisfy { $0 != nil } && order.compactMap { $0 }.sorted() == order.compactMap { $0 })
    #expect(page.html == page.html)
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

extension Plot {
  /// The plot as an HTML figure for a ``Page``.
  ///
  /// It is as wide as there is room, its texts are not scaled, and its colours are those of the page's style sheet.
  /// What has room on a wide plot only is left out of a narrow one.
  public var html: String { Drawing(self).html }
}

/// A plot laid out: scales, then the parts from the background to the front.
///
/// Across, places are parts of the width, so that one drawing serves every width: percent where elements stand, and
/// thousandths in nested canvases, which are stretched, where lines run. Downward they are pixels.
private struct Drawing {
  private let plot: Plot
  /// Where data begin, below the bands' names.
  private let top: Double
  private let series: [Plot.Series]
  private let xRange: ClosedRange<Double>
  private let yRange: ClosedRange<Double>
  private let xTicks: Ticks
  private let yTicks: Ticks

  /// The height of the part with data, in pixels.
  private static let height = 264.0
  /// The least widths in pixels of a plot's data on a narrow figure, and on a wide one.
  private static let (narrow, wide) = (250.0, 400.0)

  init(_ plot: Plot) {
    self.plot = plot
    series = plot.series.map {
      Plot.Series($0.name, $0.mark, $0.points.filter(\.canBeDrawn))
    }
    let points = series.flatMap(\.points)
    let edges = plot.bands.flatMap { [$0.range.lowerBound, $0.range.upperBound] }
    // Bands fill the axis to its ends: a margin beside them would be a phase without a name.
    let span =
      edges.isEmpty
      ? nil
      : (edges + points.map(\.x)).min().flatMap { low in
        (edges + points.map(\.x)).max().map { low...$0 }
      }
    xRange = Axis("", plot.x.measure, range: plot.x.range ?? span).shown(points.map(\.x))
    yRange = plot.y.shown(points.map(\.y))
    // Where the axes are compared they are marked alike.
    xTicks = Ticks(plot.x.measure, over: xRange, count: plot.corridor == nil ? 7 : 5)
    yTicks = Ticks(plot.y.measure, over: yRange, count: 5)
    let xRange = xRange
    let turned = plot.bands.filter { !Self.fits($0, xRange, in: Self.narrow) }.map { Self.textWidth($0.name) + 12 }
    top = plot.bands.isEmpty ? 0 : max(22, min(turned.max() ?? 0, 80))
  }

  var html: String {
    let parts = bands + grid + corridor + marks
    return """
      <figure class="plot\(plot.corridor == nil ? "" : " square")">
      \(caption(plot.title, note: plot.note))
      \(legend)<p class="axis">\(escaped(named(plot.y, unit: yTicks.unit)))</p>
      <svg height="\(coordinate(Self.height))" role="img" aria-label="\(escaped(plot.title))">
      \(parts.joined(separator: "\n"))
      </svg>
      <p class="axis across">\(escaped(named(plot.x, unit: xTicks.unit)))</p>
      </figure>

      """
  }

  // MARK: Scales

  /// A place across, 0…1.
  private func part(_ value: Double) -> Double {
    (value - xRange.lowerBound) / (xRange.upperBound - xRange.lowerBound)
  }

  /// A part of the width.
  private func percent(_ part: Double) -> String { coordinate(100 * part, decimals: 2) + "%" }

  private func y(_ value: Double) -> Double {
    Self.height - (value - yRange.lowerBound) / (yRange.upperBound - yRange.lowerBound) * (Self.height - top)
  }

  /// A point of a stretched canvas.
  private func place(_ x: Double, _ y: Double) -> String { "\(coordinate(1000 * part(x))),\(coordinate(self.y(y)))" }

  /// Elements whose lines run in thousandths of the width.
  private func stretched(_ elements: [String], isCut: Bool = false) -> [String] {
    [
      "<svg viewBox=\"0 0 1000 \(coordinate(Self.height))\" width=\"100%\" height=\"\(coordinate(Self.height))\" "
        + "preserveAspectRatio=\"none\"\(isCut ? " class=\"cut\"" : "")>"
    ] + elements + ["</svg>"]
  }

  // MARK: Parts

  /// Which mark is which series. One series without a corridor is what the axis says.
  private var legend: String {
    guard series.count > 1 || plot.corridor != nil else { return "" }
    var items = series.enumerated().map { index, series in
      "<li class=\"\(color(of: index))\"><i class=\"\(series.mark.name)\"></i>\(escaped(series.name))</li>"
    }
    if let corridor = plot.corridor {
      items.append("<li><i class=\"corridor\"></i>±\(decimal(100 * corridor, 0)) %</li>")
    }
    return "<ul>\(items.joined())</ul>\n"
  }

  private var bands: [String] {
    plot.bands.enumerated().flatMap { index, band in
      let (start, end) = (max(0, part(band.range.lowerBound)), min(1, part(band.range.upperBound)))
      guard end > start else { return [String]() }
      let (x, width) = (percent(start), percent(end - start))
      let along = "<text x=\"\(percent((start + end) / 2))\" y=\"15\" class=\"tick middle"
      let turned =
        "<svg x=\"\(x)\"><text transform=\"translate(12 4) rotate(-90)\" class=\"tick end\">\(escaped(band.name))"
        + "</text></svg>"
      let names: [String]
      if Self.fits(band, xRange, in: Self.narrow) {
        names = ["\(along)\">\(escaped(band.name))</text>"]
      } else if Self.fits(band, xRange, in: Self.wide) {
        names = ["\(along) wide\">\(escaped(band.name))</text>", "<g class=\"narrow\">\(turned)</g>"]
      } else {
        let room = end - start
        names =
          room * Self.narrow >= 13
          ? [turned] : room * Self.wide >= 13 ? ["<g class=\"wide\">\(turned)</g>"] : []
      }
      let ground =
        index % 2 == 0
        ? ["<rect x=\"\(x)\" width=\"\(width)\" height=\"\(coordinate(Self.height))\" class=\"band\"/>"] : []
      return ground + names
    }
  }

  private var grid: [String] {
    var parts: [String] = []
    for (value, text) in zip(yTicks.values, yTicks.labels) {
      let y = coordinate(y(value))
      parts.append("<line x2=\"100%\" y1=\"\(y)\" y2=\"\(y)\" class=\"grid\"/>")
      parts.append("<text x=\"-8\" y=\"\(y)\" dy=\"4\" class=\"tick end\">\(text)</text>")
    }
    let bottom = coordinate(Self.height)
    for (index, (value, text)) in zip(xTicks.values, xTicks.labels).enumerated() {
      let x = percent(part(value))
      // Of many marks a narrow plot names every other.
      let kind = xTicks.values.count > 4 && index % 2 == 1 ? " wide" : ""
      parts.append(
        "<line x1=\"\(x)\" x2=\"\(x)\" y1=\"\(bottom)\" y2=\"\(coordinate(Self.height + 5))\" class=\"base\"/>")
      parts.append(
        "<text x=\"\(x)\" y=\"\(coordinate(Self.height + 19))\" class=\"tick middle\(kind)\">\(text)</text>")
    }
    parts.append("<line x2=\"100%\" y1=\"\(bottom)\" y2=\"\(bottom)\" class=\"base\"/>")
    if series.allSatisfy(\.points.isEmpty) {
      parts.append("<text x=\"50%\" y=\"\(coordinate(Self.height / 2))\" class=\"tick middle\">no data</text>")
    }
    return parts
  }

  /// The corridor and the diagonal, cut at the plot's edges.
  private var corridor: [String] {
    guard let part = plot.corridor else { return [] }
    let (low, high) = (min(xRange.lowerBound, yRange.lowerBound), max(xRange.upperBound, yRange.upperBound))
    let corners = [(low, 1 - part), (high, 1 - part), (high, 1 + part), (low, 1 + part)].map { place($0, $0 * $1) }
    return stretched(
      [
        "<polygon points=\"\(corners.joined(separator: " "))\" class=\"corridor\"/>",
        "<polyline points=\"\(place(low, low)) \(place(high, high))\" class=\"equal\"/>",
      ], isCut: true)
  }

  private var marks: [String] {
    series.enumerated().flatMap { index, series in
      let group = "<g class=\"\(series.mark.name) \(color(of: index))\">"
      return [group] + line(series) + dots(series) + names(series) + ["</g>"]
    }
  }

  private func line(_ series: Plot.Series) -> [String] {
    guard series.mark == .line || series.mark == .dottedLine else { return [] }
    return stretched(["<polyline points=\"\(series.points.map { place($0.x, $0.y) }.joined(separator: " "))\"/>"])
  }

  /// A dot at each point, with what it is. A plain line's are seen under the pointer only.
  private func dots(_ series: Plot.Series) -> [String] {
    series.points.map { point in
      let words = [
        point.label, plot.series.count > 1 && series.name != point.label ? series.name : nil,
        "\(plot.x.label): \(plot.x.measure.text(point.x))", "\(plot.y.label): \(plot.y.measure.text(point.y))",
      ]
      let title = words.compactMap(\.self).joined(separator: "\n")
      return "<circle cx=\"\(percent(part(point.x)))\" cy=\"\(coordinate(y(point.y)))\" r=\"\(series.mark.radius)\">"
        + "<title>\(escaped(title))</title></circle>"
    }
  }

  /// The labels of highlights. They are written toward the middle, so that they stay on the canvas, and where a rising
  /// front does not run: below it on the left, above it on the right.
  private func names(_ series: Plot.Series) -> [String] {
    guard series.mark == .highlight else { return [] }
    return series.points.compactMap { point in
      guard let label = point.label else { return nil }
      let isLeft = part(point.x) < 0.5
      let y = y(point.y) + (isLeft ? 18 : -10)
      return "<text x=\"\(percent(part(point.x)))\" y=\"\(coordinate(y))\" dx=\"\(isLeft ? 10 : -10)\" "
        + "class=\"\(isLeft ? "start" : "end")\">\(escaped(label))</text>"
    }
  }

  private func named(_ axis: Axis, unit: String) -> String { unit.isEmpty ? axis.label : "\(axis.label) (\(unit))" }

  /// The class of a series' colour: fixed for clouds and highlights, by order for the others.
  private func color(of index: Int) -> String {
    switch series[index].mark {
    case .cloud: return "grey"
    case .highlight: return "pink"
    default:
      let order = series[..<index].count { $0.mark != .cloud && $0.mark != .highlight }
      return "c\(order % Page.seriesColors)" + (order / Page.seriesColors % 2 == 1 ? " dashed" : "")
    }
  }

  /// About how wide a text is; fonts differ.
  private static func textWidth(_ text: String) -> Double { 0.6 * 11 * Double(text.count) }

  /// Whether a band's name can be written along it where all bands have a width.
  private static func fits(_ band: Plot.Band, _ axis: ClosedRange<Double>, in width: Double) -> Bool {
    let part = (band.range.upperBound - band.range.lowerBound) / (axis.upperBound - axis.lowerBound)
    return textWidth(band.name) + 8 <= part * width
  }
}

extension Plot.Mark {
  /// What the style sheet calls it.
  fileprivate var name: String {
    switch self {
    case .cloud: "cloud"
    case .dots: "dots"
    case .line: "line"
    case .dottedLine: "line dotted"
    case .highlight: "highlight"
    }
  }

  /// The radius of its dots.
  fileprivate var radius: String {
    switch self {
    case .cloud: "2.8"
    case .dots, .dottedLine: "4"
    case .line: "5"
    case .highlight: "6"
    }
  }
}

extension Plot {
  /// The plot as an SVG document, which also stands inside HTML as it is.
  ///
  /// - Parameters:
  ///   - width: In pixels, at least 240.
  ///   - height: In pixels, at least 200.
  public func svg(width: Int = 720, height: Int = 440) -> String {
    precondition(width >= 240 && height >= 200)
    return Drawing(self, width: Double(width), height: Double(height)).text
  }
}

/// A plot laid out on a canvas: scales, then the parts from the background to the front.
private struct Drawing {
  private let plot: Plot
  private let width: Double
  private let height: Double
  private let left = 60.0
  private let right: Double
  private let hasLegend: Bool
  private let top: Double
  private let dataTop: Double  // below the bands' names
  private let bottom: Double
  private let series: [Plot.Series]
  private let xRange: ClosedRange<Double>
  private let yRange: ClosedRange<Double>
  private let xTicks: Ticks
  private let yTicks: Ticks

  init(_ plot: Plot, width: Double, height: Double) {
    self.plot = plot
    self.width = width
    self.height = height
    // One series without a corridor is what the axis says.
    hasLegend = plot.series.count > 1 || plot.corridor != nil
    top = hasLegend ? 92 : 70
    right = width - 24
    bottom = height - 54
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
    let (columns, rows) = (Int((right - left) / 90), Int((bottom - top) / 50))
    // Where the axes are compared they are marked alike.
    xTicks = Ticks(plot.x.measure, over: xRange, count: plot.corridor == nil ? columns : min(columns, rows))
    yTicks = Ticks(plot.y.measure, over: yRange, count: plot.corridor == nil ? rows : min(columns, rows))

    let scale = (right - left) / (xRange.upperBound - xRange.lowerBound)
    let turned = plot.bands.filter { !Self.fits($0, scale) }.map { Self.textWidth($0.name, size: 10) + 12 }
    dataTop = top + (plot.bands.isEmpty ? 0 : max(22, min(turned.max() ?? 0, 80)))
  }

  var text: String {
    let size = "\(coordinate(width)) \(coordinate(height))"
    let font = "system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', 'DejaVu Sans', Arial, sans-serif"
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size)" width="\(coordinate(width))" \
      height="\(coordinate(height))" font-family="\(font)" font-size="12" role="img" \
      aria-label="\(escaped(plot.title))">
      <rect width="100%" height="100%" rx="10" fill="#ffffff"/>
      \((heading + bands + grid + corridor + marks).joined(separator: "\n"))
      </svg>

      """
  }

  // MARK: Scales

  private func x(_ value: Double) -> Double {
    left + (value - xRange.lowerBound) / (xRange.upperBound - xRange.lowerBound) * (right - left)
  }

  private func y(_ value: Double) -> Double {
    bottom - (value - yRange.lowerBound) / (yRange.upperBound - yRange.lowerBound) * (bottom - dataTop)
  }

  // MARK: Parts

  private var heading: [String] {
    var parts = [
      label(plot.title, 20, 30, size: 16, color: Palette.ink, weight: 600),
      label(plot.note, right, 30, size: 12, color: Palette.text, anchor: "end"),
    ]
    var position = 20.0
    for (index, series) in series.enumerated() where hasLegend {
      parts += key(series, Palette.color(of: index, in: plot), position + 8, 50)
      parts.append(label(series.name, position + 22, 54, size: 12, color: Palette.text))
      position += 22 + Self.textWidth(series.name, size: 12) + 18
    }
    if let corridor = plot.corridor {
      parts.append(rectangle(position, 44, 16, 12, Palette.corridor))
      parts.append(label("±\(decimal(100 * corridor, 0)) %", position + 22, 54, size: 12, color: Palette.text))
    }
    return parts.filter { !$0.isEmpty }
  }

  private var bands: [String] {
    plot.bands.enumerated().flatMap { index, band in
      let start = max(left, x(band.range.lowerBound))
      let end = min(right, x(band.range.upperBound))
      guard end > start else { return [String]() }
      let name =
        Self.fits(band, (right - left) / (xRange.upperBound - xRange.lowerBound))
        ? label(band.name, (start + end) / 2, top + 15, size: 11, color: Palette.faint, anchor: "middle")
        : end - start < 12
          ? "" : label(band.name, start + 11, top + 6, size: 10, color: Palette.faint, anchor: "end", turned: true)
      return [index % 2 == 0 ? rectangle(start, top, end - start, bottom - top, Palette.band) : "", name]
        .filter { !$0.isEmpty }
    }
  }

  private var grid: [String] {
    var parts: [String] = []
    for (value, text) in zip(yTicks.values, yTicks.labels) {
      parts.append(line(left, y(value), right, y(value), Palette.grid))
      parts.append(label(text, left - 9, y(value) + 4, size: 11, color: Palette.faint, anchor: "end"))
    }
    for (value, text) in zip(xTicks.values, xTicks.labels) {
      parts.append(line(x(value), bottom, x(value), bottom + 5, Palette.axis))
      parts.append(label(text, x(value), bottom + 19, size: 11, color: Palette.faint, anchor: "middle"))
    }
    parts.append(line(left, bottom, right, bottom, Palette.axis))
    parts.append(label(named(plot.y, xTicks: false), 20, top - 14, size: 12, color: Palette.text))
    parts.append(
      label(
        named(plot.x, xTicks: true), (left + right) / 2, bottom + 41, size: 12, color: Palette.text, anchor: "middle"))
    if series.allSatisfy(\.points.isEmpty) {
      parts.append(
        label("no data", (left + right) / 2, (top + bottom) / 2, size: 13, color: Palette.faint, anchor: "middle"))
    }
    return parts
  }

  /// The corridor and the diagonal, cut at the plot's edges by a nested canvas.
  private var corridor: [String] {
    guard let part = plot.corridor else { return [] }
    let (low, high) = (min(xRange.lowerBound, yRange.lowerBound), max(xRange.upperBound, yRange.upperBound))
    func point(_ value: Double, _ factor: Double) -> String {
      "\(coordinate(x(value))),\(coordinate(y(value * factor)))"
    }
    let corners = [point(low, 1 - part), point(high, 1 - part), point(high, 1 + part), point(low, 1 + part)]
    let frame =
      "\(coordinate(left)) \(coordinate(top)) \(coordinate(right - left)) \(coordinate(bottom - top))"
    let sizes = frame.split(separator: " ")
    return [
      "<svg x=\"\(sizes[0])\" y=\"\(sizes[1])\" width=\"\(sizes[2])\" height=\"\(sizes[3])\" viewBox=\"\(frame)\">",
      "<polygon points=\"\(corners.joined(separator: " "))\" fill=\"\(Palette.corridor)\"/>",
      "<polyline points=\"\(point(low, 1)) \(point(high, 1))\" stroke=\"\(Palette.faint)\" stroke-dasharray=\"4 4\"/>",
      "</svg>",
    ]
  }

  private var marks: [String] {
    series.enumerated().flatMap { index, series in draw(series, Palette.color(of: index, in: plot)) }
  }

  private func draw(_ series: Plot.Series, _ color: String) -> [String] {
    func dots(radius: Double, attributes: String) -> [String] {
      ["<g fill=\"\(color)\" \(attributes)>"]
        + series.points.map { point in
          let circle = "cx=\"\(coordinate(x(point.x)))\" cy=\"\(coordinate(y(point.y)))\" r=\"\(coordinate(radius))\""
          guard let label = point.label else { return "<circle \(circle)/>" }
          return "<circle \(circle)><title>\(escaped(label))</title></circle>"
        } + ["</g>"]
    }
    let path = series.points.map { "\(coordinate(x($0.x))),\(coordinate(y($0.y)))" }.joined(separator: " ")
    let line =
      "<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"2\" stroke-linejoin=\"round\" "
      + "stroke-linecap=\"round\"/>"
    let rim = "stroke=\"#ffffff\" stroke-width=\"1.5\""
    switch series.mark {
    case .cloud: return dots(radius: 2.8, attributes: "fill-opacity=\"0.45\"")
    case .dots: return dots(radius: 4, attributes: "fill-opacity=\"0.8\" stroke=\"#ffffff\" stroke-width=\"1\"")
    case .line: return [line]
    case .dottedLine: return [line] + dots(radius: 4.2, attributes: rim)
    case .highlight:
      return dots(radius: 6, attributes: "stroke=\"#ffffff\" stroke-width=\"2\"")
        + series.points.compactMap { point in
          point.label.map {
            // Written toward the middle, so that it stays on the canvas, and below, where a front does not run.
            let isLeft = x(point.x) < (left + right) / 2
            return label(
              $0, x(point.x) + (isLeft ? 10 : -10), y(point.y) + (y(point.y) < bottom - 30 ? 20 : -12), size: 12,
              color: color,
              anchor: isLeft ? "start" : "end", weight: 600, halo: true)
          }
        }
    }
  }

  /// The sign of a series in the legend.
  private func key(_ series: Plot.Series, _ color: String, _ x: Double, _ y: Double) -> [String] {
    func dot(_ radius: Double) -> String {
      "<circle cx=\"\(coordinate(x))\" cy=\"\(coordinate(y))\" r=\"\(coordinate(radius))\" fill=\"\(color)\"/>"
    }
    let stroke = line(x - 8, y, x + 8, y, color, width: 2)
    switch series.mark {
    case .cloud: return [dot(3)]
    case .dots: return [dot(4)]
    case .line: return [stroke]
    case .dottedLine: return [stroke, dot(4)]
    case .highlight: return [dot(5.5)]
    }
  }

  private func named(_ axis: Axis, xTicks isX: Bool) -> String {
    let unit = isX ? xTicks.unit : yTicks.unit
    return unit.isEmpty ? axis.label : "\(axis.label) (\(unit))"
  }

  // MARK: Elements

  private func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ color: String, width: Double = 1
  ) -> String {
    "<line x1=\"\(coordinate(x1))\" y1=\"\(coordinate(y1))\" x2=\"\(coordinate(x2))\" y2=\"\(coordinate(y2))\" "
      + "stroke=\"\(color)\" stroke-width=\"\(coordinate(width))\"/>"
  }

  private func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ color: String) -> String {
    "<rect x=\"\(coordinate(x))\" y=\"\(coordinate(y))\" width=\"\(coordinate(width))\" "
      + "height=\"\(coordinate(height))\" fill=\"\(color)\"/>"
  }

  /// A line of text; a turned one reads upward, a halo keeps it readable over lines.
  private func label(
    _ text: String, _ x: Double, _ y: Double, size: Int, color: String, anchor: String = "start", weight: Int = 400,
    turned: Bool = false, halo: Bool = false
  ) -> String {
    guard !text.isEmpty else { return "" }
    let position = "x=\"\(coordinate(x))\" y=\"\(coordinate(y))\""
    let extras =
      (anchor == "start" ? "" : " text-anchor=\"\(anchor)\"") + (weight == 400 ? "" : " font-weight=\"\(weight)\"")
      + (turned ? " transform=\"rotate(-90 \(coordinate(x)) \(coordinate(y)))\"" : "")
      + (halo ? " stroke=\"#ffffff\" stroke-width=\"4\" stroke-linejoin=\"round\" paint-order=\"stroke\"" : "")
    return "<text \(position) font-size=\"\(size)\" fill=\"\(color)\"\(extras)>\(escaped(text))</text>"
  }

  /// About how wide a text is; fonts differ.
  private static func textWidth(_ text: String, size: Double) -> Double { 0.58 * size * Double(text.count) }

  /// Whether a band's name can be written along it, at `scale` pixels a unit of x.
  private static func fits(_ band: Plot.Band, _ scale: Double) -> Bool {
    textWidth(band.name, size: 11) + 10 <= (band.range.upperBound - band.range.lowerBound) * scale
  }
}

/// The colours: grey for what frames, saturated for what is said. The series' colours differ in lightness too, so that
/// they are told apart without colour vision.
private enum Palette {
  static let ink = "#0f172a"
  static let text = "#475569"
  static let faint = "#64748b"
  static let axis = "#94a3b8"
  static let grid = "#e8edf3"
  static let band = "#f6f8fb"
  static let corridor = "#e0e7ff"
  static let cloud = "#94a3b8"
  static let highlight = "#db2777"
  static let series = ["#4338ca", "#0d9488", "#f59e0b", "#be123c", "#0ea5e9", "#84cc16"]

  /// The colour of a series: fixed for clouds and highlights, by order for the others.
  static func color(of index: Int, in plot: Plot) -> String {
    switch plot.series[index].mark {
    case .cloud: return cloud
    case .highlight: return highlight
    default:
      let order = plot.series[..<index].count { $0.mark != .cloud && $0.mark != .highlight }
      return series[order % series.count]
    }
  }
}

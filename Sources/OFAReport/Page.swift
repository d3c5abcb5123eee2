import OFAFormats

/// A report as one HTML file that needs no other: text, tables and plots.
public struct Page: Hashable, Sendable {
  /// A part of a section.
  public enum Element: Hashable, Sendable {
    /// A paragraph of plain text.
    case paragraph(String)
    /// A command or other text that keeps its line breaks.
    case code(String)
    /// A table.
    case table(Table)
    /// A plot.
    case plot(Plot)
  }

  /// A heading and what stands under it.
  public struct Section: Hashable, Sendable {
    /// The heading.
    public var heading: String
    /// The parts in order; plots that follow one another stand side by side where there is room.
    public var elements: [Element]

    /// A section.
    public init(_ heading: String, _ elements: [Element]) {
      self.heading = heading
      self.elements = elements
    }
  }

  /// A number that the reader should see first, and what it is.
  public struct Fact: Hashable, Sendable {
    /// What it is, such as `largest subnet`.
    public var name: String
    /// The number with its unit.
    public var value: String

    /// A fact.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The title.
  public var title: String
  /// A line under the title: what was run, on what, when.
  public var subtitle: String
  /// The few numbers to see first.
  public var facts: [Fact]
  /// The sections.
  public var sections: [Section]

  /// A page.
  public init(_ title: String, subtitle: String = "", facts: [Fact] = [], sections: [Section]) {
    self.title = title
    self.subtitle = subtitle
    self.facts = facts
    self.sections = sections
  }

  /// The kind of the pages' files.
  public static let fileKind = FileKind("a page", mark: generatorTag.utf8)
  private static let generatorTag = "<meta name=\"generator\" content=\"ofa\"/>"

  /// The whole document.
  public var html: String {
    let facts = facts.map {
      "<div><dt>\(escaped($0.name))</dt><dd>\(escaped($0.value))</dd></div>"
    }
    let summary = facts.isEmpty ? "" : "<dl>\n\(facts.joined(separator: "\n"))\n</dl>\n"
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      \(Self.generatorTag)
      <title>\(escaped(title))</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      <main>
      <header>
      <h1>\(escaped(title))</h1>
      \(subtitle.isEmpty ? "" : "<p>\(escaped(subtitle))</p>")
      </header>
      \(summary)\(sections.map(html(of:)).joined())</main>
      </body>
      </html>

      """
  }

  private func html(of section: Section) -> String {
    var result = "<section>\n<h2>\(escaped(section.heading))</h2>\n"
    var plots: [Plot] = []
    func closePlots() {
      guard !plots.isEmpty else { return }
      let figures = plots.map { plot in
        let isAlone = plots.count == 1 && plot.corridor == nil
        return "<figure>\n\(isAlone ? plot.svg(width: 1068) : plot.svg(width: 524, height: 400))</figure>\n"
      }
      result += "<div class=\"plots\">\n\(figures.joined())</div>\n"
      plots = []
    }
    for element in section.elements {
      if case .plot(let plot) = element {
        plots.append(plot)
        continue
      }
      closePlots()
      switch element {
      case .paragraph(let text): result += "<p>\(escaped(text))</p>\n"
      case .code(let text): result += "<pre>\(escaped(text))</pre>\n"
      case .table(let table): result += "<div class=\"table\">\n\(table.html)</div>\n"
      case .plot: break
      }
    }
    closePlots()
    return result + "</section>\n"
  }

  private static let style = """
    :root { color-scheme: light; }
    body { margin: 0; background: #f4f6fa; color: #0f172a;
      font: 15px/1.6 system-ui, -apple-system, "Segoe UI", "Helvetica Neue", "DejaVu Sans", Arial, sans-serif; }
    main { max-width: 1072px; margin: 0 auto; padding: 40px 24px 64px; }
    h1 { margin: 0; font-size: 28px; line-height: 1.25; letter-spacing: -0.01em; }
    h2 { margin: 44px 0 12px; font-size: 18px; }
    p { margin: 8px 0; max-width: 76ch; color: #475569; }
    dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(160px, 1fr)); gap: 12px; margin: 28px 0 0; }
    dl div { background: #fff; border: 1px solid #e2e8f0; border-radius: 10px; padding: 14px 16px; }
    dt { font-size: 12px; color: #64748b; }
    dd { margin: 2px 0 0; font-size: 22px; font-weight: 600; font-variant-numeric: tabular-nums; }
    .plots { display: flex; flex-wrap: wrap; gap: 16px; margin: 12px 0; }
    figure { margin: 0; max-width: 100%; box-sizing: border-box; background: #fff; border: 1px solid #e2e8f0;
      border-radius: 10px; }
    figure svg { display: block; max-width: 100%; height: auto; }
    .table { overflow-x: auto; margin: 12px 0; background: #fff; border: 1px solid #e2e8f0; border-radius: 10px; }
    table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
    th, td { padding: 8px 14px; text-align: left; white-space: nowrap; }
    th { font-weight: 600; color: #475569; background: #f8fafc; }
    tbody tr + tr td { border-top: 1px solid #eef2f6; }
    th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; }
    pre { margin: 12px 0; padding: 12px 16px; overflow-x: auto; background: #0f172a; color: #e2e8f0; border-radius: 10px;
      font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, "DejaVu Sans Mono", monospace; }
    """
}

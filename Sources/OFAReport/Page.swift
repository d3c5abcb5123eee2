import Foundation
import OFAFormats

/// A report as one HTML file that needs no other: text, tables, plots and pictures.
///
/// It reads well from 400 pixels' width and in the dark, and without its script, which only adds what is done by
/// pointing: the numbers of a plot's point, and buttons that copy.
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
    /// Quantities as bars.
    case bars(Bars)
    /// How classes are confused.
    case matrix(ConfusionMatrix)
    /// Pictures side by side.
    case pictures([Picture])

    /// Whether it shares a row with its like where there is room.
    fileprivate var isFigure: Bool {
      switch self {
      case .plot, .bars: true
      case .paragraph, .code, .table, .matrix, .pictures: false
      }
    }

    fileprivate var html: String {
      switch self {
      case .paragraph(let text): "<p>\(escaped(text))</p>\n"
      case .code(let text): "<pre>\(escaped(text))</pre>\n"
      case .table(let table): table.html
      case .plot(let plot): plot.html
      case .bars(let bars): bars.html
      case .matrix(let matrix): "<div class=\"table\">\n\(matrix.html)</div>\n"
      case .pictures(let pictures): "<div class=\"pictures\">\n\(pictures.map(\.html).joined())</div>\n"
      }
    }
  }

  /// A small picture and what is to be said of it.
  public struct Picture: Hashable, Sendable {
    /// The picture as a PNG file.
    public var png: [UInt8]
    /// What it shows.
    public var name: String
    /// What else there is to say, such as what it was taken for.
    public var note: String
    /// What it is called in its set, such as its file's name.
    public var source: String

    /// A picture.
    public init(png: [UInt8], name: String, note: String, source: String = "") {
      (self.png, self.name, self.note, self.source) = (png, name, note, source)
    }

    fileprivate var html: String {
      """
      <figure title="\(escaped(source))"><img src="data:image/png;base64,\(Data(png).base64EncodedString())" \
      alt="\(escaped(name))"/><figcaption><b>\(escaped(name))</b> <span>\(escaped(note))</span></figcaption></figure>

      """
    }
  }

  /// A heading and what stands under it.
  public struct Section: Hashable, Sendable {
    /// The heading.
    public var heading: String
    /// The parts in order; plots and bars that follow one another stand side by side where there is room.
    public var elements: [Element]

    /// A section.
    public init(_ heading: String, _ elements: [Element]) {
      self.heading = heading
      self.elements = elements
    }
  }

  /// A number that the reader should see first, or a condition, and what it is.
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
  /// A line under the title: what was run, on what.
  public var subtitle: String
  /// The few numbers to see first.
  public var facts: [Fact]
  /// Under what conditions they hold: budgets, device, seed.
  public var conditions: [Fact]
  /// How all this came to be, the first command first.
  public var origins: [Origin]
  /// The sections.
  public var sections: [Section]

  /// A page.
  public init(
    _ title: String, subtitle: String = "", facts: [Fact] = [], conditions: [Fact] = [], origins: [Origin] = [],
    sections: [Section]
  ) {
    self.title = title
    self.subtitle = subtitle
    self.facts = facts
    self.conditions = conditions
    self.origins = origins
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
    let summary = facts.isEmpty ? "" : "<dl class=\"facts\">\n\(facts.joined(separator: "\n"))\n</dl>\n"
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
      \(summary)\(about)\(sections.map(html(of:)).joined())</main>
      <script>
      \(Self.script)
      </script>
      </body>
      </html>

      """
  }

  /// The conditions and origins.
  private var about: String {
    func row(_ name: String, _ value: String, attributes: String = "") -> String {
      "<div><dt>\(escaped(name))</dt><dd\(attributes)>\(value)</dd></div>"
    }
    var rows = conditions.map { row($0.name, escaped($0.value)) }
    for origin in origins {
      let command = escaped(origin.command)
      let words = command.split(separator: " ").map { "<span>\($0)</span>" }.joined(separator: " ")
      rows += [
        // Broken where words end, not within them.
        row("command", "<code>\(words)</code>", attributes: " data-copy=\"\(command)\""),
        row("made", escaped("\(origin.date), ofa \(origin.version)")), row("on", escaped(origin.machine)),
      ]
    }
    return rows.isEmpty ? "" : "<dl class=\"about\">\n\(rows.joined(separator: "\n"))\n</dl>\n"
  }

  private func html(of section: Section) -> String {
    var (parts, figures) = ([String](), [String]())
    func closeFigures() {
      if !figures.isEmpty { parts.append("<div class=\"figures\">\n\(figures.joined())</div>\n") }
      figures = []
    }
    for element in section.elements {
      if element.isFigure {
        figures.append(element.html)
      } else {
        closeFigures()
        parts.append(element.html)
      }
    }
    closeFigures()
    return "<section>\n<h2>\(escaped(section.heading))</h2>\n\(parts.joined())</section>\n"
  }
}

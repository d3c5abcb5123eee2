import Foundation
import OFAData
import OFAFormats
import OFAReport
import TestSupport
import Testing
import TinyWorld

/// The pages as people see them: in a real browser, on a telephone's width and on a screen's, in light and in the dark.
///
/// The pictures stay in `.build/pages`, to be looked at.
@Suite struct BrowserTests {
  private static let browser = ["chromium", "chromium-browser", "google-chrome"].lazy.compactMap(Toolchain.find).first
  private static let installation: Comment = "no Chromium here; make browser installs it"
  private static let widths = [400, 1_200]
  private static let height = 2_600
  private static let folder = packageRoot + "/.build/pages"

  /// What the browser says of a page at one width.
  private struct Seen: Decodable {
    let width: Int
    /// The width of what there is to scroll to.
    let scrolled: Int
    let isDark: Bool
    /// Red, green and blue.
    let background: [Double]
    let ink: [Double]
    /// What the script threw.
    let faults: [String]
    /// What was loaded from elsewhere.
    let loaded: [String]
    /// How many places have something to copy, and how many buttons there are.
    let places: Int
    let buttons: Int
    /// How many points there are, and what is shown under the pointer at the first.
    let points: Int
    let tip: String
    /// The least height of a line of text, in pixels.
    let leastText: Double
    /// Marks of axes that lie on one another.
    let overlaps: [String]
    /// Parts of the page outside of boxes that scroll which reach beyond its edge.
    let beyond: [String]
  }

  /// What measures a page in a frame; the result is the text of the last element.
  private static let measuring = """
    onload = () => {
      const results = [...document.querySelectorAll("iframe")].map(frame => {
        const [page, view] = [frame.contentDocument, frame.contentWindow];
        const all = list => [...page.querySelectorAll(list)];
        const color = text => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
        const style = view.getComputedStyle(page.body);
        const isShown = element => element.getClientRects().length > 0;
        const dots = all(".plot circle");
        if (dots.length) dots[0].dispatchEvent(new view.PointerEvent("pointerenter"));
        const tip = page.querySelector(".tip");
        all("button").slice(0, 1).forEach(button => button.click());
        const result = {
          width: view.innerWidth, scrolled: page.documentElement.scrollWidth,
          isDark: view.matchMedia("(prefers-color-scheme: dark)").matches,
          background: color(style.backgroundColor), ink: color(style.color), faults: view.faults,
          loaded: view.performance.getEntriesByType("resource").map(e => e.name).filter(n => !n.startsWith("data:")),
          places: all("[data-copy]").length, buttons: all("[data-copy] button").length, points: dots.length,
          tip: tip && !tip.hidden ? tip.textContent : "",
          leastText: Math.min(...all("main *").filter(e => isShown(e) && e.textContent && !e.children.length
            && !["title", "i", "circle"].includes(e.tagName)).map(e => parseFloat(view.getComputedStyle(e).fontSize))),
          overlaps: [], beyond: all("main *").filter(e => isShown(e) && !e.closest(".table, pre, svg")
            && e.getBoundingClientRect().right > view.innerWidth + 1).map(e => e.outerHTML.slice(0, 80)) };
        for (const plot of all(".plot > svg")) {
          const marks = [...plot.querySelectorAll("text.tick")].filter(isShown)
            .map(e => [e, e.getBoundingClientRect()]);
          marks.forEach(([one, a], index) => marks.slice(index + 1).forEach(([other, b]) => {
            if (a.left < b.right && b.left < a.right && a.top + 2 < b.bottom && b.top + 2 < a.bottom)
              result.overlaps.push(one.textContent + " and " + other.textContent);
          }));
        }
        if (dots.length) dots[0].dispatchEvent(new view.PointerEvent("pointerleave"));
        return result;
      });
      document.querySelector("pre").textContent = JSON.stringify(results);
    };
    """

  /// Opens a page at all widths, takes its picture, and tells what the browser sees.
  private func open(_ name: String, html: String, isDark: Bool, in world: TinyWorld) throws -> (
    seen: [Seen], picture: Picture
  ) {
    let watched = html.replacing(
      "<head>", with: "<head><script>var faults = []; onerror = text => { faults.push(String(text)); };</script>",
      maxReplacements: 1)
    let frames = Self.widths.map { width in
      "<iframe style=\"border: 0; width: \(width)px; height: \(Self.height)px\" "
        + "srcdoc=\"\(escaped(watched))\"></iframe>"
    }
    let harness = world.path("harness.html")
    try AtomicFile.write(
      """
      <!DOCTYPE html>
      <html><head><meta charset="utf-8"><style>:root { color-scheme: light dark; } body { margin: 0; display: flex; }
      pre { display: none; }</style></head><body>\(frames.joined())<pre></pre>
      <script>\(Self.measuring)</script></body></html>
      """, to: harness)
    let picture = "\(Self.folder)/\(name)-\(isDark ? "dark" : "light").png"
    try FileManager.default.createDirectory(atPath: Self.folder, withIntermediateDirectories: true)
    let words = [
      "timeout", "120", Self.browser ?? "", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
      "--user-data-dir=" + world.path("browser"), "--blink-settings=preferredColorScheme=\(isDark ? 0 : 1)",
      "--window-size=\(Self.widths.reduce(0, +)),\(Self.height)", "--screenshot=" + picture, "--dump-dom",
      "file://" + harness,
    ]
    let printed = try Command.shell(commandLine(words))
    let result = try #require(printed.firstMatch(of: /<pre>(\[.*?\])<\/pre>/)?.1, "\(name): \(printed.suffix(300))")
    let text = [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")].reduce(String(result)) { $0.replacing($1.0, with: $1.1) }
    return (
      try JSON.decode([Seen].self, from: text, at: name),
      try Picture(decoding: InputFile.read(picture), channels: 1, at: picture)
    )
  }

  /// Makes one page of each kind, as users do.
  private func pages(in world: TinyWorld) throws -> [(name: String, path: String)] {
    func run(_ arguments: [String]) throws {
      let outcome = try Command.run(arguments)
      try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
    }
    let model = world.path("run/model")
    for (name, more) in [("run", []), ("another", ["--seed", "2", "--epochs", "3"])] {
      try run(
        ["train", "--space", world.space, "--data", world.data, "--recipe", world.recipe, "--output", world.path(name)]
          + more)
    }
    try run(["report", world.path("run"), world.path("another"), "--output", world.path("runs.html")])
    try run([
      "profile", "--space", world.space, "--budget", "500ms", "--output", world.path("profile.json"), "--report",
      world.path("profile.html"),
    ])
    try run([
      "specialize", "--model", model, "--profile", world.path("profile.json"), "--max-macs", "50k", "--front",
      world.path("front.jsonl"), "--report", world.path("front.html"),
    ])
    try run([
      "evaluate", "--model", model, "--data", world.data, "--subnets", world.path("front.jsonl"), "--report",
      world.path("evaluation.html"),
    ])
    try run([
      "rank", "--model", model, "--data", world.data, "--subnets", "3", "--band", "2", "--epochs", "1", "--output",
      world.path("rank"),
    ])
    return [
      ("training", "run/report.html"), ("runs", "runs.html"), ("profile", "profile.html"), ("front", "front.html"),
      ("evaluation", "evaluation.html"), ("ranking", "rank/report.html"),
    ].map { ($0.0, world.path($0.1)) }
  }

  @Test(
    "Every page fits a telephone and a screen, is dark where that is wished, and needs no network",
    .enabled(if: browser != nil, installation))
  func pages() throws {
    let world = try TinyWorld()
    for (name, path) in try pages(in: world) {
      let html = String(decoding: try InputFile.read(path), as: UTF8.self)
      let links = html.matches(of: /(?:src|href)\s*=\s*"([^"]*)"/).map(\.1)
      #expect(links.allSatisfy { $0.hasPrefix("data:image/png;base64,") }, "\(name): \(links.map { $0.prefix(40) })")
      #expect(!html.contains("url(") && !html.contains("@import"), "\(name)")
      for isDark in [false, true] {
        let (seen, picture) = try open(name, html: html, isDark: isDark, in: world)
        #expect(seen.map(\.width) == Self.widths, "\(name)")
        for page in seen {
          let what: Comment = "\(name), \(page.width) pixels, \(isDark ? "dark" : "light")"
          #expect(page.scrolled <= page.width && page.beyond.isEmpty, "\(what) \(page.scrolled) \(page.beyond)")
          #expect(page.isDark == isDark, what)
          let (background, ink) = (page.background.reduce(0, +) / 3, page.ink.reduce(0, +) / 3)
          #expect(isDark ? background < 50 && ink > 200 : background > 200 && ink < 50, "\(what) \(background) \(ink)")
          #expect(page.faults.isEmpty && page.loaded.isEmpty, "\(what) \(page.faults) \(page.loaded)")
          #expect(page.places > 0 && page.buttons == page.places, what)
          #expect((page.points > 0) == page.tip.contains(": "), "\(what) \(page.tip)")
          #expect(page.leastText >= 11, "\(what) \(page.leastText)")
          #expect(page.overlaps.isEmpty, "\(what) \(page.overlaps)")
        }
        // The picture's corners are the ground of both pages.
        for x in [3, Self.widths[0] - 3, Self.widths[0] + 3, picture.width - 3] {
          let brightness = picture.pixels[3 * picture.width + x]
          #expect(isDark ? brightness < 50 : brightness > 200, "\(name) at \(x): \(brightness)")
        }
      }
    }
  }
}

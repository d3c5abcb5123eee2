/// Named quantities as bars, one below the other: a class's accuracy, a block's time.
public struct Bars: Hashable, Sendable {
  /// One quantity.
  public struct Bar: Hashable, Sendable {
    /// What it is of.
    public var name: String
    /// Its value, at least 0.
    public var value: Double
    /// The value as it is written beside the bar.
    public var text: String

    /// A bar.
    public init(_ name: String, _ value: Double, _ text: String) {
      (self.name, self.value, self.text) = (name, value, text)
    }
  }

  /// What they show, in a few words.
  public var title: String
  /// A remark beside the title, such as their sum.
  public var note: String
  /// The bars in order.
  public var bars: [Bar]
  /// The value of a bar as long as there is room; by default the greatest of them.
  public var most: Double?

  /// Bars.
  public init(_ title: String, note: String = "", _ bars: [Bar], most: Double? = nil) {
    (self.title, self.note, self.bars, self.most) = (title, note, bars, most)
  }

  /// The bars as an HTML figure for a ``Page``.
  var html: String {
    let most = most ?? bars.map(\.value).max() ?? 0
    let rows = bars.map { bar in
      let share = most > 0 ? min(max(bar.value / most, 0), 1) : 0
      return """
        <div><dt>\(escaped(bar.name))</dt><dd><i style="width:\(coordinate(100 * share))%"></i></dd>\
        <dd>\(escaped(bar.text))</dd></div>
        """
    }
    return """
      <figure>
      \(caption(title, note: note))
      <dl class="bars">
      \(rows.joined(separator: "\n"))
      </dl>
      </figure>

      """
  }
}

/// What a figure shows, at its head.
func caption(_ title: String, note: String) -> String {
  "<figcaption><b>\(escaped(title))</b>\(note.isEmpty ? "" : " <span>\(escaped(note))</span>")</figcaption>"
}

/// A plot of points over two axes, drawn as SVG.
///
///     let plot = Plot("Loss", x: Axis("step", .count), y: Axis("loss", .number), [
///       Plot.Series("training", .line, points),
///     ])
///     let image = plot.html
///
/// The same value gives the same text. Points with a coordinate that is not finite are left out.
public struct Plot: Hashable, Sendable {
  /// A point in the quantities' own units, perhaps with a text that shows under the pointer.
  public struct Point: Hashable, Sendable {
    /// The value along x.
    public var x: Double
    /// The value along y.
    public var y: Double
    /// What it is, such as a subnet's id.
    public var label: String?

    /// A point.
    public init(_ x: Double, _ y: Double, label: String? = nil) {
      self.x = x
      self.y = y
      self.label = label
    }

    /// Whether both values are numbers of a size that an axis can show.
    var canBeDrawn: Bool { abs(x) <= Axis.largest && abs(y) <= Axis.largest }
  }

  /// How a series is drawn.
  public enum Mark: Hashable, Sendable {
    /// Many grey dots: the background that others are judged against.
    case cloud
    /// Coloured dots.
    case dots
    /// A line.
    case line
    /// A line with a dot at each point.
    case dottedLine
    /// Single points that matter, ringed, with their labels written beside them.
    case highlight
  }

  /// Points that belong together.
  public struct Series: Hashable, Sendable {
    /// Its name in the legend.
    public var name: String
    /// How it is drawn.
    public var mark: Mark
    /// Its points; lines join them in this order.
    public var points: [Point]

    /// A series.
    public init(_ name: String, _ mark: Mark, _ points: [Point]) {
      self.name = name
      self.mark = mark
      self.points = points
    }
  }

  /// A named stretch of the x axis, such as a phase of training.
  public struct Band: Hashable, Sendable {
    /// Its name, written at its top.
    public var name: String
    /// From where to where.
    public var range: ClosedRange<Double>

    /// A band.
    public init(_ name: String, _ range: ClosedRange<Double>) {
      self.name = name
      self.range = range
    }
  }

  /// What it shows, in a few words.
  public var title: String
  /// The horizontal axis.
  public var x: Axis
  /// The vertical axis.
  public var y: Axis
  /// The series, the lowest first.
  public var series: [Series]
  /// Stretches of the x axis.
  public var bands: [Band] = []
  /// Where x and y measure the same: the part by which y may differ from x, drawn as a corridor about the diagonal.
  public var corridor: Double?
  /// A remark beside the title, such as a count.
  public var note = ""

  /// A plot.
  public init(_ title: String, x: Axis, y: Axis, _ series: [Series]) {
    self.title = title
    self.x = x
    self.y = y
    self.series = series
  }
}

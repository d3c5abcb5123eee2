/// A subnet at a glance: a square for the resolution, then a bar for each block by stages, as high as its expand ratio
/// and as dark as its kernel is large. Blocks that the depth leaves out are dots on the ground.
public struct SubnetDrawing: Hashable, Sendable {
  /// A block's choices.
  public struct Block: Hashable, Sendable {
    /// Rows and columns of its filter.
    public var kernelSize: Int
    /// The ratio of middle to input channels.
    public var expandRatio: Double

    /// A block.
    public init(kernelSize: Int, expandRatio: Double) {
      (self.kernelSize, self.expandRatio) = (kernelSize, expandRatio)
    }

    fileprivate var words: String {
      "expand \(decimal(expandRatio, expandRatio.rounded() == expandRatio ? 0 : 2)) kernel \(kernelSize)"
    }
  }

  /// What a space's subnets have at the most, by which each is drawn.
  public struct Scale: Hashable, Sendable {
    /// The greatest resolution.
    public var resolution: Int
    /// How many blocks each stage has at the most.
    public var blocks: [Int]
    /// The greatest expand ratio.
    public var expandRatio: Double
    /// All kernel sizes, ascending.
    public var kernelSizes: [Int]

    /// A scale.
    public init(resolution: Int, blocks: [Int], expandRatio: Double, kernelSizes: [Int]) {
      (self.resolution, self.blocks) = (resolution, blocks)
      (self.expandRatio, self.kernelSizes) = (expandRatio, kernelSizes)
    }

    /// The shade of a kernel size, 0…2; the largest is always the darkest.
    fileprivate func shade(of kernelSize: Int) -> Int {
      max(0, 2 - kernelSizes.count { $0 > kernelSize })
    }

    /// What the drawings show, in words and shades.
    var key: String {
      let shades = kernelSizes.map { "<i class=\"k\(shade(of: $0))\"></i>\($0)" }
      return "<p class=\"key\">square: resolution; a bar a block, by stages; height: expand ratio; "
        + "kernel size \(shades.joined(separator: " "))</p>\n"
    }
  }

  /// Rows and columns of the input.
  public var resolution: Int
  /// The blocks by stages.
  public var stages: [[Block]]
  /// What they are drawn by.
  public var scale: Scale

  /// A drawing of a subnet.
  public init(resolution: Int, stages: [[Block]], scale: Scale) {
    (self.resolution, self.stages, self.scale) = (resolution, stages, scale)
  }

  private static let height = 24.0
  private static let square = 22.0

  /// The drawing as an SVG element for a ``Page``.
  var svg: String {
    let side = max(2, Self.square * Double(resolution) / Double(max(scale.resolution, resolution, 1)))
    var parts = [rectangle(0, side, side, "side")]
    var x = Self.square + 6
    for (stage, most) in scale.blocks.enumerated() {
      let blocks = stage < stages.count ? stages[stage] : []
      for index in 0..<max(most, blocks.count) {
        if index < blocks.count {
          let share = min(blocks[index].expandRatio / max(scale.expandRatio, 1e-9), 1)
          parts.append(rectangle(x, 5, max(3, Self.height * share), "k\(scale.shade(of: blocks[index].kernelSize))"))
        } else {
          parts.append(rectangle(x, 5, 1.5, "out"))
        }
        x += 6
      }
      x += 4
    }
    let size = "\(coordinate(x)) \(coordinate(Self.height))"
    return """
      <svg class="subnet" viewBox="0 0 \(size)" width="\(coordinate(x))" height="\(coordinate(Self.height))" \
      role="img"><title>\(escaped(words))</title>\(parts.joined())</svg>
      """
  }

  /// A rectangle that stands on the ground.
  private func rectangle(_ x: Double, _ width: Double, _ height: Double, _ name: String) -> String {
    "<rect x=\"\(coordinate(x))\" y=\"\(coordinate(Self.height - height))\" width=\"\(coordinate(width))\" "
      + "height=\"\(coordinate(height))\" class=\"\(name)\"/>"
  }

  /// The subnet in words.
  private var words: String {
    (["resolution \(resolution)"]
      + stages.enumerated().map { index, blocks in
        "stage \(index + 1): " + blocks.map(\.words).joined(separator: ", ")
      }).joined(separator: "\n")
  }
}

import Foundation

/// The kinds of shapes; the raw value is the label.
///
/// Each is given by its signed distance: below 0 inside, above 0 outside, in units of the radius, exact or nearly so
/// near the edge, which is all that anti-aliasing needs. No kind is the mirror image of another.
enum Shape: Int, CaseIterable {
  case disk, ring, halfDisk, crescent, triangle, square, pentagon, star, cross, heart

  /// What it is called.
  var name: String {
    switch self {
    case .halfDisk: "half disk"
    default: "\(self)"
    }
  }

  /// The signed distance of a point.
  func distance(_ x: Float, _ y: Float) -> Float {
    let length = (x * x + y * y).squareRoot()
    switch self {
    case .disk: return length - 0.9
    case .ring: return abs(length - 0.75) - 0.2
    case .halfDisk: return max(length - 1, -y - 0.25)
    case .crescent:
      let bite = ((x - 0.45) * (x - 0.45) + y * y).squareRoot() - 0.75
      return max(length - 1, -bite)
    case .triangle: return Self.polygon(3, x, y)
    case .square: return Self.polygon(4, x, y)
    case .pentagon: return Self.polygon(5, x, y)
    case .star: return Self.star(x, y)
    case .cross:
      let (long, short) = (max(abs(x), abs(y)), min(abs(x), abs(y)))
      return max(long - 0.95, short - 0.32)
    case .heart: return Self.heart(x, y)
    }
  }

  /// A regular polygon whose corners lie on the circle of radius 1.1.
  private static func polygon(_ corners: Int, _ x: Float, _ y: Float) -> Float {
    var furthest = -Float.infinity
    for corner in 0..<corners {
      let angle = 2 * Float.pi * Float(corner) / Float(corners)
      furthest = max(furthest, x * cos(angle) + y * sin(angle))
    }
    return furthest - 1.1 * cos(.pi / Float(corners))
  }

  /// A star of five points, which lie on the circle of radius 1.1.
  private static func star(_ x: Float, _ y: Float) -> Float {
    // Folded into half a point: the edge runs from the point at angle 0 to the notch at angle π/5.
    let sector = 2 * Float.pi / 5
    var angle = atan2(y, x).remainder(dividingBy: sector)
    angle = abs(angle)
    let length = (x * x + y * y).squareRoot()
    let (px, py) = (length * cos(angle), length * sin(angle))
    let (ax, ay): (Float, Float) = (1.1, 0)
    let (bx, by) = (0.48 * cos(sector / 2), 0.48 * sin(sector / 2))
    let (ex, ey) = (bx - ax, by - ay)
    return ((px - ax) * -ey + (py - ay) * ex) / (ex * ex + ey * ey).squareRoot() * -1
  }

  /// Two round lobes above a corner.
  private static func heart(_ x: Float, _ y: Float) -> Float {
    let (x, y) = (abs(x), y + 0.25)
    let lobe = ((x - 0.45) * (x - 0.45) + (y - 0.5) * (y - 0.5)).squareRoot() - 0.5
    // Below the lobes: inside the tangent from the corner (0, −0.75), under the line from (0, 0.5) to where it touches.
    let corner = max(0.744 * x - 0.668 * (y + 0.75), 0.376 * x + 0.926 * (y - 0.5))
    return min(lobe, corner)
  }
}

import Foundation

/// How a learning rate falls: along a curve from its peak to a share of it, which is then held.
///
///     cosine         s + (1 − s) / 2 · (1 + cos πu)
///     linear         s + (1 − s) · (1 − u)
///     exponential    sᵘ
///
/// These are shares of the peak. s is the final share, and u = min(1, p / (1 − tail)), where p is the progress, from 0
/// to 1.
///
/// In a document, `finalShare` and `tail` are 0 where they are left out:
///
///     {"shape": "exponential", "finalShare": 0.05, "tail": 0.34}
///
/// This is after BigNAS, whose rate is held at 5 % of the peak. A factor of 0.97 every 2.4 epochs is there after 236
/// epochs; of 360, a tail of 0.34 is left.
///
/// - Note: Loshchilov and Hutter, SGDR, 2017, eq. 5 (cosine); Yu et al., BigNAS, 2020, §3 (exponential, with a constant
///   ending).
public struct Decay: Hashable, Sendable {
  /// The curve's shape.
  public enum Shape: String, Hashable, Sendable, Codable, CaseIterable {
    /// Half a cosine.
    case cosine
    /// A straight line.
    case linear
    /// An equal factor in equal times.
    case exponential
  }

  /// The curve's shape.
  public let shape: Shape
  /// The share of the peak that it ends at, 0...1; for an exponential above 0.
  public let finalShare: Double
  /// The share of the progress for which the final share is held, 0..<1.
  public let tail: Double

  /// A decay of its parts.
  ///
  /// - Precondition: each is in its bounds.
  public init(_ shape: Shape = .cosine, finalShare: Double = 0, tail: Double = 0) {
    self.shape = shape
    self.finalShare = finalShare
    self.tail = tail
    if let problem { preconditionFailure(problem) }
  }

  /// The share of the peak at a progress; beyond 1 it is that at 1.
  public func share(at progress: Double) -> Double {
    let position = min(1, progress / (1 - tail))
    return switch shape {
    case .cosine: finalShare + (1 - finalShare) / 2 * (1 + cos(.pi * position))
    case .linear: finalShare + (1 - finalShare) * (1 - position)
    case .exponential: pow(finalShare, position)
    }
  }

  private var problem: String? {
    if !(0...1 ~= finalShare) { return "a finalShare of \(finalShare) is not from 0 to 1" }
    if !(0..<1 ~= tail) { return "a tail of \(tail) is not from 0 to below 1" }
    if shape == .exponential, finalShare == 0 { return "an exponential decay needs a finalShare above 0" }
    return nil
  }
}

extension Decay: Codable {
  /// Decodes the parts and checks their bounds.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    shape = try container.decode(Shape.self, forKey: .shape)
    finalShare = try container.decodeIfPresent(Double.self, forKey: .finalShare) ?? 0
    tail = try container.decodeIfPresent(Double.self, forKey: .tail) ?? 0
    if let problem {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: problem))
    }
  }
}

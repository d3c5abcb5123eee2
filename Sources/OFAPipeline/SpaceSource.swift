import OFAFormats
import OFASpace
import OFASupernet

/// Which space a command works in: one by name or file, perhaps with values in place of its own, or a model's.
public struct SpaceSource: Hashable, Sendable {
  /// Where the space itself comes from.
  public enum Origin: Hashable, Sendable {
    /// A built-in space's name, or a document's path.
    case named(String)
    /// A model folder's path.
    case model(String)
  }

  /// Where the space comes from.
  public var origin: Origin
  /// The classifier's outputs in place of the space's own.
  public var classes: Int?
  /// The input's channels in place of the space's own.
  public var channels: Int?
  /// The width multiplier in place of the space's own.
  public var widthMultiplier: Double?
  /// The normalizations' epsilon in place of the space's own.
  public var epsilon: Float?

  /// A source of a space.
  public init(
    _ origin: Origin, classes: Int? = nil, channels: Int? = nil, widthMultiplier: Double? = nil, epsilon: Float? = nil
  ) {
    self.origin = origin
    self.classes = classes
    self.channels = channels
    self.widthMultiplier = widthMultiplier
    self.epsilon = epsilon
  }

  /// The space.
  ///
  /// - Throws: `.usage` for an unknown name or a value out of bounds, `.missingInput` and `.badData` for a document.
  public func space() throws -> SearchSpace {
    switch origin {
    case .named(let name):
      try SearchSpace.named(name).adapted(
        classes: classes, channels: channels, widthMultiplier: widthMultiplier, epsilon: epsilon)
    case .model(let folder):
      try Model.space(in: folder)
    }
  }

  /// How the command names the space.
  var arguments: [String] {
    switch origin {
    case .named(let name):
      ["--space", name] + (classes.map { ["--classes", "\($0)"] } ?? [])
        + (channels.map { ["--channels", "\($0)"] } ?? [])
        + (widthMultiplier.map { ["--width-multiplier", "\($0)"] } ?? [])
        + (epsilon.map { ["--epsilon", "\($0)"] } ?? [])
    case .model(let folder):
      ["--space", folder + "/space.json"]
    }
  }
}

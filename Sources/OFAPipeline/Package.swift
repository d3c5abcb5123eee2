import OFAProfiling

/// The package as a whole.
public enum Package {
  /// Its version.
  public static let version = Runners.version
}

import OFAFormats
import OFAGraph
import OFAHardware
import OFASpace

/// What runs networks and tells how long they take: this machine, a board, another program.
public protocol Runner {
  /// What the runner measures on.
  var device: DeviceProfile.Device { get }
  /// How it measures: its name, version, kernel form, threads and clock.
  var measurement: DeviceProfile.Measurement { get }
  /// Whether its turns tell what each block takes inside of a network.
  var timesBlocks: Bool { get }

  /// Makes networks ready to run for batches of one image, side by side; each stays ready as long as it is held.
  ///
  /// The weights are the runner's own: how long a network takes does not depend on what it has learned.
  func load(_ graphs: [Graph]) throws -> [any LoadedNetwork]
}

/// A network that a runner can run again and again.
public protocol LoadedNetwork {
  /// Runs a turn.
  ///
  /// - Precondition: no runs block by block are asked of a runner that does not time blocks.
  func take(_ request: Turn.Request) throws -> Turn
}

/// The runners by name.
public enum Runners {
  /// Every runner's name.
  public static let names = ["host"]
  /// The version of the package, and so of the engine that the host runner measures.
  public static let version = "0.1.0"

  /// The runner of a name.
  ///
  /// - Parameters:
  ///   - space: the space whose networks it will run.
  ///   - threads: how many threads run one network.
  /// - Throws: `Failure(.usage)` with the names there are, for any other.
  public static func named(_ name: String, space: SearchSpace, threads: Int) throws -> any Runner {
    guard name == "host" else {
      throw Failure(.usage, "unknown runner \"\(name)\"; there is: \(names.joined(separator: ", "))", at: "--runner")
    }
    return try HostRunner(space: space, threads: threads)
  }
}

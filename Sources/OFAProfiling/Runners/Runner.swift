import OFAGraph
import OFAHardware

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

  /// The text of a file of the device's system, below `/proc` or `/sys`; nil where there is none, or no telling.
  ///
  /// - Throws: `.inputOutput` when the device was lost meanwhile.
  func systemText(of path: String) throws -> String?
}

/// A network that a runner can run again and again.
public protocol LoadedNetwork {
  /// The memory that it needs, as far as the runner tells.
  var memory: NetworkMemory { get }

  /// Runs a turn.
  ///
  /// - Precondition: no runs block by block are asked of a runner that does not time blocks.
  func take(_ request: Turn.Request) throws -> Turn
}

extension LoadedNetwork {
  /// Not known.
  public var memory: NetworkMemory { NetworkMemory() }
}

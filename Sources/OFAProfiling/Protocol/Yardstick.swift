import OFAGraph
import OFASpace

/// One small network by which profiles of a device that were made at different times can be compared: whatever space is
/// profiled, it is the same.
///
/// It is the largest subnet of `mini-32`, 5.6 million multiply-accumulates, which fits in the caches of most devices.
enum Yardstick {
  /// The space that it is of.
  static let space: SearchSpace = {
    do {
      return try SearchSpace.named("mini-32")
    } catch {
      preconditionFailure("A space that is built in cannot be read: \(error)")
    }
  }()
  /// The network.
  static let graph = space.graph(of: space.largest)
  /// Its turn.
  static let turn = Turn.Request(runs: 7)
}

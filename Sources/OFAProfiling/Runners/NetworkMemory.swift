import OFAGraph
import OFAHardware
import OFASpace

/// The memory that a network needs where it runs. What is not known is nil.
public struct NetworkMemory: Hashable, Sendable {
  /// The most that the process held while the network ran.
  public var processBytes: Int?
  /// What its activations take.
  public var arenaBytes: Int?

  /// A need of memory.
  public init(processBytes: Int? = nil, arenaBytes: Int? = nil) {
    self.processBytes = processBytes
    self.arenaBytes = arenaBytes
  }
}

extension NetworkMemory: Encodable {
  private enum Key: CodingKey { case processBytes, arenaBytes }

  /// Writes both keys, null for what is not known.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(processBytes, forKey: .processBytes)
    try container.encode(arenaBytes, forKey: .arenaBytes)
  }
}

extension Runner {
  /// The memory that a network needs: it is loaded, run and let go. Where it is to be the network's own, no other is
  /// loaded.
  public func memory(of graph: Graph) throws -> NetworkMemory { try load([graph])[0].memory }
}

extension Crew {
  /// The memory that networks need: each is loaded, run and let go. Where it is to be the network's own, nothing
  /// was timed yet.
  ///
  /// - Parameters:
  ///   - graphs: the networks.
  ///   - progress: called with the part that is done; what it throws ends the measurement.
  public func memory(of graphs: [Graph], progress: (Double) throws -> Void = { _ in }) throws -> [NetworkMemory] {
    var memories = [NetworkMemory](repeating: NetworkMemory(), count: graphs.count)
    var indices = Array(graphs.indices.reversed())
    try work(
      next: { indices.popLast() }, on: { index, seat in try seat.runner.memory(of: graphs[index]) },
      take: { index, memory in
        memories[index] = memory
        return true
      }, progress: { try progress($0 / Double(max(1, graphs.count))) })
    return memories
  }

  /// What the largest subnet of a space needs; nil where it cannot be loaded, or nothing is known.
  public func largestNetwork(of space: SearchSpace) -> DeviceProfile.LargestNetwork? {
    guard let memory = try? memory(of: [space.graph(of: space.largest)])[0], memory != NetworkMemory() else {
      return nil
    }
    return DeviceProfile.LargestNetwork(
      id: space.id(of: space.largest), processBytes: memory.processBytes, arenaBytes: memory.arenaBytes)
  }
}

import Foundation
import OFAFormats
import OFAGraph

/// The memory of this machine, or of the container that this process is in, and what cannot fit into it.
public enum MachineMemory {
  /// What a network is to do.
  public enum Pass: Sendable {
    /// A pass forward, which keeps a value until its last reader has run.
    case inference
    /// A step of training, which keeps every value until the way back, and a gradient and a velocity of each weight.
    case training
  }

  /// All of it, or what a container's bound leaves of it.
  public static let bytes = bytes(in: "")

  /// All that this process may use.
  ///
  /// - Parameter root: where the files of the system are; the system's own unless given.
  package static func bytes(in root: String) -> Int {
    let all = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    func text(_ path: String) -> String? { InputFile.systemText(root + path) }
    // The one file of version 2 or that of version 1. No bound is `max` or a number beyond all memory.
    return ControlGroups.folders(of: "memory", reading: text)
      .flatMap { folder in ["memory.max", "memory.limit_in_bytes"].compactMap { text("\(folder)/\($0)") } }
      .compactMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
      .filter { $0 > 0 }
      .reduce(all, min)
  }

  /// Refuses a network that the memory cannot hold, before any of it is taken.
  ///
  /// What is counted is the least that any plan needs: the supernet's values, and the activations that live at one
  /// moment. A little more may fail yet.
  ///
  /// - Parameters:
  ///   - graph: the network.
  ///   - weights: the values of the supernet that it is cut from.
  ///   - batch: the images of a pass.
  ///   - gradients: how many gradients of all weights training keeps.
  ///   - evaluated: the images of a pass forward that is made while what a step of training needs is kept; 0 for none.
  ///   - memory: the bytes that there are; all of the machine's unless given.
  /// - Throws: `Failure(.usage)` that says how much is needed.
  public static func check(
    _ graph: Graph, weights: Int, batch: Int, for pass: Pass, gradients: Int = 1, evaluated: Int = 0,
    memory: Int = bytes
  ) throws {
    let copies: Double
    let activations: Double
    switch pass {
    case .inference:
      copies = 1
      activations = Double(graph.costs.peakActivationBytes)
    case .training:
      copies = 2 + Double(gradients)
      activations = graph.nodes.reduce(0) { sum, node in
        switch node.operation {
        // What these make is read as part of what they read.
        case .normalization, .activation, .scaling, .addition: sum
        case .input, .convolution, .linear, .pooling, .globalAveragePooling:
          sum + 4 * Double(node.outputs[0].count)
        }
      }
    }
    try require(
      4 * copies * Double(weights) + activations * Double(batch)
        + Double(graph.costs.peakActivationBytes) * Double(evaluated),
      of: memory,
      for: "a pass of \(batch) × \(graph[graph.input]) values\(evaluated > 0 ? " and one of \(evaluated)" : "")",
      advice: "take a smaller resolution, batch or subnet\(gradients > 1 ? ", or fewer `shards`" : "")")
  }

  /// Refuses a supernet whose values the memory cannot hold, before any of it is taken.
  ///
  /// - Throws: `Failure(.usage)` that says how much is needed.
  public static func check(weights: Int, memory: Int = bytes) throws {
    try require(
      4 * Double(weights), of: memory, for: "a supernet of \(weights) values", advice: "take a smaller space")
  }

  /// Refuses what is more than the memory there is, or more than the system gives this process now.
  private static func require(_ needed: Double, of memory: Int, for what: String, advice: String) throws {
    func gigabytes(_ bytes: Double) -> String { String(format: "%.1f", bytes / 1e9) }
    let lack: String
    if needed > Double(memory) {
      lack = "this machine has \(gigabytes(Double(memory))) GB"
    } else if !isGiven(Int(needed)) {
      lack = "the system does not give this process as much"
    } else {
      return
    }
    throw Failure(.usage, "\(what) needs \(gigabytes(needed)) GB of memory or more, \(lack); \(advice)")
  }

  /// Whether the system gives some bytes; they are given back untouched.
  private static func isGiven(_ bytes: Int) -> Bool {
    guard bytes > 0 else { return true }
    guard let start = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      start != MAP_FAILED
    else { return false }
    munmap(start, bytes)
    return true
  }
}

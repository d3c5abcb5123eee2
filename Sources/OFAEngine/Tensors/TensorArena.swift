import Foundation
import OFANumerics

/// Floats for all tensors of a layout in one block of memory, zeros at first.
public final class TensorArena: @unchecked Sendable {
  /// Where each tensor lies.
  public let layout: TensorLayout
  /// All floats.
  public let values: UnsafeMutableBufferPointer<Float>
  private let memory: FloatMemory

  /// An arena of zeros.
  public init(_ layout: TensorLayout) {
    self.layout = layout
    memory = FloatMemory(count: layout.count)
    values = UnsafeMutableBufferPointer(start: memory.start, count: layout.count)
  }

  /// One tensor's floats, row-major.
  ///
  /// - Precondition: the layout has the tensor.
  public subscript(name: String) -> UnsafeMutableBufferPointer<Float> {
    guard let entry = layout[name] else { preconditionFailure("There is no tensor \(name).") }
    return UnsafeMutableBufferPointer(rebasing: values[entry.offset..<entry.offset + entry.count])
  }

  /// Some of the floats.
  public subscript(range: Range<Int>) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(rebasing: values[range])
  }

  /// Another arena with the same values.
  public func copy() -> TensorArena {
    let copy = TensorArena(layout)
    copy.assign(self)
    return copy
  }

  /// Takes over the values of an arena of the same layout.
  public func assign(_ other: TensorArena) {
    precondition(other.layout.count == layout.count)
    _ = values.update(fromContentsOf: other.values)
  }

  /// A hash of all values' bits, in hexadecimal.
  package var digest: String { values.lazy.map(\.bitPattern).digest }

  /// Sets all floats to zero.
  public func clear() { values.update(repeating: 0) }

  /// The same on all threads of a team.
  public func clear(team: ThreadTeam) {
    forEachPart(team: team) { _, part in part.update(repeating: 0) }
  }

  /// Moves all values a share of the way to another arena's of the same layout, on all threads of a team.
  ///
  ///     x ← x + share · (y − x)
  public func approach(_ other: TensorArena, by share: Float, team: ThreadTeam) {
    precondition(other.layout.count == layout.count)
    forEachPart(team: team) { index, part in
      let goals = UnsafeMutableBufferPointer(rebasing: other.values[(index * Self.partCount)...].prefix(part.count))
      for i in part.indices { part[i] += share * (goals[i] - part[i]) }
    }
  }

  /// √ Σ x², the same on any number of threads: sixteen sums side by side in single precision over 4,096 values, these
  /// in double.
  public func norm(team: ThreadTeam) -> Double {
    nonisolated(unsafe) let totals = UnsafeMutableBufferPointer<Double>.allocate(capacity: parts)
    defer { totals.deallocate() }
    forEachPart(team: team) { index, part in
      let bytes = UnsafeRawBufferPointer(part)
      var total = 0.0
      for start in stride(from: 0, to: part.count, by: 4_096) {
        var sums = SIMD16<Float>.zero
        for index in stride(from: start, to: min(start + 4_096, part.count), by: 16) {
          let values = bytes.load(fromByteOffset: 4 * index, as: SIMD16<Float>.self)
          sums += values * values
        }
        total += Double(sums.sum())
      }
      totals[index] = total
    }
    return totals.reduce(0, +).squareRoot()
  }

  /// Floats that one thread takes at a time.
  private static let partCount = 1 << 16

  private var parts: Int { (layout.count + Self.partCount - 1) / Self.partCount }

  private func forEachPart(team: ThreadTeam, _ body: @Sendable (Int, UnsafeMutableBufferPointer<Float>) -> Void) {
    nonisolated(unsafe) let values = values
    team.forEach(parts) { index in
      let start = index * Self.partCount
      body(index, UnsafeMutableBufferPointer(rebasing: values[start..<min(start + Self.partCount, values.count)]))
    }
  }
}

extension UnsafeMutableBufferPointer<Float> {
  /// Takes over the sums of as many floats of each source, added in the sources' order, on all threads of a team.
  ///
  /// - Precondition: there is a source.
  package func assignSum(of sources: [UnsafeMutableBufferPointer<Float>], team: ThreadTeam) {
    precondition(!sources.isEmpty && sources.allSatisfy { $0.count == count })
    nonisolated(unsafe) let (sum, sources) = (self, sources)
    // As much as stays in a cache while all sources are added.
    let size = 1 << 12
    team.forEach((count + size - 1) / size) { part in
      let range = part * size..<Swift.min((part + 1) * size, sum.count)
      for index in range { sum[index] = sources[0][index] }
      for source in sources.dropFirst() {
        for index in range { sum[index] += source[index] }
      }
    }
  }
}

/// Floats aligned to a cache line, zeros at first, followed by as many as a vector may read past the end.
///
/// What a command needs is asked of the system before (`MachineMemory`). Where it is refused later all the same, the
/// program ends with a line and a status: to throw from here, all that trains or runs a network would have to throw.
final class FloatMemory {
  let start: UnsafeMutablePointer<Float>
  let count: Int

  init(count: Int) {
    self.count = count
    let padded = count + 64
    var memory: UnsafeMutableRawPointer?
    guard posix_memalign(&memory, 64, padded * 4) == 0, let memory else { Self.end(lacking: padded * 4) }
    start = memory.initializeMemory(as: Float.self, repeating: 0, count: padded)
  }

  deinit { free(start) }

  var buffer: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: start, count: count) }

  private static func end(lacking bytes: Int) -> Never {
    let line = "error: the system gives no \(bytes) bytes more; take a smaller resolution, batch or subnet\n"
    FileHandle.standardError.write(Data(line.utf8))
    exit(EX_USAGE)
  }
}

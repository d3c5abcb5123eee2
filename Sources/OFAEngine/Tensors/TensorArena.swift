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

  /// Sets all floats to zero.
  public func clear() { values.update(repeating: 0) }
}

/// Floats aligned to a cache line, zeros at first, followed by as many as a vector may read past the end.
final class FloatMemory {
  let start: UnsafeMutablePointer<Float>
  let count: Int

  init(count: Int) {
    self.count = count
    let padded = count + 64
    let raw = UnsafeMutableRawPointer.allocate(byteCount: padded * 4, alignment: 64)
    start = raw.initializeMemory(as: Float.self, repeating: 0, count: padded)
  }

  deinit { UnsafeMutableRawPointer(start).deallocate() }

  var buffer: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: start, count: count) }
}

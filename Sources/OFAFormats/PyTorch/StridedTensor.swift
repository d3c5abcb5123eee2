/// A tensor as a view of a storage: its element (i, j, …) is the storage's element offset + i · strides[0] + j ·
/// strides[1] + ….
struct StridedTensor {
  /// The most dimensions that are read.
  static let mostDimensions = 64

  /// The storage's place in the pickle.
  let storage: Int
  let elementType: ElementType
  let offset: Int
  let shape: [Int]
  let strides: [Int]
  /// How many elements it has.
  let count: Int

  /// The tensor that a pickle describes by arguments: storage, offset, shape, strides, then whether it wants a
  /// gradient, hooks and, in some files, how its elements are to be changed.
  ///
  /// Every element lies within the storage, and the product of the dimensions does not overflow.
  ///
  /// - Throws: `Failure(.badData)`.
  init(_ pickle: Pickle, arguments: Pickle.Reference, at place: String) throws {
    guard case .sequence(let arguments) = pickle[arguments], arguments.count >= 4,
      case .storage(let index) = pickle[arguments[0]],
      case .integer(let offset) = pickle[arguments[1]], offset >= 0,
      let shape = Self.dimensions(pickle, arguments[2]), let strides = Self.dimensions(pickle, arguments[3]),
      shape.count == strides.count
    else {
      throw Failure(
        .badData, "not made of a storage, an offset, a shape and its strides; the file may be damaged", at: place)
    }
    if arguments.count > 6, let changes = pickle.entries(of: arguments[6]), !changes.isEmpty {
      throw Failure(.badData, "a negated or conjugated view; save a clone of it", at: place)
    }

    // Dimensions of one element take no step.
    var (count, last, overflows) = (1, offset, false)
    for (dimension, stride) in zip(shape, strides) where dimension > 1 {
      let span = (dimension - 1).multipliedReportingOverflow(by: stride)
      let end = last.addingReportingOverflow(span.partialValue)
      let product = count.multipliedReportingOverflow(by: dimension)
      overflows = overflows || span.overflow || end.overflow || product.overflow
      (count, last) = (product.partialValue, end.partialValue)
    }
    if shape.contains(0) { count = 0 }
    let storage = pickle.storages[index]
    guard !overflows, count == 0 || last < storage.count else {
      throw Failure(
        .badData,
        "shape \(shape) with strides \(strides) from \(offset) on leaves the storage's \(storage.count) "
          + "elements; the file may be damaged",
        at: place)
    }
    self.storage = index
    elementType = storage.elementType
    (self.offset, self.shape, self.strides, self.count) = (offset, shape, strides, count)
  }

  private static func dimensions(_ pickle: Pickle, _ reference: Pickle.Reference) -> [Int]? {
    guard case .sequence(let items) = pickle[reference], items.count <= mostDimensions else { return nil }
    let numbers = items.compactMap { if case .integer(let number) = pickle[$0], number >= 0 { number } else { nil } }
    return numbers.count == items.count ? numbers : nil
  }

  /// The elements, row-major.
  ///
  /// - Precondition: `bytes` are the storage's.
  func values(of bytes: ArraySlice<UInt8>) -> [Float] {
    let size = elementType.size
    func place(_ element: Int) -> Int { bytes.startIndex + element * size }
    if count == 0 { return [] }
    if isContiguous { return bytes[place(offset)..<place(offset + count)].withUnsafeBytes(elementType.floats) }

    // Counts through the indices, the last one fastest.
    var gathered: [UInt8] = []
    gathered.reserveCapacity(count * size)
    var indices = shape.map { _ in 0 }
    var element = offset
    for _ in 0..<count {
      gathered += bytes[place(element)..<place(element + 1)]
      for axis in shape.indices.reversed() where shape[axis] > 1 {
        indices[axis] += 1
        element += strides[axis]
        if indices[axis] < shape[axis] { break }
        element -= indices[axis] * strides[axis]
        indices[axis] = 0
      }
    }
    return gathered.withUnsafeBytes(elementType.floats)
  }

  /// Whether the elements lie one after the other in row-major order.
  private var isContiguous: Bool {
    var step = 1
    for (dimension, stride) in zip(shape, strides).reversed() where dimension > 1 {
      guard stride == step else { return false }
      step *= dimension
    }
    return true
  }
}

extension PyTorchFile {
  /// The tensors of one of the file's dictionaries, in the order of their names.
  ///
  /// - Throws: `Failure(.badData)`.
  func tensors(of dictionary: Pickle.Reference) throws -> [Safetensors.Tensor] {
    var walk = DictionaryWalk(self)
    try walk.visit(dictionary)
    let found = walk.found.sorted { $0.name < $1.name }
    if let (twice, _) = zip(found, found.dropFirst()).first(where: { $0.name == $1.name }) {
      throw Failure(
        .badData, "two tensors have this name; give one of them another", at: "\(place): \(twice.name.shown)")
    }
    return found.map { name, tensor in
      Safetensors.Tensor(name, shape: tensor.shape, values: tensor.values(of: storages[tensor.storage]))
    }
  }
}

/// Collects the tensors of nested dictionaries under dotted names.
///
/// A pickle can name one value any number of times, and a tensor can repeat one element any number of times. So
/// whatever is visited costs something of a budget, about the bytes of memory that it takes.
private struct DictionaryWalk {
  /// The deepest nesting of dictionaries; one that holds itself is deeper.
  private static let deepestNesting = 64
  /// About what a tensor takes in memory besides its elements and name, and what each dimension adds.
  private static let tensorCost = 256
  private static let dimensionCost = 16
  /// What every entry costs, so that a walk over dictionaries of nothing ends too.
  private static let entryCost = 16

  private(set) var found: [(name: String, tensor: StridedTensor)] = []
  private let pickle: Pickle
  private let place: String
  private let limit: Int
  private var budget: Int

  init(_ file: PyTorchFile) {
    pickle = file.pickle
    place = file.place
    // Elements of one byte become four; the rest is for tensors that share a storage, and for small files.
    limit = 8 * file.size + 1 << 20
    budget = limit
  }

  /// Collects what is under a dictionary; what is neither tensor nor dictionary is passed over.
  mutating func visit(_ dictionary: Pickle.Reference, prefix: String = "", depth: Int = 1) throws {
    guard let entries = pickle.entries(of: dictionary) else {
      throw Failure(.badData, "no dictionary of tensors; save the model's state_dict()", at: place)
    }
    guard depth <= Self.deepestNesting else {
      throw failure("dictionaries are more than \(Self.deepestNesting) deep; save the state_dict() alone", at: prefix)
    }
    for entry in entries {
      try spend(Self.entryCost, onEntries: true, at: prefix)
      switch pickle[entry.value] {
      case .tensor(let arguments):
        let name = prefix + (try name(of: entry, in: prefix))
        let tensor = try StridedTensor(pickle, arguments: arguments, at: "\(place): \(name.shown)")
        try spend(Self.tensorCost + Self.dimensionCost * tensor.shape.count + name.utf8.count, at: name)
        try spend(tensor.count, times: MemoryLayout<Float>.size, at: name)
        found.append((name, tensor))
      case .dictionary:
        let name = prefix + (try name(of: entry, in: prefix)) + "."
        try spend(name.utf8.count, onEntries: true, at: name)
        try visit(entry.value, prefix: name, depth: depth + 1)
      default: break
      }
    }
  }

  private func name(of entry: Pickle.Entry, in prefix: String) throws -> String {
    switch pickle[entry.key] {
    case .text(let name): name
    case .integer(let number): String(number)
    default: throw failure("a key that is neither a text nor a whole number; give the tensor a name", at: prefix)
    }
  }

  private mutating func spend(
    _ count: Int, times bytes: Int = 1, onEntries: Bool = false, at name: String
  ) throws {
    guard count <= budget / bytes else {
      throw failure(
        onEntries
          ? "too many entries, as a dictionary's count wherever it is named; save the state_dict() alone"
          : "the tensors take more than \(limit) bytes, 8 times the file; save clones of expanded ones", at: name)
    }
    budget -= count * bytes
  }

  private func failure(_ message: String, at name: String) -> Failure {
    Failure(.badData, message, at: name.isEmpty ? place : "\(place): \(name.shown)")
  }
}

import OFAFormats

/// The tensors of a checkpoint of the original implementation, whatever a program has wrapped around them.
///
/// Training on several devices, compiling and frameworks put words before all names: `module.`, `_orig_mod.`, `model.`,
/// in any order. No two parts of a network begin with the same word, so words that all names begin with are such and
/// are taken off.
public struct OriginalCheckpoint: Sendable {
  /// The file's path.
  public let path: String
  /// The key of the file's dictionary that the tensors are from; nil where they are all of the file's.
  public let taken: String?
  /// The keys of its dictionaries with moving averages, which were left.
  public let left: [String]
  /// What was taken off all names, such as `module.`; empty where nothing was.
  public let prefix: String
  /// What a safetensors file says of itself; empty where it says nothing, and of PyTorch's.
  public let metadata: [String: String]
  /// The tensors without the prefix.
  let tensors: [Safetensors.Tensor]

  /// Reads a file: a PyTorch checkpoint in either container, or safetensors.
  ///
  /// - Throws: what `Checkpoint(reading:)` throws; `Failure(.badData)` for a file without tensors.
  public init(reading path: String) throws {
    let checkpoint = try Checkpoint(reading: path)
    (self.path, taken, left, metadata) = (path, checkpoint.taken, checkpoint.left, checkpoint.metadata)
    // Counters stand beside the wrapped network, without its prefix.
    let parts = checkpoint.tensors.filter { !Self.isCounter($0.name) }
    guard let first = parts.first else {
      throw Failure(.badData, "no tensor in the file\(taken.map { "'s \($0)" } ?? "")", at: path)
    }
    var prefix = ""
    while let dot = first.name.dropFirst(prefix.count).firstIndex(of: "."),
      parts.allSatisfy({ $0.name.hasPrefix(first.name[...dot]) })
    {
      prefix = String(first.name[...dot])
    }
    self.prefix = prefix
    tensors = parts.map {
      Safetensors.Tensor(String($0.name.dropFirst(prefix.count)), shape: $0.shape, values: $0.values)
    }
  }

  /// Whether a tensor counts batches or averages, which nothing here needs.
  static func isCounter(_ name: String) -> Bool {
    let leaf = name.split(separator: ".").last ?? ""
    return leaf == "num_batches_tracked" || leaf == "n_averaged"
  }

  /// Where the tensors are, in words: how many names begin with what.
  var summary: String {
    let groups = Dictionary(grouping: tensors) { String($0.name.prefix { $0 != "." }) }
    let parts = groups.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map {
      "\($0.key) (\($0.value.count))"
    }
    let from = taken.map { " of its \($0)" } ?? ""
    return "the names\(from) of the file's tensors begin with \(parts.listed)"
  }
}

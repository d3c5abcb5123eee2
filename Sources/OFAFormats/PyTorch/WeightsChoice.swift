/// Which of a file's dictionaries has the model's tensors.
///
/// Programs save `{"state_dict": …, "epoch": …}`, `{"model": …, "model_ema": …, "optimizer": …}` and the like. Taken is
/// the dictionary under a usual key, the first of ``usualKeys`` that is there; a moving average (`state_dict_ema`,
/// `model_ema`, …) only where nothing else is. What was taken may hold such keys again. Where no key is a usual one,
/// all of the file is taken, and names begin with its keys; so it is where the file's own dictionary has as many
/// tensors, and not only a step's number or the best accuracy beside the model.
struct WeightsChoice {
  /// The dictionary.
  private(set) var dictionary: Pickle.Reference
  /// Its key, with those of the dictionaries around it and dots between; nil for the file's own dictionary.
  private(set) var taken: String?
  /// The keys of moving averages that were left.
  private(set) var left: [String] = []

  /// Under which a model's tensors are usually saved, the likeliest first.
  private static let usualKeys = [
    "state_dict", "model_state_dict", "model_state", "model", "net", "network", "module", "weights", "params", "state",
    "checkpoint", "student", "supernet",
  ]
  /// The deepest nesting of such keys that is followed.
  private static let deepest = 8

  /// The choice in a pickle.
  init(in pickle: Pickle) {
    dictionary = pickle.root
    let holders = pickle.holdersOfTensors
    for _ in 0..<Self.deepest {
      let entries = pickle.entries(of: dictionary) ?? []
      let own = pickle.tensorCount(of: dictionary)
      let parts = entries.compactMap { entry -> (key: String, value: Pickle.Reference)? in
        guard case .text(let key) = pickle[entry.key], holders.contains(entry.value) else { return nil }
        return (key, entry.value)
      }
      let averages = parts.filter { Self.isAverage($0.key) }
      let usual = Self.usualKeys.lazy.compactMap { key in parts.first { $0.key == key } }.first
      guard let part = usual ?? averages.first, own == 0 || pickle.tensorCount(of: part.value) > own else { return }
      let prefix = taken.map { $0 + "." } ?? ""
      left += averages.filter { $0.key != part.key }.map { prefix + $0.key }
      taken = prefix + part.key
      dictionary = part.value
    }
  }

  /// Whether a key says that it is about a moving average of weights: `ema` or `swa` is one of its words.
  private static func isAverage(_ key: String) -> Bool {
    key.lowercased().split { !$0.isLetter }.contains { ["ema", "swa", "averaged"].contains($0) }
  }
}

extension Pickle {
  /// How many tensors a dictionary has itself.
  fileprivate func tensorCount(of dictionary: Reference) -> Int {
    (entries(of: dictionary) ?? []).count { if case .tensor = self[$0.value] { true } else { false } }
  }

  /// The dictionaries with a tensor in them or in dictionaries within them.
  ///
  /// - Complexity: O(entries), each dictionary once.
  fileprivate var holdersOfTensors: Set<Reference> {
    var (pending, seen) = ([root], Set([root]))
    // The dictionaries around each, and those to which a tensor was found.
    var around: [Reference: [Reference]] = [:]
    var found: [Reference] = []
    while let next = pending.popLast() {
      for entry in entries(of: next) ?? [] {
        switch self[entry.value] {
        case .tensor: found.append(next)
        case .dictionary:
          around[entry.value, default: []].append(next)
          if seen.insert(entry.value).inserted { pending.append(entry.value) }
        default: break
        }
      }
    }
    var holders: Set<Reference> = []
    while let next = found.popLast() {
      if holders.insert(next).inserted { found += around[next] ?? [] }
    }
    return holders
  }
}

/// What a pickle says, as data: Python's objects with nothing in them made or run.
///
/// Values refer to each other by their place in one array, so that whatever a file nests, shares or ties into a ring
/// costs no more memory than its own bytes ask for and is released without recursion.
///
/// - Note: CPython, Lib/pickletools.py describes the format; PEP 3154 and PEP 574 protocols 4 and 5.
struct Pickle {
  /// The place of a value in ``values``.
  typealias Reference = Int

  /// An object, as far as tensors need it.
  enum Value {
    /// None, a floating-point number, a whole number beyond 64 bits, bytes, a set of options: no part of a tensor.
    case other
    case boolean(Bool)
    case integer(Int)
    case text(String)
    /// A tuple, a list or a set.
    case sequence([Reference])
    case dictionary([Entry])
    /// A name that may be called.
    case global(Global)
    /// What lies outside the pickle, by its place in ``Pickle/storages``.
    case storage(Int)
    /// A tensor, by the arguments that would make it.
    case tensor(arguments: Reference)
  }

  /// A dictionary's entry.
  struct Entry {
    var key: Reference
    var value: Reference
  }

  /// A run of elements outside the pickle, which tensors are views of.
  struct Storage: Equatable {
    var key: String
    var elementType: ElementType
    var count: Int

    /// Bytes that its elements take.
    var size: Int { count * elementType.size }
  }

  /// All values that the pickle makes.
  var values: [Value] = []
  /// The value that the pickle stands for.
  var root: Reference = 0
  /// The storages that the pickle names, each once.
  var storages: [Storage] = []

  subscript(reference: Reference) -> Value { values[reference] }

  /// The entries of a dictionary; nil for another value.
  func entries(of reference: Reference) -> [Entry]? {
    if case .dictionary(let entries) = values[reference] { entries } else { nil }
  }

  /// The value under a key of a dictionary.
  func value(of key: String, in dictionary: Reference) -> Reference? {
    entries(of: dictionary)?.first { if case .text(key) = values[$0.key] { true } else { false } }?.value
  }
}

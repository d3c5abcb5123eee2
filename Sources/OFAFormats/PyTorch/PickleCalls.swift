/// Names, and calls of them: looked up and noted, never made.
extension PickleMachine {
  mutating func pushGlobal(_ module: Pickle.Value, _ name: Pickle.Value) throws {
    guard case .text(let module) = module, case .text(let name) = name else { throw failure("a name that is no text") }
    guard let global = Pickle.Global("\(module).\(name)") else {
      throw failure(
        "it asks for \("\(module).\(name)".shown), which tensors do not need; nothing was run", remedy: Self.saveAlone)
    }
    push(.global(global))
  }

  /// Notes a call of a name with a tuple of arguments.
  mutating func call() throws {
    let (arguments, function) = (try pop(), try pop())
    guard case .global(let global) = pickle[function], case .sequence(let items) = pickle[arguments] else {
      throw failure("calls what is no name, or with what are no arguments")
    }
    switch global {
    case .dictionary:
      guard items.isEmpty else {
        throw failure(
          "a dictionary that is made of a list, as Python 2 writes it", remedy: "load it and save it with Python 3")
      }
      push(.dictionary([]))
    case .tensor: push(.tensor(arguments: arguments))
    case .parameter:
      guard let data = items.first, case .tensor = pickle[data] else { throw failure("a parameter of no tensor") }
      push(reference: data)
    case .storage: throw failure("a storage that is made within the pickle")
    case .other: push(.other)
    }
  }

  /// Passes over the attributes of a dictionary or of what is itself passed over.
  mutating func build() throws {
    _ = try pop()
    switch pickle[try top()] {
    case .dictionary, .other: break
    default: throw failure("gives attributes to what has none")
    }
  }

  /// Notes a storage: ("storage", type, key, device, count of elements), in the older container with the view that it
  /// is or None.
  mutating func pushStorage() throws {
    guard case .sequence(let items) = pickle[try pop()], 5...6 ~= items.count,
      case .text("storage") = pickle[items[0]],
      case .global(.storage(let elementType)) = pickle[items[1]],
      case .text(let key) = pickle[items[2]], key.utf8.count <= 255,
      case .integer(let count) = pickle[items[4]], 0...Int.max / elementType.size ~= count
    else { throw failure("refers to what is no storage of a known type") }
    if items.count == 6 {
      guard case .other = pickle[items[5]] else {
        throw failure("a view of a storage", remedy: "save it with a newer PyTorch")
      }
    }
    let storage = Pickle.Storage(key: key, elementType: elementType, count: count)
    let index = note(storage)
    guard pickle.storages[index] == storage else { throw failure("storage \(key.shown) has two types or lengths") }
    push(.storage(index))
  }
}

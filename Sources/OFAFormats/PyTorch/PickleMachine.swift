extension Pickle {
  /// The most instructions that are read: a checkpoint takes about 40 a tensor.
  ///
  /// An instruction adds at most one value, which takes less than 100 bytes besides its text, so this bounds memory and
  /// time whatever the instructions are.
  static let mostInstructions = 1 << 22

  /// Reads the pickle that begins at the reader's position, and leaves the reader behind it.
  ///
  /// - Throws: `Failure(.badData)` with the byte of the instruction that is none or that does not fit; a name that is
  ///   called and has no meaning here is refused.
  init(_ reader: inout ByteReader) throws {
    var machine = PickleMachine(reader: reader)
    self = try machine.run()
    reader = machine.reader
  }
}

/// Follows a pickle's instructions, which work on a stack of values.
struct PickleMachine {
  var reader: ByteReader
  private(set) var pickle = Pickle()
  private var stack: [Pickle.Reference] = []
  /// The heights of the stack at which open tuples, lists and dictionaries begin.
  private var marks: [Int] = []
  /// The values that later instructions refer to, by number.
  private var memo: [Int: Pickle.Reference] = [:]
  private var storageIndices: [String: Int] = [:]
  /// Where the current instruction is.
  private var instruction = 0

  init(reader: ByteReader) { self.reader = reader }

  mutating func run() throws -> Pickle {
    for _ in 0..<Pickle.mostInstructions {
      instruction = reader.offset
      let byte = try reader.integer(UInt8.self)
      guard let opcode = Pickle.Opcode(rawValue: byte) else {
        throw failure("instruction \(byte), which no checkpoint needs", remedy: Self.saveAlone)
      }
      try follow(opcode)
      if opcode == .stop { return pickle }
    }
    throw failure("more than \(Pickle.mostInstructions) instructions", remedy: Self.saveAlone)
  }

  private mutating func follow(_ opcode: Pickle.Opcode) throws {
    switch opcode {
    case .proto:
      let version = try reader.integer(UInt8.self)
      guard version <= 5 else {
        throw failure("protocol \(version), the newest known is 5", remedy: "save it with an older one")
      }
    case .frame: _ = try reader.integer(UInt64.self)
    case .stop:
      pickle.root = try pop()
      guard stack.isEmpty, marks.isEmpty else { throw failure("\(stack.count) values are left over at the end") }
    case .mark: marks.append(stack.count)

    case .none: push(.other)
    case .newTrue: push(.boolean(true))
    case .newFalse: push(.boolean(false))
    case .binInt1: push(.integer(Int(try reader.integer(UInt8.self))))
    case .binInt2: push(.integer(Int(try reader.integer(UInt16.self))))
    case .binInt: push(.integer(Int(try reader.integer(Int32.self))))
    case .long1: push(Self.integer(try counted(UInt8.self)))
    case .binFloat:
      _ = try reader.take(8)
      push(.other)

    case .shortBinString, .shortBinUnicode: push(Self.text(try counted(UInt8.self)))
    case .binString, .binUnicode: push(Self.text(try counted(UInt32.self)))
    case .binUnicode8: push(Self.text(try counted(UInt64.self)))
    case .shortBinBytes: try passOver(UInt8.self)
    case .binBytes: try passOver(UInt32.self)
    case .binBytes8, .byteArray8: try passOver(UInt64.self)

    case .emptyTuple, .emptyList, .emptySet: push(.sequence([]))
    case .tuple1: push(.sequence(try pop(1)))
    case .tuple2: push(.sequence(try pop(2)))
    case .tuple3: push(.sequence(try pop(3)))
    case .tuple, .frozenSet: push(.sequence(try popToMark()))
    case .append: try append(try pop(1))
    case .appends, .addItems: try append(try popToMark())
    case .emptyDictionary: push(.dictionary([]))
    case .setItem: try set(try pop(2))
    case .setItems: try set(try popToMark())

    case .binPut: memo[try reader.count(UInt8.self)] = try top()
    case .longBinPut: memo[try reader.count(UInt32.self)] = try top()
    case .memoize: memo[memo.count] = try top()
    case .binGet: try recall(try reader.count(UInt8.self))
    case .longBinGet: try recall(try reader.count(UInt32.self))

    case .global:
      let (module, name) = (try reader.line(), try reader.line())
      try pushGlobal(Self.text(module), Self.text(name))
    case .stackGlobal:
      let names = try pop(2)
      try pushGlobal(pickle[names[0]], pickle[names[1]])
    case .reduce, .newObject: try call()
    case .build: try build()
    case .binPersistentIdentity: try pushStorage()
    }
  }

  // MARK: The stack

  mutating func push(_ value: Pickle.Value) {
    stack.append(pickle.values.count)
    pickle.values.append(value)
  }

  mutating func push(reference: Pickle.Reference) { stack.append(reference) }

  func top() throws -> Pickle.Reference {
    guard stack.count > marks.last ?? 0, let top = stack.last else {
      throw failure("no value stands before the instruction")
    }
    return top
  }

  mutating func pop() throws -> Pickle.Reference {
    let top = try top()
    stack.removeLast()
    return top
  }

  /// The last values, in the order in which they were pushed.
  private mutating func pop(_ count: Int) throws -> [Pickle.Reference] {
    guard stack.count - (marks.last ?? 0) >= count else {
      throw failure("fewer than \(count) values stand before the instruction")
    }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws -> [Pickle.Reference] {
    guard let mark = marks.popLast() else { throw failure("no mark stands before the instruction") }
    return try pop(stack.count - mark)
  }

  private mutating func recall(_ number: Int) throws {
    guard let reference = memo[number] else { throw failure("value \(number) is recalled, but was never remembered") }
    push(reference: reference)
  }

  // MARK: Single values

  /// Bytes whose count comes first.
  private mutating func counted(_ type: (some FixedWidthInteger & UnsignedInteger).Type) throws -> ArraySlice<UInt8> {
    try reader.take(try reader.count(type))
  }

  private mutating func passOver(_ type: (some FixedWidthInteger & UnsignedInteger).Type) throws {
    _ = try counted(type)
    push(.other)
  }

  /// A whole number in two's complement, little-endian; of no bytes, zero.
  private static func integer(_ bytes: ArraySlice<UInt8>) -> Pickle.Value {
    guard bytes.count <= 8 else { return .other }
    let sign: Int = bytes.last ?? 0 >= 0x80 ? -1 : 0
    return .integer(bytes.reversed().reduce(sign) { $0 << 8 | Int($1) })
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> Pickle.Value {
    String(validating: bytes, as: UTF8.self).map(Pickle.Value.text) ?? .other
  }

  // MARK: Members

  private mutating func append(_ items: [Pickle.Reference]) throws {
    let target = try top()
    guard case .sequence(var members) = pickle[target] else { throw failure("adds items to what is no list") }
    pickle.values[target] = .other  // so that the array has one owner and grows in place
    members += items
    pickle.values[target] = .sequence(members)
  }

  /// Adds keys and values, which alternate.
  private mutating func set(_ items: [Pickle.Reference]) throws {
    let target = try top()
    guard case .dictionary(var entries) = pickle[target], items.count.isMultiple(of: 2) else {
      throw failure("adds \(items.count) keys and values to what is no dictionary, or keys without values")
    }
    pickle.values[target] = .other  // as above
    for index in stride(from: 0, to: items.count, by: 2) {
      entries.append(Pickle.Entry(key: items[index], value: items[index + 1]))
    }
    pickle.values[target] = .dictionary(entries)
  }

  // MARK: Storages

  /// The place of the storage with this key, which is a new one for a new key.
  mutating func note(_ storage: Pickle.Storage) -> Int {
    if let index = storageIndices[storage.key] { return index }
    storageIndices[storage.key] = pickle.storages.count
    pickle.storages.append(storage)
    return pickle.storages.count - 1
  }

  // MARK: Failures

  /// A failure at the current instruction.
  func failure(_ what: String, remedy: String = "the file may be damaged, fetch it again") -> Failure {
    reader.failure("\(what); \(remedy)", at: instruction)
  }

  static let saveAlone = "save the model's state_dict() alone"
}

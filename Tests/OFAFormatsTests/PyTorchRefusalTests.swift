import OFAFormats
import TestSupport
import Testing

@Suite("PyTorch checkpoints that are refused")
struct PyTorchRefusalTests {
  typealias P = PickleBytes

  /// What is wrong, the pickle, and what the error says.
  static let pickles: [(String, [UInt8], String)] = [
    (
      "a command", P.pickle(P.call("os system", [P.text("true")])),
      "w: data.pkl byte 2: it asks for os.system, which tensors do not need; nothing was run;"
    ),
    (
      "a command by newer instructions",
      [0x80, 4, 0x8c, 2] + Array("os".utf8) + [0x8c, 6] + Array("system".utf8) + [0x93, 0x2e],
      "w: data.pkl byte 14: it asks for os.system"
    ),
    (
      "a name of several lines", [0x80, 4] + P.text("a\nb\u{2028}") + P.text("c\u{85}") + [0x93],
      "it asks for a\\nb\\u{2028}.c\\u{0085},"
    ),
    ("a class", P.pickle(P.call("torch.nn.modules.linear Linear", [])), "it asks for torch.nn.modules.linear.Linear"),
    (
      "an unknown instruction", P.pickle(Array("i".utf8)),
      "w: data.pkl byte 2: instruction 105, which no checkpoint needs"
    ),
    ("a newer protocol", [0x80, 6, 0x2e], "w: data.pkl byte 0: protocol 6"),
    ("no end", [0x80, 2], "w: data.pkl byte 2: 1 bytes are wanted, but 0 are left"),
    ("an empty stack", P.pickle(), "w: data.pkl byte 2: no value stands before"),
    ("a mark in the way", P.pickle(P.none, Array("(\u{2e}".utf8)), "no value stands before"),
    ("values left over", P.pickle(P.none, P.none), "1 values are left over"),
    ("no mark", P.pickle(Array("t".utf8)), "no mark stands before"),
    ("too short a tuple", P.pickle(P.none, [0x86]), "fewer than 2 values stand before"),
    ("an unknown memory", P.pickle(P.get(1)), "value 1 is recalled"),
    ("items for a number", P.pickle(P.integer(1), P.none, Array("a".utf8)), "adds items to what is no list"),
    ("entries for a number", P.pickle(P.integer(1), P.none, P.none, Array("s".utf8)), "what is no dictionary"),
    ("a key without value", P.pickle(Array("}(N".utf8), Array("u".utf8)), "keys without values"),
    ("a call of a number", P.pickle(P.integer(1), Array(")R".utf8)), "calls what is no name"),
    (
      "a call without arguments", P.pickle(P.global("collections OrderedDict"), P.none, Array("R".utf8)), "no arguments"
    ),
    ("a name that is none", P.pickle(P.none, P.none, [0x93]), "a name that is no text"),
    ("a dictionary of Python 2", P.pickle(P.call("collections OrderedDict", [P.none])), "as Python 2 writes it"),
    ("a new storage", P.pickle(P.call("torch FloatStorage", [])), "a storage that is made within"),
    (
      "a parameter of nothing", P.pickle(P.call("torch._utils _rebuild_parameter", [P.none])),
      "a parameter of no tensor"
    ),
    ("attributes of a number", P.pickle(P.integer(1), P.none, Array("b".utf8)), "gives attributes"),
    ("a reference to a module", P.pickle(P.tuple([P.text("module"), P.none]), Array("Q".utf8)), "what is no storage"),
    (
      "a view of a storage",
      P.pickle(
        P.tuple([
          P.text("storage"), P.global("torch FloatStorage"), P.text("0"), P.text("cpu"), P.integer(4), P.tuple([]),
        ]), Array("Q".utf8)), "a view of a storage; save it with a newer PyTorch"
    ),
    (
      "a long name", P.pickle(P.global("\(String(repeating: "x", count: 1000)) y")),
      "it asks for \(String(repeating: "x", count: 80))…,"
    ),
    ("a negative count", P.pickle(P.storage(count: -1)), "what is no storage"),
    ("a count beyond memory", P.pickle(P.storage(count: .max)), "what is no storage"),
    ("a storage twice", P.pickle(P.storage(), P.storage(count: 3)), "storage 0 has two types or lengths"),
    ("a storage that is missing", P.pickle(P.storage("7")), "w: data/7: a storage that is not there"),
    ("a storage of another length", P.pickle(P.storage(count: 5)), "w: data/0: 16 bytes, expected 20 (5 F32)"),
    (
      "a text beyond the end", P.pickle([0x8d, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
      "9223372036854775807 bytes are"
    ),
    ("no dictionary", P.pickle(P.tensor()), "w: no dictionary of tensors"),
    (
      "a name that is a tuple", P.pickle(Array("}".utf8), P.tuple([]), P.tensor(), Array("s".utf8)),
      "a key that is neither"
    ),
    ("a name twice", P.pickle(P.dictionary(("a", P.tensor()), ("a", P.tensor()))), "w: a: two tensors have this name"),
    (
      "a name twice by dots", P.pickle(P.dictionary(("a.b", P.tensor()), ("a", P.dictionary(("b", P.tensor()))))),
      "w: a.b: two tensors have this name"
    ),
    (
      "a tensor of nothing", P.pickle(P.dictionary(("x", P.call("torch._utils _rebuild_tensor", [])))),
      "w: x: not made of"
    ),
    (
      "a negated view",
      P.pickle(
        P.dictionary(
          (
            "x",
            P.call(
              "torch._utils _rebuild_tensor_v2",
              [
                P.storage(), P.integer(0), P.integers([4]), P.integers([1]), P.none, P.none,
                P.dictionary(("neg", [0x88])),
              ])
          ))), "w: x: a negated"
    ),
  ]

  @Test("an error says what and where, on one line", arguments: pickles)
  func refusedPickles(title: String, pickle: [UInt8], message: String) throws {
    let failure = try #require(failure { try Checkpoint.tensors(bytes: ContainerBytes.archive(pickle), at: "w") })
    #expect(failure.kind == .badData)
    #expect(failure.description.contains(message), "\(failure)")
    #expect(!failure.description.contains("\n"))
  }

  @Test(
    "a tensor that leaves its storage is refused",
    arguments: [
      (0, [5], [1]), (1, [4], [1]), (4, [], []), (0, [2, 2], [3, 1]), (-1, [1], [1]), (0, [-1], [1]), (0, [4], [-1]),
      (.max, [2], [.max]), (0, [2], [.max]), (0, [.max, .max], [0, 0]), (0, [1 << 32, 1 << 32, 0], [0, 0, 0]),
      (0, [2], []),
      (0, Array(repeating: 1, count: 65), Array(repeating: 1, count: 65)), (0, [.max], [.max]), (.max, [1], [1]),
    ] as [(Int, [Int], [Int])])
  func viewsOutside(offset: Int, shape: [Int], strides: [Int]) throws {
    let pickle = P.pickle(P.dictionary(("x", P.tensor(from: offset, shape, strides))))
    let failure = try #require(failure { try Checkpoint.tensors(bytes: ContainerBytes.archive(pickle), at: "w") })
    #expect(failure.place == "w: x")
    #expect(
      failure.message.contains("leaves the storage's 4 elements") || failure.message.contains("not made of"),
      "\(failure)")
  }

  @Test("what repeats itself without end is refused in a moment", .timeLimit(.minutes(1)))
  func bombs() {
    func refusal(_ pickle: [UInt8]) -> String {
      failure { try Checkpoint.tensors(bytes: ContainerBytes.archive(pickle), at: "w") }?.message ?? "none"
    }
    // Every dictionary is the value of two keys of the next.
    var nested = P.dictionary(("t", P.tensor()))
    for _ in 0..<40 {
      nested = Array("}(".utf8) + P.text("a") + nested + P.put(0) + P.text("b") + P.get(0) + Array("u".utf8)
    }
    let spent = refusal(P.pickle(nested))
    #expect(spent.hasPrefix("the tensors take more than") || spent.hasPrefix("too many entries"))
    // The same, with nothing at the bottom.
    nested = Array("}".utf8)
    for _ in 0..<40 {
      nested = Array("}(".utf8) + P.text("a") + nested + P.put(0) + P.text("b") + P.get(0) + Array("u".utf8)
    }
    #expect(refusal(P.pickle(nested)).hasPrefix("too many entries"))
    // A dictionary of many entries that are passed over, many times.
    let entries = Array("}(".utf8) + (0..<10_000).flatMap { _ in Array("NN".utf8) } + Array("u".utf8) + P.put(0)
    let again = (0..<10_000).flatMap { P.integer($0) + P.get(0) + Array("s".utf8) }
    #expect(
      refusal(P.pickle(Array("}".utf8), P.text("0"), entries, Array("s".utf8), again)).hasPrefix("too many entries"))
    // A dictionary without tensors that each of many holds: to look for tensors in each would take minutes.
    let many = (0..<20_000).flatMap { P.text("k\($0)") + Array("}".utf8) + P.text("a") + P.get(0) + Array("ss".utf8) }
    let wideRing = Array("}(".utf8) + (0..<20_000).flatMap { P.integer($0) + P.none } + Array("u".utf8) + P.put(0)
    #expect(
      refusal(P.pickle(Array("}".utf8), P.text("z"), wideRing, Array("s".utf8), many)).hasPrefix("too many entries"))
    // A dictionary within itself.
    let ring = Array("}".utf8) + P.put(0) + P.text("a") + P.get(0) + Array("s".utf8)
    #expect(refusal(P.pickle(ring)).hasPrefix("dictionaries are more than 64 deep"))
    // One element many times, by strides and by names.
    #expect(refusal(P.pickle(P.dictionary(("x", P.tensor([1 << 40], [0]))))).hasPrefix("the tensors take more than"))
    let wide = P.dictionary(("x", P.tensor([1 << 17], [0]) + P.put(0)))
    let names = (0..<64).flatMap { P.text("\($0)") + P.get(0) + Array("s".utf8) }
    #expect(refusal(P.pickle(wide, names)).hasPrefix("the tensors take more than"))
    // One long name for many dictionaries.
    let long = Array("}".utf8) + P.text("first") + P.tensor() + P.put(1) + Array("s".utf8) + P.text("last")
    let name = P.text(String(repeating: "x", count: 100_000)) + P.put(0)
    let rows = (0..<1000).flatMap { P.text("\($0)") + Array("}".utf8) + P.get(0) + P.get(1) + Array("ss".utf8) }
    #expect(refusal(P.pickle(long, name, Array("s".utf8), rows)).hasPrefix("the tensors take more than"))
    // More instructions than any checkpoint has.
    #expect(refusal([UInt8](repeating: 0x4e, count: 5_000_000)).hasPrefix("more than 4194304 instructions"))
  }

  @Test("tuples a million deep are passed over and released", .timeLimit(.minutes(1)))
  func depth() throws {
    let deep = Array(")".utf8) + [UInt8](repeating: 0x85, count: 1_000_000)
    let pickle = P.pickle(P.dictionary(("deep", deep), ("x", P.tensor())))
    #expect(try Checkpoint.tensors(bytes: ContainerBytes.archive(pickle), at: "w").map(\.name) == ["x"])
  }

  @Test("an archive that is not as PyTorch writes it is refused")
  func archives() {
    func refusal(_ bytes: [UInt8]) -> String {
      failure { try Checkpoint.tensors(bytes: bytes, at: "w") }?.description ?? "none"
    }
    let pickle = P.pickle(P.dictionary(("x", P.tensor())))
    let numbers = ContainerBytes.numbers[0].1
    let files = [("a/data.pkl", pickle), ("a/data/0", numbers)]
    let whole = ContainerBytes.zip(files)
    #expect(
      refusal(Array(whole.dropLast())) == "w: a zip archive whose end is missing; the file may be cut, fetch it again")
    #expect(refusal(ContainerBytes.zip(files, method: 8)).hasPrefix("w: a/data.pkl: compressed or encrypted (method 8"))
    #expect(
      refusal(ContainerBytes.zip(files + [("b/data.pkl", pickle)])).hasPrefix("w: a zip archive with 2 files data.pkl"))
    #expect(refusal(ContainerBytes.zip([("x", [])])).hasPrefix("w: a zip archive with 0 files data.pkl"))
    #expect(refusal(ContainerBytes.zip(files + [files[1]])).contains("a/data/0 is there twice"))
    #expect(
      refusal(ContainerBytes.zip(files + [("a/byteorder", Array("big".utf8))])).hasPrefix(
        "w: not said to be little-endian"))
    var damaged = whole
    damaged[(whole.firstRange(of: numbers)?.lowerBound ?? 0) + 1] ^= 1
    #expect(refusal(damaged).hasPrefix("w: a/data/0: the checksum is "))
    damaged = whole
    damaged[0..<4] = [0x50, 0x4b, 3, 4]
    damaged[(whole.firstRange(of: Array("a/data/0".utf8))?.lowerBound ?? 0) - 30] ^= 1
    #expect(refusal(damaged).contains("(the header of a/data/0); the file may be damaged"))
    // Two sizes of the directory's last file, in front of its name.
    damaged = whole
    let name = whole.count - 22 - 8
    damaged[(name - 26)..<(name - 18)] = [0, 1, 0, 0, 0, 1, 0, 0]
    #expect(refusal(damaged).contains("a/data/0 is there twice or overlaps others"))
  }

  @Test("a file of the older form that is not whole is refused")
  func legacy() {
    func refusal(_ bytes: [UInt8]) -> String {
      failure { try Checkpoint.tensors(bytes: bytes, at: "w") }?.description ?? "none"
    }
    func legacy(_ storages: (String, [UInt8], count: Int)...) -> [UInt8] { ContainerBytes.legacy(pickle, storages) }
    let pickle = P.pickle(P.dictionary(("x", P.tensor())))
    let numbers = ContainerBytes.numbers[0].1
    #expect(refusal(pickle) == "w: a pickle, but not of torch.save; save the model's state_dict() with it")
    #expect(refusal(legacy()) == "w: 0: a storage that is not there; the file may be damaged")
    #expect(refusal(legacy(("0", numbers, count: 3))).contains("storage 0 has 3 elements, expected 4"))
    #expect(refusal(legacy(("1", numbers, count: 4))).contains("a storage that no tensor has"))
    #expect(refusal(legacy(("0", numbers, count: 4), ("0", numbers, count: 4))).contains("or twice the same"))
    #expect(refusal(legacy(("0", numbers + [0], count: 4))).contains("1 bytes follow the last storage"))
    #expect(
      refusal(Array(legacy(("0", numbers, count: 4)).dropLast())).contains("16 bytes are wanted, but 15 are left"))
    #expect(
      refusal(ContainerBytes.legacy(pickle, [("0", numbers, count: 4)], isLittle: false))
        == "w: not said to be little-endian; load it and save it again on a little-endian machine")
  }
}

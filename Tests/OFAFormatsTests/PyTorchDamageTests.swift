import Foundation
import OFAFormats
import TestSupport
import Testing

@Suite("Damaged PyTorch checkpoints")
struct PyTorchDamageTests {
  typealias P = PickleBytes

  /// Reads bytes of which nothing is expected but that they give a result of bounded size, or an error on one line.
  ///
  /// Returns whether they gave an error.
  @discardableResult
  static func isRefused(_ bytes: [UInt8]) -> Bool {
    do {
      let tensors = try Checkpoint.tensors(bytes: bytes, at: "w")
      #expect(tensors.reduce(0) { $0 + 4 * $1.values.count + $1.name.utf8.count } <= 8 * bytes.count + 1 << 20)
      return false
    } catch let failure as Failure {
      #expect(failure.kind == .badData)
      #expect(failure.place?.hasPrefix("w") == true)
      #expect(failure.description.allSatisfy { !$0.isNewline }, "\(failure)")
      return true
    } catch {
      Issue.record("expected a Failure, got \(error)")
      return true
    }
  }

  @Test("every beginning of a file is refused", arguments: PyTorchFiles.all)
  func cut(bytes: [UInt8]) {
    for length in bytes.indices { #expect(Self.isRefused(Array(bytes[..<length])), "\(length)") }
  }

  @Test("every change of one bit is refused or gives a result", arguments: PyTorchFiles.all)
  func bits(bytes: [UInt8]) {
    var bytes = bytes
    for index in bytes.indices {
      for bit in 0..<8 {
        bytes[index] ^= 1 << bit
        Self.isRefused(bytes)
        bytes[index] ^= 1 << bit
      }
    }
  }

  @Test("an archive's contents cannot change unnoticed")
  func checksums() {
    var bytes = PyTorchFiles.archive
    let pickle = 64..<64 + 262
    for index in pickle {
      bytes[index] ^= 0x10
      #expect(Self.isRefused(bytes))
      bytes[index] ^= 0x10
    }
  }

  /// Pieces of pickles, so that random changes reach far.
  static let pieces: [[UInt8]] =
    [
      P.tensor(), P.storage(), P.integer(.max), P.integer(-1), P.integer(1 << 32), P.text("0"), P.text("state_dict"),
      P.tuple([]), P.integers([2, 2]), P.dictionary(("a", P.tensor())), P.get(0), P.put(0), P.get(1), P.put(1),
      P.global("collections OrderedDict"), P.global("torch._utils _rebuild_tensor_v2"), P.global("os system"),
      P.global("torch._utils _rebuild_parameter"), P.global("torch LongStorage"), [0x80, 4],
      [0xff, 0xff, 0xff, 0xff], [0, 0, 0, 0], Array("PK\u{5}\u{6}".utf8), Array(")R".utf8),
    ] + Array("N(tus}]eaRbQ.".utf8).map { [$0] } + [0x81, 0x85, 0x8f, 0x90, 0x93, 0x94].map { [$0] }

  /// Bytes with one random change: a byte or bit, a piece put in or over, a stretch left out or doubled.
  static func mutated(_ bytes: [UInt8], using generator: inout some RandomNumberGenerator) -> [UInt8] {
    var bytes = bytes
    let position = Int.random(in: 0...bytes.count, using: &generator)
    let end = min(position + Int.random(in: 1...24, using: &generator), bytes.count)
    let piece = pieces.randomElement(using: &generator) ?? []
    switch Int.random(in: 0..<7, using: &generator) {
    case 0 where position < bytes.count: bytes[position] = UInt8.random(in: 0...255, using: &generator)
    case 1 where position < bytes.count: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case 2: bytes.replaceSubrange(position..<min(position + piece.count, bytes.count), with: piece)
    case 3: bytes.removeSubrange(position..<end)
    case 4:
      let target = Int.random(in: 0...bytes.count, using: &generator)
      bytes.insert(contentsOf: Array(bytes[position..<end]), at: target)
    default: bytes.insert(contentsOf: piece, at: position)
    }
    return bytes
  }

  /// Pickles to begin with, which all refer to the storage "0" of four numbers.
  static let seeds: [[UInt8]] = [
    P.pickle(P.dictionary(("a", P.tensor([2, 2], [1, 2])), ("b", P.tensor(from: 3, [], [])))),
    P.pickle(
      P.dictionary(
        (
          "state_dict",
          P.dictionary(("a", P.tensor(of: P.storage() + P.put(0))), ("b", P.tensor(of: P.get(0)))) + P.put(1)
        ))),
    [0x80, 4, 0x95, 0, 0, 0, 0, 0, 0, 0, 0]
      + P.dictionary(("a", P.call("torch._utils _rebuild_parameter", [P.tensor(), [0x88], P.none])))
      + [0x94, 0x2e],
  ]

  /// Random damage of the files as they are, and of pickles in whole containers; `OFA_FUZZ_ROUNDS` and `OFA_FUZZ_SEED`
  /// ask for more.
  @Test("random damage is an error or a result of bounded size")
  func damage() {
    let environment = ProcessInfo.processInfo.environment
    let rounds = environment["OFA_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 5_000
    var generator = TestGenerator(state: environment["OFA_FUZZ_SEED"].flatMap { UInt64($0) } ?? 11)
    var results = 0
    for round in 0..<rounds {
      let changes = Int.random(in: 1...4, using: &generator)
      func damaged(_ bytes: [UInt8]) -> [UInt8] {
        (0..<changes).reduce(bytes) { bytes, _ in Self.mutated(bytes, using: &generator) }
      }
      let file = PyTorchFiles.all[round % PyTorchFiles.all.count]
      let pickle = damaged(Self.seeds[round % Self.seeds.count])
      let numbers = ContainerBytes.numbers[0].1
      for bytes in [
        damaged(file), ContainerBytes.archive(pickle), ContainerBytes.legacy(pickle, [("0", numbers, count: 4)]),
        damaged(ContainerBytes.zip([("a/data.pkl", pickle), ("a/data/0", numbers)], isLong: true)),
      ] where !Self.isRefused(bytes) {
        results += 1
      }
    }
    // Damage that is always refused would not reach far.
    #expect(results > rounds / 20)
  }
}

import OFANumerics

/// Draws damage.
struct Mutator {
  var generator: SeededGenerator

  mutating func below(_ count: Int) -> Int { Int.random(in: 0..<max(1, count), using: &generator) }
  mutating func happens(oneIn count: Int) -> Bool { below(count) == 0 }
  mutating func pick<Element>(_ list: [Element]) -> Element { list[below(list.count)] }

  /// A stretch of at most so many elements.
  mutating func stretch(of count: Int, most: Int) -> Range<Int> {
    let start = below(count + 1)
    return start..<min(count, start + 1 + below(most))
  }

  // MARK: Bytes

  /// One piece of damage.
  mutating func damage(_ bytes: inout [UInt8], words: [[UInt8]], others: [[UInt8]]) {
    let place = below(bytes.count)
    switch below(9) {
    case 0 where !bytes.isEmpty: bytes[place] ^= 1 << UInt8(below(8))
    case 1 where !bytes.isEmpty: bytes[place] = pick([0, 1, 0x7f, 0x80, 0xff, UInt8(below(256))])
    case 2: put(pick(Self.integers), at: place, over: &bytes)
    case 3: bytes.removeSubrange(stretch(of: bytes.count, most: happens(oneIn: 4) ? bytes.count : 16))
    case 4: bytes.insert(contentsOf: bytes[stretch(of: bytes.count, most: 64)], at: place)
    case 5: if happens(oneIn: 4) { bytes.removeLast(below(bytes.count + 1)) }
    case 6:
      let other = pick(others)
      let piece = Array(other[stretch(of: other.count, most: 256)])
      if happens(oneIn: 2) { put(piece, at: place, over: &bytes) } else { bytes.insert(contentsOf: piece, at: place) }
    case 7 where !words.isEmpty: bytes.insert(contentsOf: pick(words), at: place)
    case 8 where !words.isEmpty: put(pick(words), at: place, over: &bytes)
    default: bytes.insert(UInt8(below(256)), at: place)
    }
  }

  private mutating func put(_ piece: [UInt8], at place: Int, over bytes: inout [UInt8]) {
    bytes.replaceSubrange(place..<min(bytes.count, place + piece.count), with: piece)
  }

  /// Numbers at the edges of what fields hold, in both orders.
  private static let integers: [[UInt8]] = [
    0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
  ]
  .flatMap { (number: UInt64) -> [[UInt8]] in
    let little = (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    return [little, little.reversed(), Array(little.prefix(2)), little + [0, 0, 0, 0], little + little]
  }

  // MARK: Text

  /// One piece of damage that knows numbers, words and lines.
  mutating func damageText(_ bytes: inout [UInt8], words: [String], others: [[UInt8]]) {
    var tokens = Self.tokens(of: bytes)
    guard !tokens.isEmpty, !happens(oneIn: 6) else {
      return damage(&bytes, words: words.map { Array($0.utf8) }, others: others)
    }
    let numbers = tokens.indices.filter { Self.isNumber(tokens[$0]) }
    let place = below(tokens.count)
    // What a long text says first is what the rest depends on.
    let number = numbers.isEmpty ? 0 : pick(happens(oneIn: 2) ? Array(numbers.prefix(24)) : numbers)
    switch below(8) {
    case 0...2 where !numbers.isEmpty: tokens[number] = Array(pick(Self.numbers).utf8)
    case 3 where !numbers.isEmpty:
      // A digit more keeps the text whole and changes a number.
      tokens[number].append(UInt8(ascii: "0") + UInt8(below(10)))
    case 4: tokens[place] = Array(pick(words + Self.words).utf8)
    case 5: tokens.insert(contentsOf: tokens[stretch(of: tokens.count, most: 24)], at: place)
    case 6: tokens.removeSubrange(stretch(of: tokens.count, most: happens(oneIn: 4) ? 64 : 3))
    default: tokens.swapAt(place, below(tokens.count))
    }
    bytes = Array(tokens.joined())
  }

  private static let numbers = [
    "0", "-0", "-1", "1", "2", "0.5", "1e308", "-1e308", "1e400", "5e-324", "1e-30", "NaN", "Infinity", "2147483647",
    "2147483648",
    "4294967296", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551615", "65536",
    "1000000",
  ]
  private static let words = [
    "null", "true", "false", "\"\"", "[]", "{}", "[", "]", "{", "}", ",", ":", "\"", "\n", " ", "\\u0000", "\u{FEFF}",
    "é", "-", ".", "\t",
  ]

  /// Runs of letters and digits, and each other byte by itself.
  private static func tokens(of bytes: [UInt8]) -> [[UInt8]] {
    var tokens: [[UInt8]] = []
    var isInWord = false
    for byte in bytes {
      let belongs = isWord(byte)
      if belongs, isInWord { tokens[tokens.count - 1].append(byte) } else { tokens.append([byte]) }
      isInWord = belongs
    }
    return tokens
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"):
      true
    default: false
    }
  }

  private static func isNumber(_ token: [UInt8]) -> Bool {
    token.first.map {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (token.count > 1 && $0 == UInt8(ascii: "-"))
    } ?? false
  }
}

/// How a reader's input is made, and so how it is damaged.
enum Form {
  /// Text, with the words of its format.
  case text([String])
  /// Bytes, with pieces that mean something in them.
  case binary([[UInt8]])
  /// A length, so much JSON, and bytes: the length stays right while the JSON is damaged.
  case safetensors
  /// A plan for the board's program.
  case plan
  /// Requests that are made to it, with their words.
  case requests([String])

  /// One to four pieces of damage to one of the seeds.
  func mutated(_ seeds: [[UInt8]], by mutator: inout Mutator) -> [UInt8] {
    var bytes = mutator.pick(seeds)
    for _ in 0...(mutator.happens(oneIn: 2) ? 0 : mutator.below(4)) {
      switch self {
      case .text(let words): mutator.damageText(&bytes, words: words, others: seeds)
      case .binary(let words): mutator.damage(&bytes, words: words, others: seeds)
      case .safetensors:
        guard bytes.count >= 8, !mutator.happens(oneIn: 8) else {
          mutator.damage(&bytes, words: [], others: seeds)
          continue
        }
        let length = min(bytes.count - 8, bytes[..<8].reversed().reduce(0) { $0 << 8 & 0xff_ffff | Int($1) })
        var header = Array(bytes[8..<8 + length])
        mutator.damageText(
          &header, words: ["F16", "BOOL", "F64", "dtype", "shape", "data_offsets", "__metadata__"], others: [header])
        bytes.replaceSubrange(
          0..<8 + length, with: (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header)
      case .plan: mutator.damagePlan(&bytes)
      case .requests(let words): mutator.damageRequests(&bytes, words: words)
      }
    }
    return bytes
  }
}

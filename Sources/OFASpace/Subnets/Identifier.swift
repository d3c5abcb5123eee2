import OFAFormats

// A subnet's id: the resolution, then a group for each stage with two digits for each of its blocks, expand ratio and
// kernel size, as the published networks are usually listed. The depth is the number of blocks. Decisions with a mark,
// such as elastic widths and a stem's depth, come before the stages.
//
//     r176-33.33-47.35.33-65.45.35-43.47.35-65.67.63.43
//     r224-w012012-s2-e0.2.e0.25-e0.2.e0.35.e0.2-…
//
//     id     = "r" integer ("-" mark digit*)* ("-" block ("." block)*)*      marks w and s; one group a stage
//     block  = digit digit  |  "e" number ("k" integer)?     the long form where a digit does not suffice, as in
//                                                            e0.25k11; without the kernel size where the block
//                                                            has but one
//            |  "k" integer  |  "b"                          a block without expand ratios, or without both

extension SearchSpace {
  /// The subnet's id: short, readable, fit for a file's name, different for different subnets.
  ///
  /// - Precondition: the subnet is canonical.
  public func id(of subnet: Subnet) -> String {
    var id = "r\(subnet.resolution)"
    for (mark, decisions) in marked {
      id += "-\(mark)" + decisions.map { markedText(of: $0, in: subnet) }.joined()
    }
    for (stage, range) in stages.enumerated() {
      for block in blocks(ofStage: stage, in: subnet) {
        id += block == range.lowerBound ? "-" : "."
        id += word(of: block, in: subnet)
      }
    }
    return id
  }

  /// The canonical subnet of an id.
  ///
  /// - Throws: `Failure` of usage when the text is no id, of bad data when the space has no such subnet.
  public func subnet(id: String) throws -> Subnet {
    var scanner = Scanner(id)
    func malformed() -> Failure {
      Failure(
        .usage,
        "'\(id)' is no subnet's id: unexpected at character \(scanner.position + 1); an id is like \(self.id(of: smallest))"
      )
    }
    guard scanner.skip("r"), let resolution = scanner.integer() else { throw malformed() }
    var document = document(of: smallest)
    document.resolution = resolution
    for (mark, places) in marked {
      guard scanner.skip("-\(mark)") else { throw malformed() }
      let kind = decisions[places[0]].kind
      if kind.reading == .flag {
        guard let number = scanner.integer() else { throw malformed() }
        document[kind.list]?[0] = .whole(number)
      } else {
        guard let digits = scanner.digits() else { throw malformed() }
        document[kind.list] = zip(digits.indices, digits).map { index, digit in
          let options = index < places.count ? decisions[places[index]].options : []
          return options.indices.contains(digit) ? options[digit] : .whole(digit)
        }
      }
    }
    var groups: [[Word]] = []
    while scanner.skip("-") {
      var group: [Word] = []
      repeat {
        guard let block = scanner.block() else { throw malformed() }
        group.append(block)
      } while scanner.skip(".")
      groups.append(group)
    }
    guard scanner.isAtEnd else { throw malformed() }
    let elastic = stages.indices.filter { !stages[$0].isEmpty }
    guard groups.count == elastic.count else {
      throw Failure(.badData, "subnet \(id) has \(groups.count) stages, but \(name) has \(elastic.count)")
    }

    for (index, group) in zip(elastic, groups) {
      let stage = stages[index]
      let base = blueprint.baseDepths[index]
      guard (base...stage.count).contains(group.count) else {
        throw Failure(
          .badData,
          "subnet \(id) has \(group.count) blocks in stage \(index), but \(name) has at least \(base) and at most \(stage.count)"
        )
      }
      document.depths[index] = group.count - base
      for (block, word) in zip(stage, group) {
        let (expand, kernel) = wordDecisions(of: block)
        let isOpen = kernel.map { decisions[$0].options.count > 1 } ?? false
        guard (expand == nil) == (word.expandRatio == nil),
          isOpen ? word.kernelSize != nil : kernel != nil || word.kernelSize == nil
        else {
          throw Failure(.badData, "subnet \(id) has other choices for \(blockNames[block]) than \(name)")
        }
        set(expand, word.expandRatio, in: &document)
        set(kernel, word.kernelSize.map(Double.init), in: &document)
      }
    }
    return try subnet(document)
  }

  /// The decisions that an id has under a mark, those of later decisions first.
  private var marked: [(mark: String, decisions: [Int])] {
    var marked: [(mark: String, decisions: [Int])] = []
    for (place, decision) in decisions.enumerated() {
      guard let mark = decision.kind.mark else { continue }
      if let index = marked.firstIndex(where: { $0.mark == mark }) {
        marked[index].decisions.append(place)
      } else {
        marked.insert((mark, [place]), at: 0)
      }
    }
    return marked
  }

  /// Of a flag the option, of others its place, which is one digit.
  private func markedText(of decision: Int, in subnet: Subnet) -> String {
    decisions[decision].kind.reading == .flag
      ? "\(decisions[decision].options[subnet[decision]])" : "\(subnet[decision])"
  }

  private func word(of block: Int, in subnet: Subnet) -> String {
    let (expand, kernel) = wordDecisions(of: block)
    func number(_ decision: Int) -> Double { decisions[decision].options[subnet[decision]].number ?? 0 }
    let (expandRatio, kernelSize) = (expand.map(number), kernel.map(number))
    if let expandRatio, let kernelSize, expandRatio == expandRatio.rounded(), expandRatio < 10, kernelSize < 10 {
      return shortest(expandRatio) + shortest(kernelSize)
    }
    // Behind a whole ratio, a point and the next block's digits would be a fraction.
    let isWhole = expandRatio.map { $0 == $0.rounded() } ?? true
    let isOpen = kernel.map { isWhole || decisions[$0].options.count > 1 } ?? false
    let word = (expandRatio.map { "e" + shortest($0) } ?? "") + (isOpen ? "k" + shortest(kernelSize ?? 0) : "")
    return word.isEmpty ? "b" : word
  }

  /// The places of the decisions that a block's word is about.
  private func wordDecisions(of block: Int) -> (expand: Int?, kernel: Int?) {
    let own = blueprint.blocks[block].outline.decisions
    return (own.first { decisions[$0].kind == .expandRatio }, own.first { decisions[$0].kind == .kernelSize })
  }

  /// Sets what a document says of a decision, if both are given.
  private func set(_ decision: Int?, _ value: Double?, in document: inout SubnetDocument) {
    guard let decision, let value else { return }
    let list = blueprint.decisions.lists.first { $0.decisions.contains(decision) }
    guard let list, let entry = list.decisions.firstIndex(of: decision) else { return }
    document[list.key]?[entry] = .number(value)
  }
}

/// A number without a fraction of zero: `6`, `0.25`.
package func shortest(_ number: Double) -> String { Int(exactly: number).map(String.init) ?? "\(number)" }

/// What an id says of a block; nil where it says nothing.
private typealias Word = (expandRatio: Double?, kernelSize: Int?)

/// Reads an id from left to right.
private struct Scanner {
  private let text: [UInt8]
  private(set) var position = 0

  init(_ text: String) { self.text = Array(text.utf8) }

  var isAtEnd: Bool { position == text.count }

  mutating func skip(_ word: String) -> Bool {
    guard text[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  mutating func integer() -> Int? { take(isDigit).flatMap(Int.init) }

  mutating func digits() -> [Int]? { take(isDigit).map { $0.utf8.map { Int($0 - UInt8(ascii: "0")) } } }

  mutating func block() -> Word? {
    if skip("b") { return (nil, nil) }
    if skip("k") { return integer().map { (nil, $0) } }
    if skip("e") {
      guard let expandRatio = number() else { return nil }
      guard skip("k") else { return (expandRatio, nil) }
      return integer().map { (expandRatio, $0) }
    }
    guard position + 2 <= text.count, text[position..<position + 2].allSatisfy(isDigit) else { return nil }
    defer { position += 2 }
    return (Double(text[position] - UInt8(ascii: "0")), Int(text[position + 1] - UInt8(ascii: "0")))
  }

  /// Digits, perhaps a point and further digits; a point that no digit follows parts blocks.
  private mutating func number() -> Double? {
    guard var word = take(isDigit) else { return nil }
    if position + 1 < text.count, text[position] == UInt8(ascii: "."), isDigit(text[position + 1]) {
      position += 1
      word += "." + (take(isDigit) ?? "")
    }
    return Double(word)
  }

  private mutating func take(_ belongs: (UInt8) -> Bool) -> String? {
    let part = text[position...].prefix(while: belongs)
    position += part.count
    return part.isEmpty ? nil : String(decoding: part, as: UTF8.self)
  }
}

private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

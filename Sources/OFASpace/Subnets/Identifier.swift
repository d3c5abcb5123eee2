import OFAFormats

// A subnet's id: the resolution, then a group for each stage with two digits for each of its blocks, expand ratio and
// kernel size, as the published networks are usually listed. The depth is the number of blocks.
//
//     r176-33.33-47.35.33-65.45.35-43.47.35-65.67.63.43
//
//     id     = "r" integer ("-" block ("." block)*)*        one group a stage
//     block  = digit digit  |  "e" number "k" integer        the long form where a digit does not suffice, as in e0.25k11

extension SearchSpace {
  /// The subnet's id: short, readable, fit for a file's name, different for different subnets.
  ///
  /// - Precondition: the subnet is canonical.
  public func id(of subnet: Subnet) -> String {
    var id = "r\(subnet.resolution)"
    for (stage, depth) in zip(stages, subnet.depths) {
      for (position, block) in stage.prefix(depth).enumerated() {
        id += position == 0 ? "-" : "."
        id += word(expandRatio: subnet.expandRatios[block], kernelSize: subnet.kernelSizes[block])
      }
    }
    return id
  }

  /// The canonical subnet of an id.
  ///
  /// - Throws: ``Failure`` of usage when the text is no id, of bad data when the space has no such subnet.
  public func subnet(id: String) throws -> Subnet {
    var scanner = Scanner(id)
    func malformed() -> Failure {
      Failure(
        .usage,
        "'\(id)' is no subnet's id: unexpected at character \(scanner.position + 1); an id is like \(self.id(of: smallest))"
      )
    }
    guard scanner.skip("r"), let resolution = scanner.integer() else { throw malformed() }
    var groups: [[(expandRatio: Double, kernelSize: Int)]] = []
    while scanner.skip("-") {
      var group: [(expandRatio: Double, kernelSize: Int)] = []
      repeat {
        guard let block = scanner.block() else { throw malformed() }
        group.append(block)
      } while scanner.skip(".")
      groups.append(group)
    }
    guard scanner.isAtEnd else { throw malformed() }
    guard groups.count == stages.count else {
      throw Failure(.badData, "subnet \(id) has \(groups.count) stages, but \(name) has \(stages.count)")
    }

    var subnet = smallest
    subnet.resolution = resolution
    for (index, (stage, group)) in zip(stages, groups).enumerated() {
      guard group.count <= stage.count else {
        throw Failure(
          .badData,
          "subnet \(id) has \(group.count) blocks in stage \(index), but \(name) has at most \(stage.count)")
      }
      subnet.depths[index] = group.count
      for (block, choice) in zip(stage, group) {
        subnet.expandRatios[block] = choice.expandRatio
        subnet.kernelSizes[block] = choice.kernelSize
      }
    }
    return try canonical(subnet)
  }

  private func word(expandRatio: Double, kernelSize: Int) -> String {
    if let digit = Int(exactly: expandRatio), digit < 10, kernelSize < 10 { return "\(digit)\(kernelSize)" }
    return "e\(shortest(expandRatio))k\(kernelSize)"
  }
}

/// A number without a fraction of zero: `6`, `0.25`.
func shortest(_ number: Double) -> String { Int(exactly: number).map(String.init) ?? "\(number)" }

/// Reads an id from left to right.
private struct Scanner {
  private let text: [UInt8]
  private(set) var position = 0

  init(_ text: String) { self.text = Array(text.utf8) }

  var isAtEnd: Bool { position == text.count }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard !isAtEnd, text[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func integer() -> Int? { take(isDigit).flatMap(Int.init) }

  mutating func block() -> (expandRatio: Double, kernelSize: Int)? {
    if skip("e") {
      guard let expandRatio = take({ isDigit($0) || $0 == UInt8(ascii: ".") }).flatMap(Double.init),
        skip("k"), let kernelSize = integer()
      else { return nil }
      return (expandRatio, kernelSize)
    }
    guard position + 2 <= text.count, text[position..<position + 2].allSatisfy(isDigit) else { return nil }
    defer { position += 2 }
    return (Double(text[position] - UInt8(ascii: "0")), Int(text[position + 1] - UInt8(ascii: "0")))
  }

  private mutating func take(_ belongs: (UInt8) -> Bool) -> String? {
    let part = text[position...].prefix(while: belongs)
    position += part.count
    return part.isEmpty ? nil : String(decoding: part, as: UTF8.self)
  }
}

private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

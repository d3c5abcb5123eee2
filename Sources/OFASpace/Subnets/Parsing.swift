import OFAFormats

extension SearchSpace {
  /// The canonical subnets of a text with one a line, in order: JSON objects with a subnet's choices, result objects
  /// that have one under `subnet`, or names: an id, `largest` or `smallest`, as JSON strings or bare. Empty lines are
  /// passed over.
  ///
  ///     {"resolution":32,"depths":3,"kernelSizes":5,"expandRatios":4}
  ///     {"id":"…","subnet":{"resolution":32,…},"predictedAccuracy":0.93}
  ///     "r32-33.33-47.35.33-65.45.35-43.47.35-65.67.63.43"
  ///     "largest"
  ///
  /// A number stands for a whole list, a depth above what a stage has for its greatest, and entries of blocks that a
  /// depth leaves out are ignored. What has one choice need not be named. Result objects that name only an `id` serve
  /// as well, and so does the original implementation's own form, `{"ks":…,"e":…,"d":…,"w":…,"r":[224]}`.
  ///
  /// - Parameters:
  ///   - text: the lines.
  ///   - place: what the text is called in errors, usually a path.
  /// - Throws: `Failure` with the line, of usage when a line is no subnet, of bad data when the space has no such
  ///   subnet.
  public func subnets(readingLines text: String, at place: String) throws -> [Subnet] {
    var subnets: [Subnet] = []
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.map({ String(decoding: $0, as: UTF8.self) }).enumerated()
    where !line.allSatisfy(\.isWhitespace) {
      subnets.append(try subnet(parsing: line, at: "\(place) line \(index + 1)"))
    }
    guard !subnets.isEmpty else { throw Failure(.usage, "no subnet is given", at: place) }
    return subnets
  }

  /// The canonical subnet that a text gives, in one of the forms of ``subnets(readingLines:at:)``.
  ///
  /// - Throws: `Failure` of usage when the text is no subnet, of bad data when the space has no such subnet.
  public func subnet(parsing text: String, at place: String = "subnet") throws -> Subnet {
    // A byte order mark, which some programs put at the beginning of every text.
    let text = text.unicodeScalars.first == "\u{feff}" ? String(text.unicodeScalars.dropFirst()) : text
    do {
      guard let first = text.first(where: { !$0.isWhitespace }), "{\"".contains(first) else {
        return try subnet(name: String(text.split(whereSeparator: \.isWhitespace).joined(separator: " ")))
      }
      switch try description(parsing: text, at: place) {
      case .id(let id): return try subnet(name: id)
      case .choices(let choices): return try subnet(choices.document(for: self, at: place))
      }
    } catch let failure as Failure where failure.place == nil {
      throw Failure(failure.kind, failure.message, at: place)
    }
  }

  /// The subnet of an id, or an end of the space.
  private func subnet(name: String) throws -> Subnet {
    switch name {
    case "largest": largest
    case "smallest": smallest
    default: try subnet(id: name)
    }
  }

  /// The form of a JSON text; what does not parse is a matter of usage.
  private func description(parsing text: String, at place: String) throws -> SubnetDescription {
    do {
      return try JSON.decode(SubnetDescription.self, from: text, at: place)
    } catch let failure as Failure where failure.kind == .badData {
      throw Failure(.usage, failure.message, at: failure.place)
    }
  }
}

/// A subnet as users and programs write it, not yet related to a space.
private enum SubnetDescription: Decodable {
  case id(String)
  case choices(SubnetChoices)

  private enum CodingKeys: String, CodingKey { case id, subnet }

  init(from decoder: any Decoder) throws {
    if let id = try? decoder.singleValueContainer().decode(String.self) {
      self = .id(id)
      return
    }
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if container.contains(.subnet) {
      self = try container.decode(SubnetDescription.self, forKey: .subnet)
    } else if container.contains(.id) {
      self = .id(try container.decode(String.self, forKey: .id))
    } else {
      self = .choices(try SubnetChoices(from: decoder))
    }
  }
}

/// A subnet's choices, where one number may stand for a whole list, and what has one choice may be left out.
private struct SubnetChoices: Decodable {
  private let resolution: Int?
  /// What stands under every other key, or why it is no choice.
  private var lists: [String: Result<OneOrMany<Decision.Option>, any Error>] = [:]
  /// Where in the text they are.
  private let path: [String]

  /// What the original implementation calls lists.
  private static let aliases = ["d": "depths", "ks": "kernelSizes", "e": "expandRatios", "w": "widthIndices"]

  init(from decoder: any Decoder) throws {
    path = decoder.codingPath.map(\.stringValue)
    let container = try decoder.container(keyedBy: AnyKey.self)
    /// The first of some keys under which something is that is not null.
    func key(_ names: String...) throws -> AnyKey? {
      try names.map { AnyKey($0) }.first { try container.contains($0) && !container.decodeNil(forKey: $0) }
    }
    resolution = try key("resolution", "r", "image_size").map { key in
      let resolutions = try container.decode(OneOrMany<Int>.self, forKey: key)
      if case .many(let list) = resolutions, list.count != 1 {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: container, debugDescription: "\(list.count) resolutions, a subnet has one")
      }
      return resolutions.values(count: 1)[0]
    }
    for key in container.allKeys where try !container.decodeNil(forKey: key) {
      lists[key.stringValue] = Result { try container.decode(OneOrMany<Decision.Option>.self, forKey: key) }
    }
    // Our own name goes first.
    for (alias, name) in Self.aliases where lists[name] == nil { lists[name] = lists[alias] }
    if lists["widthIndices"] == nil { lists["widthIndices"] = lists["wid"] }
  }

  /// What stands under a key.
  private func list(_ key: String) throws -> OneOrMany<Decision.Option>? {
    do {
      return try lists[key]?.get()
    } catch let failure as Failure {
      throw Failure(.usage, failure.message, at: failure.place)
    }
  }

  /// - Throws: `Failure` of usage for what is not named and has several choices, and for names where numbers belong.
  func document(for space: SearchSpace, at place: String) throws -> SubnetDocument {
    func failure(_ message: String, _ key: String) -> Failure {
      Failure(.usage, message, at: "\(place): \((path + [key]).joined(separator: "."))")
    }
    func missing(_ key: String) -> Failure {
      failure("missing; only what \(space.name) has one choice of may be left out", key)
    }
    guard let resolution = resolution ?? (space.resolutions.count == 1 ? space.resolutions[0] : nil) else {
      throw missing("resolution")
    }
    var document = SubnetDocument(resolution: resolution)
    for (key, places) in space.blueprint.decisions.lists {
      let decisions = places.map { space.decisions[$0] }
      let open = decisions.count { $0.options.count > 1 }
      let values: [Decision.Option]
      switch try list(key) {
      case .one(let value): values = decisions.map { _ in value }
      case .many(let given) where given.count != decisions.count && given.count == open:
        // Only those with a choice are named.
        var rest = given[...]
        values = decisions.map { $0.options.count == 1 ? $0.options[0] : rest.removeFirst() }
      case .many(let given): values = given
      case nil:
        guard open == 0 else { throw missing(key) }
        values = decisions.map { $0.options[0] }
      }
      for (value, decision) in zip(values, decisions) {
        guard decision.options[0].number == nil || value.number != nil else {
          throw failure("\(value) is not a number", key)
        }
      }
      document[key] = values
    }
    // What the space has no choice of is refused with the rest.
    if document["widthIndices"] == nil, try list("widthIndices") != nil { document["widthIndices"] = [] }
    return document
  }
}

/// A list, or one value for all of its entries.
package enum OneOrMany<Value: Decodable>: Decodable {
  case one(Value)
  case many([Value])

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if (try? decoder.unkeyedContainer()) != nil {
      self = .many(try container.decode([Value].self))
    } else {
      self = .one(try container.decode(Value.self))
    }
  }

  /// The list, or so many of the one value.
  package func values(count: Int) -> [Value] {
    switch self {
    case .one(let value): Array(repeating: value, count: count)
    case .many(let values): values
    }
  }
}

import OFAFormats

extension SearchSpace {
  /// The canonical subnets of a text with one a line, in order: JSON objects with a subnet's choices, result objects
  /// that have one under `subnet`, or JSON strings with an id. Empty lines are passed over.
  ///
  ///     {"resolution":32,"depths":3,"kernelSizes":5,"expandRatios":4}
  ///     {"id":"…","subnet":{"resolution":32,…},"predictedAccuracy":0.93}
  ///     "r32-33.33-47.35.33-65.45.35-43.47.35-65.67.63.43"
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

  /// The canonical subnet that a text gives: one of the forms of ``subnets(readingLines:at:)``, or a bare id.
  ///
  /// - Throws: `Failure` of usage when the text is no subnet, of bad data when the space has no such subnet.
  public func subnet(parsing text: String, at place: String = "subnet") throws -> Subnet {
    // A byte order mark, which some programs put at the beginning of every text.
    let text = text.unicodeScalars.first == "\u{feff}" ? String(text.unicodeScalars.dropFirst()) : text
    do {
      guard let first = text.first(where: { !$0.isWhitespace }), "{\"".contains(first) else {
        return try subnet(id: String(text.split(whereSeparator: \.isWhitespace).joined(separator: " ")))
      }
      switch try description(parsing: text, at: place) {
      case .id(let id): return try subnet(id: id)
      case .choices(let choices): return try canonical(try choices.subnet(of: self, at: place))
      }
    } catch let failure as Failure where failure.place == nil {
      throw Failure(failure.kind, failure.message, at: place)
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
  private let depths, kernelSizes, widthIndices: OneOrMany<Int>?
  private let expandRatios: OneOrMany<Double>?
  /// Where in the text they are.
  private let path: [String]

  /// Our names, and those of the original implementation.
  private enum CodingKeys: String, CodingKey {
    case resolution, depths, kernelSizes, expandRatios, widthIndices
    case r, d, ks, e, w, wid
    case imageSize = "image_size"
  }

  init(from decoder: any Decoder) throws {
    path = decoder.codingPath.map(\.stringValue)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    /// What stands under the first of some keys that is there and not null.
    func value<Value: Decodable>(_ keys: CodingKeys...) throws -> Value? {
      for key in keys {
        if let value = try container.decodeIfPresent(Value.self, forKey: key) { return value }
      }
      return nil
    }
    let resolutions: OneOrMany<Int>? = try value(.resolution, .r, .imageSize)
    if case .many(let list) = resolutions, list.count != 1 {
      throw DecodingError.dataCorruptedError(
        forKey: container.contains(.resolution) ? .resolution : container.contains(.r) ? .r : .imageSize, in: container,
        debugDescription: "\(list.count) resolutions, a subnet has one")
    }
    resolution = resolutions?.values(count: 1)[0]
    depths = try value(.depths, .d)
    kernelSizes = try value(.kernelSizes, .ks)
    expandRatios = try value(.expandRatios, .e)
    widthIndices = try value(.widthIndices, .w, .wid)
  }

  /// - Throws: `Failure` of usage for what is not named and has several choices.
  func subnet(of space: SearchSpace, at place: String) throws -> Subnet {
    func missing(_ name: String) -> Failure {
      Failure(
        .usage, "missing; only what \(space.name) has one choice of may be left out",
        at: "\(place): \((path + [name]).joined(separator: "."))")
    }
    func list<Value>(_ named: OneOrMany<Value>?, _ choices: [[Value]], _ name: String) throws -> [Value] {
      let isOnly = choices.map { $0.count == 1 }
      switch named {
      case .one(let value): return choices.map { _ in value }
      case .many(let values) where values.count != choices.count && values.count == isOnly.count(where: { !$0 }):
        // Only those with a choice are named.
        var rest = values[...]
        return choices.map { $0.count == 1 ? $0[0] : rest.removeFirst() }
      case .many(let values): return values
      case nil:
        guard isOnly.allSatisfy({ $0 }) else { throw missing(name) }
        return choices.map { $0[0] }
      }
    }
    let choices = space.choices
    guard let resolution = resolution ?? (choices.resolutions.count == 1 ? choices.resolutions[0] : nil) else {
      throw missing("resolution")
    }
    return Subnet(
      resolution: resolution, depths: try list(depths, choices.depths, "depths"),
      kernelSizes: try list(kernelSizes, choices.kernelSizes, "kernelSizes"),
      expandRatios: try list(expandRatios, choices.expandRatios, "expandRatios"),
      widthIndices: widthIndices == nil && choices.widthIndices.isEmpty
        ? nil : try list(widthIndices, choices.widthIndices, "widthIndices"))
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

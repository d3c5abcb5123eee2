// Reading of a document's values with the rules that they obey. Every error carries the path inside the document, which
// the reader of the file puts into the failure's place.

extension KeyedDecodingContainer {
  /// The value at a key if it obeys a rule, such as "from 1 to 16".
  func decode<Value: Decodable>(_ key: Key, _ rule: String, where obeys: (Value) -> Bool) throws -> Value {
    let value = try decode(Value.self, forKey: key)
    guard obeys(value) else { throw broken(key, "\(value) is not \(rule)") }
    return value
  }

  /// The number at a key if it lies in a range.
  func decode<Number: Decodable>(_ key: Key, in range: ClosedRange<Number>) throws -> Number {
    try decode(key, ruleText(range), where: range.contains)
  }

  /// The choices at a key if they ascend and each obeys a rule.
  func decodeChoices<Choice: Decodable & Comparable>(
    _ key: Key, _ rule: String, where obeys: (Choice) -> Bool
  ) throws -> [Choice] {
    try decode(key, "a list of one or more ascending values, each \(rule)") { (choices: [Choice]) in
      !choices.isEmpty && choices.allSatisfy(obeys) && zip(choices, choices.dropFirst()).allSatisfy { $0 < $1 }
    }
  }

  /// The choices at a key if they ascend within a range.
  func decodeChoices<Choice: Decodable>(_ key: Key, in range: ClosedRange<Choice>) throws -> [Choice] {
    try decodeChoices(key, ruleText(range), where: range.contains)
  }

  /// The error that says what is wrong with the value at a key.
  func broken(_ key: Key, _ what: String) -> DecodingError {
    .dataCorruptedError(forKey: key, in: self, debugDescription: what)
  }
}

/// A range in words.
func ruleText(_ range: ClosedRange<some Any>) -> String { "from \(range.lowerBound) to \(range.upperBound)" }

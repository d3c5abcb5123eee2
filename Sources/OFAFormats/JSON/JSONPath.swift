/// The path inside a document, as people write it: `stages[2].stride`, `tensors["stem.filter"].shape`.
func jsonPath(_ codingPath: [any CodingKey]) -> String {
  codingPath.reduce(into: "") { text, key in
    if let index = key.intValue {
      text += "[\(index)]"
    } else if key.stringValue.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }), !key.stringValue.isEmpty {
      text += (text.isEmpty ? "" : ".") + key.stringValue
    } else {
      text += "[\"\(key.stringValue)\"]"
    }
  }
}

/// A key that is known only at run time: a dictionary's, or an array's index.
struct JSONKey: CodingKey {
  let stringValue: String
  let intValue: Int?

  init(stringValue: String) {
    self.stringValue = stringValue
    intValue = nil
  }

  init(intValue: Int) {
    stringValue = String(intValue)
    self.intValue = intValue
  }
}

/// Text made safe between tags and within quoted attributes of SVG and HTML. Control characters, which no document may
/// hold, become spaces.
package func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    case "\n", "\t": result.unicodeScalars.append(scalar)
    case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A0}", "\u{FFFE}", "\u{FFFF}": result += " "
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// A coordinate with at most one decimal, or two.
package func coordinate(_ value: Double, decimals: Int = 1) -> String {
  let size = decimals == 1 ? 10 : 100
  let parts = Int((value * Double(size)).rounded())
  var fraction = "\(abs(parts) % size)"
  fraction = String(repeating: "0", count: decimals - fraction.count) + fraction
  while fraction.last == "0" { fraction.removeLast() }
  return "\(parts < 0 ? "-" : "")\(abs(parts) / size)" + (fraction.isEmpty ? "" : "." + fraction)
}

import Foundation

/// The machine's processor as it names itself.
package struct Processor {
  /// The model's name; nil where the system does not tell.
  package let name: String?
  /// The clock at the moment of asking; nil where the system does not tell.
  let megahertz: Double?

  /// The first processor of this machine.
  package static var current: Processor {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    return Processor(name: field("model name", of: text), megahertz: field("cpu MHz", of: text).flatMap(Double.init))
  }

  /// What a machine says of itself whose files are read: a board its model, without its revision, others their
  /// processor; nil where it does not tell.
  package static func machine(reading read: (String) throws -> String?) rethrows -> String? {
    if let model = try read("/proc/device-tree/model") {
      let name = model.prefix { $0 != "\0" }.components(separatedBy: " Rev ")[0]
      if !name.isEmpty { return name }
    }
    return try read("/proc/cpuinfo").flatMap { field("model name", of: $0) }
  }

  /// The first value of a field in lines of `name : value`.
  static func field(_ name: String, of text: String) -> String? {
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      if parts.count == 2, parts[0] == name { return parts[1] }
    }
    return nil
  }
}

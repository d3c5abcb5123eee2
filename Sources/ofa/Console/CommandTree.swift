import ArgumentParser
import OFAFormats

/// The commands and their options, as ArgumentParser tells them where a manual is to be made.
struct CommandTree: Decodable {
  let commandName: String
  let subcommands: [CommandTree]?
  let defaultSubcommand: String?
  let arguments: [Argument]?

  struct Argument: Decodable {
    let kind: String
    let names: [Name]?
  }

  struct Name: Decodable {
    let kind: String
    let name: String

    /// As it is typed.
    var typed: String { (kind == "long" ? "--" : "-") + name }
  }

  /// What is wrong with the names in the program's own command line; nil where all are known.
  static var misspelling: String? {
    struct Document: Decodable { let command: CommandTree }
    let document = try? JSON.decode(Document.self, from: Ofa._dumpHelp(), at: "commands", unknownKeys: .ignored)
    return document?.command.misspelling(in: CommandLine.arguments.dropFirst())
  }

  /// What is wrong with the names in a command line, and what was probably meant; nil where all are known.
  func misspelling(in words: some Sequence<String>) -> String? {
    var (command, isHelp, takesValue) = (self, false, false)
    for word in words {
      if takesValue {
        takesValue = false
      } else if word == "--" {
        return nil
      } else if word.count > 1, word.hasPrefix("-") {
        let name = String(word.prefix { $0 != "=" })
        guard let argument = command.option(name) else {
          return command.unknown("option", name, among: command.optionNames)
        }
        takesValue = argument.kind == "option" && name == word
      } else if let next = command.subcommands?.first(where: { $0.commandName == word }) {
        // help takes the names of commands.
        if word == "help" { isHelp = true } else { command = next }
      } else if let subcommands = command.subcommands, !command.takesWords {
        return command.unknown("command", word, among: subcommands.map(\.commandName))
      } else if isHelp {
        return command.unknown("command", word, among: [])
      }
    }
    return nil
  }

  /// The command that is meant where no subcommand is named.
  private var standard: CommandTree? { subcommands?.first { $0.commandName == defaultSubcommand } }

  /// Whether words that are no names belong to it.
  private var takesWords: Bool { all.contains { $0.kind == "positional" } }

  private var all: [Argument] { (arguments ?? []) + (standard?.arguments ?? []) }

  private var optionNames: [String] { all.flatMap { $0.names ?? [] }.map(\.typed) }

  private func option(_ name: String) -> Argument? {
    // What every program of ArgumentParser has, and does not tell.
    let hidden = ["--help-hidden", "--generate-completion-script", "--experimental-dump-help"]
    return all.first { $0.names?.contains { $0.typed == name } == true }
      ?? (hidden.contains(name) ? Argument(kind: "flag", names: nil) : nil)
  }

  private func unknown(_ kind: String, _ name: String, among known: [String]) -> String {
    let nearest = name.nearest(among: known)
    let remedy =
      nearest.map { "; the nearest is '\($0)'" }
      ?? (kind == "command" && !known.isEmpty ? "; there are \(known.joined(separator: ", "))" : "")
    return "unknown \(kind) '\(name)'\(remedy)"
  }
}

extension String {
  /// The name that was probably meant by a misspelt one: the shortest that it begins, else the one of the fewest
  /// changes; nil where none is near.
  func nearest(among names: [String]) -> String? {
    func letters(_ name: String) -> Substring { name.drop { $0 == "-" } }
    let own = letters(self)
    if own.count > 1, let whole = names.filter({ letters($0).hasPrefix(own) }).min(by: { $0.count < $1.count }) {
      return whole
    }
    let changes = names.map { (name: $0, count: own.changes(to: letters($0))) }
    return changes.min { $0.count < $1.count }.flatMap {
      $0.count <= (own.count < 4 ? 1 : max(2, own.count / 3)) ? $0.name : nil
    }
  }
}

extension Substring {
  /// How many letters must be put in, left out, replaced or swapped with their neighbour to make another word.
  ///
  /// - Note: Damerau, A Technique for Computer Detection and Correction of Spelling Errors, 1964.
  fileprivate func changes(to other: Substring) -> Int {
    let (own, other) = (Array(self), Array(other))
    // By how much of the word is read, and how much of the other.
    var counts = [[Int]](repeating: Array(0...other.count), count: own.count + 1)
    for row in own.indices {
      counts[row + 1][0] = row + 1
      for column in other.indices {
        let replaced = counts[row][column] + (own[row] == other[column] ? 0 : 1)
        var least = Swift.min(replaced, counts[row][column + 1] + 1, counts[row + 1][column] + 1)
        if row > 0, column > 0, own[row] == other[column - 1], own[row - 1] == other[column] {
          least = Swift.min(least, counts[row - 1][column - 1] + 1)
        }
        counts[row + 1][column + 1] = least
      }
    }
    return counts[own.count][other.count]
  }
}

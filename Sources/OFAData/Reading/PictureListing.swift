import OFAFormats

/// The picture files of a data set with their classes, before any is read.
struct PictureListing {
  /// Which images a picture belongs to.
  enum Part {
    case train, heldOut, test

    /// The part that a folder's name, or a word in a list, stands for.
    init?(named name: String) {
      switch name.lowercased() {
      case "train", "training": self = .train
      case "val", "valid", "validation", "dev", "heldout": self = .heldOut
      case "test", "testing": self = .test
      default: return nil
      }
    }
  }

  /// One picture.
  struct File {
    var path: String
    var className: String
    /// Its part, where the set says so.
    var part: Part?
  }

  /// Where the set is, for messages.
  let place: String
  /// The pictures, each part's in order.
  private(set) var files: [File] = []
  /// How many files are of another kind.
  private(set) var passedOver = 0

  /// What a picture's name ends with.
  static let endings = [".jpg", ".jpeg", ".jpe", ".jfif", ".png"]

  static func isPicture(_ name: String) -> Bool { endings.contains { name.lowercased().hasSuffix($0) } }
}

// MARK: Folders

extension PictureListing {
  /// Lists a folder with one folder for each class, perhaps below `train`, `val` and `test`.
  ///
  /// Names that begin with a dot are no data. Below a class, pictures may lie in folders of any names. A class's
  /// pictures are in the order of their names, numbers in them by value.
  ///
  /// - Throws: `Failure(.missingInput)` where there are pictures, but no classes; `Failure(.badData)` where pictures
  ///   are beside `train` and another part; `Failure(.inputOutput)`.
  init(folder: String) throws {
    place = folder
    let folders = try classes(in: folder)
    let parts = folders.map { Part(named: $0.name) }
    if let train = parts.firstIndex(of: .train), let other = parts.firstIndex(where: { $0 != nil && $0 != .train }),
      let stranger = parts.firstIndex(of: nil)
    {
      let names = [stranger, train, other].map { folders[$0].name }
      throw Failure(
        .badData,
        "pictures in \(names[0]), beside \(names[1]) and \(names[2]), which are parts of a set; move them elsewhere or "
          + "into a part, or rename \(names[1]) where it is a class", at: folder)
    }
    if parts.contains(where: { $0 == .train }), parts.allSatisfy({ $0 != nil }) {
      for (part, folder) in zip(parts, folders) {
        for (name, files) in try classes(in: "\(place)/\(folder.name)") { add(files, of: name, part: part) }
      }
    } else {
      if folders.count == 1, try !InputFolder.names(in: "\(place)/\(folders[0].name)").contains(where: Self.isPicture) {
        throw Failure(
          .missingInput, "no folder for each class; if they are one further down, name \(place)/\(folders[0].name)",
          at: folder)
      }
      for (name, files) in folders { add(files, of: name, part: nil) }
    }
  }

  /// The folders of a folder that have pictures, each with all its files.
  private func classes(in folder: String) throws -> [(name: String, files: [String])] {
    let names = try InputFolder.names(in: folder)
    let folders = try names.filter { InputFile.isFolder("\(folder)/\($0)") }
      .map { (name: $0, files: try files(in: "\(folder)/\($0)")) }
      .filter { $0.files.contains(where: Self.isPicture) }
    if folders.isEmpty, let loose = names.first(where: Self.isPicture) {
      throw Failure(
        .missingInput,
        "pictures, such as \(loose), but no classes; put each class's into a folder of its name, or name a CSV file "
          + "with a line path,class for each", at: folder)
    }
    return folders
  }

  /// How deep below a class pictures are looked for. A link may lead back to a folder above.
  private static let deepest = 6

  /// All files below a folder, in the order of their names.
  private func files(in folder: String, depth: Int = 0) throws -> [String] {
    let names = try InputFolder.names(in: folder).map { (key: NaturalOrder($0), name: $0) }.sorted { $0.key < $1.key }
    return try names.flatMap { _, name in
      let path = "\(folder)/\(name)"
      // A picture's name spares a question.
      guard !Self.isPicture(name), InputFile.isFolder(path) else { return [path] }
      return depth < Self.deepest ? try files(in: path, depth: depth + 1) : []
    }
  }

  private mutating func add(_ paths: [String], of className: String, part: Part?) {
    let pictures = paths.filter(Self.isPicture)
    files += pictures.map { File(path: $0, className: className, part: part) }
    passedOver += paths.count - pictures.count
  }
}

/// Names in the order that people expect: numbers in them by value, so that `hand2` comes before `hand10`.
private struct NaturalOrder: Comparable {
  /// Words and numbers in turn. A number is its digits without leading zeros behind their count.
  private let parts: [[UInt8]]

  init(_ name: String) {
    var parts: [[UInt8]] = [[]]
    var isNumber = false
    for byte in name.utf8 {
      let isDigit = UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
      if isDigit != isNumber { parts.append([]) }
      isNumber = isDigit
      parts[parts.count - 1].append(byte)
    }
    for index in stride(from: 1, to: parts.count, by: 2) {
      let digits = parts[index].drop { $0 == UInt8(ascii: "0") }
      parts[index] = [UInt8(min(digits.count, 255))] + digits
    }
    // Names that differ in zeros alone keep one order.
    self.parts = parts + [Array(name.utf8)]
  }

  static func < (one: NaturalOrder, other: NaturalOrder) -> Bool {
    for (part, otherPart) in zip(one.parts, other.parts) where part != otherPart {
      return part.lexicographicallyPrecedes(otherPart)
    }
    return one.parts.count < other.parts.count
  }
}

// MARK: Lists

extension PictureListing {
  /// Reads a list of pictures: a CSV file with a line for each, its path, its class, and perhaps `train`, `val` or
  /// `test`.
  ///
  /// Paths are relative to the list's folder. A first line whose first word is no picture's name is taken for the names
  /// of the columns.
  ///
  /// - Throws: `Failure(.badData)` that names the row, of which empty lines are none; what reading a file throws.
  init(list path: String) throws {
    place = path
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    for (number, row) in try CommaSeparatedValues.rows(path).enumerated() {
      if number == 0, !Self.isPicture(row[0]) { continue }
      guard row.count >= 2, !row[0].isEmpty, !row[1].isEmpty else {
        let text = row.joined(separator: ",")
        throw Failure(.badData, "row \(number + 1), \"\(text)\", is not a path and a class", at: path)
      }
      var part: Part?
      if row.count > 2, !row[2].isEmpty {
        part = Part(named: row[2])
        guard part != nil else {
          throw Failure(
            .badData, "\"\(row[2])\" in row \(number + 1) is no part of a set; train, val and test are", at: path)
        }
      }
      if Self.isPicture(row[0]) {
        files.append(File(path: row[0].hasPrefix("/") ? row[0] : folder + row[0], className: row[1], part: part))
      } else {
        passedOver += 1
      }
    }
    guard !files.isEmpty else { throw Failure(.missingInput, "no picture in the list", at: path) }
  }
}

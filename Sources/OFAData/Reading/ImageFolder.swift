import Foundation
import OFAFormats

/// The image sets in a folder, and what is said of a folder that has none.
struct ImageFolder {
  /// One set, by the name that tells it from the others: the folder's path, a slash and this name stand for it alone.
  struct StoredSet {
    let name: String
    /// Whether a file of this name is of the set.
    let owns: (String) -> Bool
    let read: () throws -> StoredImages
  }

  let path: String
  let names: [String]
  let sets: [StoredSet]

  /// Lists a folder.
  ///
  /// - Throws: what ``InputFolder/names(in:)`` throws.
  init(_ path: String) throws {
    let names = try InputFolder.names(in: path)
    (self.path, self.names) = (path, names)
    let files = names.filter { IDX.prefix(of: $0) != nil && InputFile.isFile("\(path)/\($0)") }
    let prefixes = IDX.prefixes(files)
    sets =
      CIFAR.sets(folder: path, names: names)
      + prefixes.map { prefix in
        let short = prefix.isEmpty ? "train" : prefix.hasSuffix("-") ? String(prefix.dropLast()) : prefix
        // A prefix and the same with a dash are told apart by the dash.
        let isAlone = prefix.isEmpty || !prefixes.contains(short) && short != "train"
        return StoredSet(
          name: isAlone ? short : prefix, owns: { IDX.prefix(of: $0) == prefix },
          read: { try IDX(folder: path, prefix: prefix, names: names).read() })
      }
  }

  /// What names each of the sets: the folder's path if there is one only.
  var choices: [String] { sets.count == 1 ? [path] : sets.map { "\(path)/\($0.name)" } }

  /// Reads the set of a path: that of a folder, `FOLDER/NAME`, one of several in it, or a list of pictures.
  ///
  /// - Throws: `Failure(.usage)` when several are there, `Failure(.missingInput)` when none is, which says what is
  ///   there instead.
  static func read(
    _ path: String, pictures options: PictureOptions, progress: (Double) -> Void, isInterrupted: () -> Bool
  ) throws -> StoredImages {
    let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    let own = InputFile.isFolder(path) ? try ImageFolder(path) : nil
    if let own, own.sets.count > 1 {
      throw Failure(
        .usage,
        "several image sets: \(own.sets.map(\.name).listed); name one, such as \(own.choices[0])", at: path)
    }
    if let set = own?.sets.first { return try set.read() }
    // Perhaps one of several sets in the folder above.
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let (above, name) = (parts.dropLast().joined(separator: "/"), String(parts.last ?? ""))
    let parentPath = above.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : above
    let parent = try? ImageFolder(parentPath)
    if let set = parent?.sets.first(where: { $0.name == name }) { return try set.read() }
    let listing =
      own != nil
      ? try PictureListing(folder: path)
      : path.lowercased().hasSuffix(".csv") && InputFile.isFile(path) ? try PictureListing(list: path) : nil
    if let listing, !listing.files.isEmpty {
      return try listing.read(options, progress: progress, isInterrupted: isInterrupted)
    }
    if let own { throw own.nothing }
    if InputFile.isFile(path) {
      let index = parent?.sets.firstIndex { $0.owns(name) }
      let remedy =
        index.map { "; name \(parent?.choices[$0] ?? "")" }
        ?? (isArchive(name) ? "; unpack it and name its folder" : "")
      throw Failure(.missingInput, "a file, where a folder of images is wanted\(remedy)", at: path)
    }
    let others =
      parent.map { $0.sets.isEmpty ? "" : "; \(parentPath) has the sets \($0.sets.map(\.name).listed)" } ?? ""
    throw Failure(
      .missingInput, "no such folder of images; the one built-in set is \"shapes\"\(others)", at: path)
  }

  // MARK: Folders without a set

  /// How many folders below one are looked into, and how deep.
  private static let mostFolders = 64
  private static let deepest = 3

  /// What is said of a folder that has no set itself.
  private var nothing: Failure {
    var folders = [(folder: self, depth: 0)]
    var picture: String?
    var next = 0
    while next < folders.count {
      let (folder, depth) = folders[next]
      next += 1
      if !folder.sets.isEmpty {
        let all = folder.choices
        let others = all.count > 1 ? " (or \(Array(all.dropFirst()).listed))" : ""
        return Failure(.missingInput, "no image set here, but there is one below: name \(all[0])\(others)", at: path)
      }
      if let version = folder.foreignCIFAR { return Failure(.missingInput, version, at: folder.path) }
      if picture == nil, let name = folder.names.first(where: Self.isPicture) {
        picture = String("\(folder.path)/\(name)".dropFirst(path.count + 1))
      }
      guard depth < Self.deepest else { continue }
      for name in folder.names.prefix(Self.mostFolders) where folders.count < Self.mostFolders {
        if let below = try? ImageFolder("\(folder.path)/\(name)") { folders.append((below, depth + 1)) }
      }
    }
    if let picture {
      return Failure(
        .missingInput,
        "pictures, such as \(picture), of a kind that is not read; make them JPEG or PNG, one folder a class", at: path)
    }
    if let archive = names.first(where: Self.isArchive) {
      return Failure(.missingInput, "no image set, but \"\(archive)\", which may have one; unpack it here", at: path)
    }
    let found = names.isEmpty ? "it is empty" : "it has \(names.listed)"
    return Failure(
      .missingInput,
      "no image set: expected a folder of pictures for each class, train-images-idx3-ubyte[.gz] (MNIST and its like), "
        + "data_batch_1.bin or train.bin (CIFAR); \(found)",
      at: path)
  }

  /// What is said of CIFAR's other versions.
  private var foreignCIFAR: String? {
    let remedy = "is not read; fetch the binary version from www.cs.toronto.edu/~kriz/cifar.html:"
    let ten = "\(remedy) cifar-10-binary.tar.gz"
    if names.contains("data_batch_1") { return "CIFAR-10's Python version \(ten)" }
    if names.contains("data_batch_1.mat") { return "CIFAR-10's Matlab version \(ten)" }
    let hundred = "\(remedy) cifar-100-binary.tar.gz"
    if ["meta", "test", "train"].allSatisfy({ names.contains($0) && InputFile.isFile("\(path)/\($0)") }) {
      return "CIFAR-100's Python version \(hundred)"
    }
    if ["meta.mat", "test.mat", "train.mat"].allSatisfy(names.contains) {
      return "CIFAR-100's Matlab version \(hundred)"
    }
    return nil
  }

  private static func isPicture(_ name: String) -> Bool {
    [".bmp", ".gif", ".webp", ".heic", ".avif", ".ppm", ".pgm", ".tif", ".tiff"]
      .contains { name.lowercased().hasSuffix($0) }
  }

  private static func isArchive(_ name: String) -> Bool {
    [".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2", ".7z"].contains { name.lowercased().hasSuffix($0) }
  }
}

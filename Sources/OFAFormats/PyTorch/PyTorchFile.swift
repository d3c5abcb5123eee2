/// What `torch.save` wrote: a pickle, and the bytes of the storages that it names.
struct PyTorchFile {
  /// What the file is called in errors.
  let place: String
  /// The file's length.
  let size: Int
  let pickle: Pickle
  /// The bytes of each storage, in the pickle's order.
  let storages: [ArraySlice<UInt8>]

  /// Reads the form of PyTorch 1.6 and newer: a zip archive of `data.pkl` and a file `data/<key>` for each storage.
  ///
  /// - Throws: `Failure(.badData)`.
  init(zip bytes: [UInt8], at place: String) throws {
    (self.place, size) = (place, bytes.count)
    let archive = try ZipArchive(bytes: bytes, at: place)
    let names = archive.names.filter { $0.hasSuffix("/data.pkl") }
    guard let name = names.first, names.count == 1, let data = try archive.contents(of: name) else {
      throw Failure(
        .badData, "a zip archive with \(names.count) files data.pkl, expected one; not of PyTorch", at: place)
    }
    let folder = name.dropLast("data.pkl".count)
    if let order = try archive.contents(of: folder + "byteorder"), !order.elementsEqual("little".utf8) {
      throw Self.bigEndian(at: place)
    }
    var reader = ByteReader(data, at: "\(place): data.pkl")
    pickle = try Pickle(&reader)
    storages = try pickle.storages.map { storage in
      let name = "data/\(storage.key)"
      guard let bytes = try archive.contents(of: folder + name) else {
        throw Failure(.badData, "a storage that is not there; the file may be damaged", at: "\(place): \(name.shown)")
      }
      guard bytes.count == storage.size else {
        throw Failure(
          .badData, "\(bytes.count) bytes, expected \(storage.size) (\(storage.count) \(storage.elementType))",
          at: "\(place): \(name.shown)")
      }
      return bytes
    }
  }

  /// Reads the form before PyTorch 1.6: five pickles (a magic number, the protocol's version, facts about the machine,
  /// the objects, the storages' keys), then for each key the count of elements, 8 bytes, and the elements.
  ///
  /// - Throws: `Failure(.badData)`.
  init(legacy bytes: [UInt8], at place: String) throws {
    (self.place, size) = (place, bytes.count)
    var reader = ByteReader(bytes[...], at: "\(place):")
    _ = try Pickle(&reader)
    guard bytes[..<reader.position].dropLast().suffix(Self.magic.count).elementsEqual(Self.magic) else {
      throw Failure(.badData, "a pickle, but not of torch.save; save the model's state_dict() with it", at: place)
    }
    let version = try Pickle(&reader)
    guard case .integer(1001) = version[version.root] else {
      throw reader.failure("not the version 1001 of the protocol; save it with a newer PyTorch")
    }
    let machine = try Pickle(&reader)
    guard let order = machine.value(of: "little_endian", in: machine.root), case .boolean(true) = machine[order] else {
      throw Self.bigEndian(at: place)
    }
    pickle = try Pickle(&reader)

    let keys = try Pickle(&reader)
    guard case .sequence(let references) = keys[keys.root] else {
      throw reader.failure("no list of storages; the file may be damaged")
    }
    let named = Dictionary(uniqueKeysWithValues: pickle.storages.map { ($0.key, $0) })
    var found: [String: ArraySlice<UInt8>] = [:]
    for reference in references {
      guard case .text(let key) = keys[reference], let storage = named[key], found[key] == nil else {
        throw reader.failure("a storage that no tensor has, or twice the same; the file may be damaged")
      }
      let count = try reader.integer(Int64.self)
      guard count == storage.count else {
        throw reader.failure(
          "storage \(key.shown) has \(count) elements, expected \(storage.count); the file may be damaged")
      }
      found[key] = try reader.take(storage.size)
    }
    guard reader.remaining == 0 else {
      throw reader.failure("\(reader.remaining) bytes follow the last storage; the file may be damaged")
    }
    storages = try pickle.storages.map { storage in
      guard let bytes = found[storage.key] else {
        throw Failure(
          .badData, "a storage that is not there; the file may be damaged", at: "\(place): \(storage.key.shown)")
      }
      return bytes
    }
  }

  /// The number that the older form begins with, as its pickle holds it.
  private static let magic: [UInt8] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]

  private static func bigEndian(at place: String) -> Failure {
    Failure(.badData, "not said to be little-endian; load it and save it again on a little-endian machine", at: place)
  }
}

/// Pickles by hand, in instructions of protocol 2.
enum PickleBytes {
  /// A whole pickle.
  static func pickle(_ body: [UInt8]...) -> [UInt8] { [0x80, 2] + body.joined() + [0x2e] }

  static let none: [UInt8] = Array("N".utf8)

  static func text(_ text: String) -> [UInt8] { Array("X".utf8) + little(text.utf8.count, 4) + Array(text.utf8) }

  static func integer(_ number: Int) -> [UInt8] { [0x8a, 8] + little(number, 8) }

  static func tuple(_ items: [[UInt8]]) -> [UInt8] { Array("(".utf8) + items.joined() + Array("t".utf8) }

  static func integers(_ numbers: [Int]) -> [UInt8] { tuple(numbers.map(integer)) }

  static func dictionary(_ entries: (String, [UInt8])...) -> [UInt8] {
    Array("}(".utf8) + entries.flatMap { text($0.0) + $0.1 } + Array("u".utf8)
  }

  /// A name, module and name apart: "torch FloatStorage".
  static func global(_ name: String) -> [UInt8] {
    Array("c\(name.replacingOccurrences(of: " ", with: "\n"))\n".utf8)
  }

  static func call(_ name: String, _ arguments: [[UInt8]]) -> [UInt8] {
    global(name) + tuple(arguments) + Array("R".utf8)
  }

  static func put(_ number: UInt8) -> [UInt8] { [0x71, number] }

  static func get(_ number: UInt8) -> [UInt8] { [0x68, number] }

  static func storage(_ key: String = "0", _ type: String = "FloatStorage", count: Int = 4) -> [UInt8] {
    tuple([text("storage"), global("torch \(type)"), text(key), text("cpu"), integer(count)]) + Array("Q".utf8)
  }

  static func tensor(
    of storage: [UInt8] = storage(), from offset: Int = 0, _ shape: [Int] = [4], _ strides: [Int] = [1]
  )
    -> [UInt8]
  {
    call(
      "torch._utils _rebuild_tensor_v2",
      [
        storage, integer(offset), integers(shape), integers(strides), [0x89],
        call("collections OrderedDict", []),
      ])
  }

  /// The last bytes of a number, the lowest first.
  static func little(_ number: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  static func little<T>(_ values: [T]) -> [UInt8] { values.withUnsafeBytes(Array.init) }
}

/// The containers around pickles, by hand.
enum ContainerBytes {
  /// Four numbers, the storage that ``PickleBytes/tensor(of:from:_:_:)`` refers to.
  static let numbers: [(String, [UInt8])] = [("0", PickleBytes.little([Float(1), 2, 3, 4]))]

  /// An archive as `torch.save` writes it.
  static func archive(_ pickle: [UInt8], _ storages: [(String, [UInt8])] = numbers) -> [UInt8] {
    zip([("a/data.pkl", pickle)] + storages.map { ("a/data/\($0.0)", $0.1) })
  }

  /// A zip archive, perhaps with a directory in the form of zip64.
  static func zip(_ files: [(name: String, bytes: [UInt8])], method: Int = 0, isLong: Bool = false) -> [UInt8] {
    let little = PickleBytes.little as (Int, Int) -> [UInt8]
    let unknown = isLong ? -1 : nil
    var contents: [UInt8] = []
    var directory: [UInt8] = []
    for (name, bytes) in files {
      let sum = little(Int(checksum(bytes)), 4)
      let extra =
        isLong
        ? little(1, 2) + little(24, 2) + little(bytes.count, 8) + little(bytes.count, 8) + little(contents.count, 8)
        : []
      directory += [0x50, 0x4b, 1, 2, 0, 0, 0, 0, 0, 0] + little(method, 2) + [0, 0, 0, 0] + sum
      directory += little(unknown ?? bytes.count, 4) + little(unknown ?? bytes.count, 4) + little(name.utf8.count, 2)
      directory += little(extra.count, 2) + little(0, 10) + little(unknown ?? contents.count, 4)
      directory += Array(name.utf8) + extra
      contents += [0x50, 0x4b, 3, 4] + little(0, 10) + sum + little(bytes.count, 4) + little(bytes.count, 4)
      contents += little(name.utf8.count, 2) + little(0, 2) + Array(name.utf8) + bytes
    }
    let offset = contents.count
    let end = offset + directory.count
    let long: [UInt8] =
      isLong
      ? [0x50, 0x4b, 6, 6] + little(44, 8) + little(0, 12) + little(files.count, 8) + little(files.count, 8)
        + little(directory.count, 8) + little(offset, 8) + [0x50, 0x4b, 6, 7] + little(0, 4) + little(end, 8)
        + little(1, 4) : []
    let count = little(unknown ?? files.count, 2)
    return contents + directory + long + [0x50, 0x4b, 5, 6, 0, 0, 0, 0] + count + count + little(directory.count, 4)
      + little(unknown ?? offset, 4) + [0, 0]
  }

  /// A file as `torch.save` wrote it before version 1.6.
  static func legacy(_ pickle: [UInt8], _ storages: [(String, [UInt8], count: Int)], isLittle: Bool = true) -> [UInt8] {
    typealias P = PickleBytes
    let magic: [UInt8] = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e]
    let machine = P.pickle(P.dictionary(("little_endian", [isLittle ? 0x88 : 0x89])))
    return magic + P.pickle(P.integer(1001)) + machine + pickle + P.pickle(P.tuple(storages.map { P.text($0.0) }))
      + storages.flatMap { P.little($0.count, 8) + $0.1 }
  }

  /// The checksum of zip and gzip, bit by bit.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var remainder: UInt32 = 0xffff_ffff
    for byte in bytes {
      remainder ^= UInt32(byte)
      for _ in 0..<8 { remainder = remainder >> 1 ^ (remainder & 1 == 1 ? 0xedb8_8320 : 0) }
    }
    return ~remainder
  }
}

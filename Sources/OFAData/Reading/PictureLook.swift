import OFAFormats
import OFANumerics

/// The first look at a set's pictures, which several processes may share: each looks at a part of them, and then all
/// know of all.
public struct PictureSharing: Sendable {
  /// This process's part: of as many pictures as there are parts, the one at this place.
  public var part: Int
  /// How many parts there are.
  public var parts: Int
  /// What this process is called where it is not alone.
  public var name: String?
  /// Makes sure that all processes have the same list of pictures, given by its hash.
  public var agree: @Sendable (_ listing: () -> String) throws -> Void
  /// Gives what this process saw to the others; returns what all saw, by part.
  public var exchange: @Sendable (_ looks: [PictureLook]) throws -> [[PictureLook]]

  /// A sharing by its parts.
  public init(
    part: Int, parts: Int, name: String? = nil, agree: @escaping @Sendable (_ listing: () -> String) throws -> Void,
    exchange: @escaping @Sendable (_ looks: [PictureLook]) throws -> [[PictureLook]]
  ) {
    (self.part, self.parts, self.name, self.agree, self.exchange) = (part, parts, name, agree, exchange)
  }

  /// A process alone.
  public static let none = PictureSharing(part: 0, parts: 1, agree: { _ in }, exchange: { [$0] })
}

/// What a look at a picture came to, as processes tell each other.
public struct PictureLook: Hashable, Sendable, Codable {
  /// What the picture is, where it can be read.
  var facts: PictureFacts?
  /// What its file says of it.
  var header: Picture.Header?
  /// Why it cannot be read.
  var trouble: String?
}

extension PictureListing {
  /// The pictures that can be read, by their places in the list, and those of them that this process decoded.
  struct Seen {
    var readable: [(file: File, facts: PictureFacts, header: Picture.Header)] = []
    var decoded: [Int: Picture] = [:]
    var unreadable: [Failure] = []
  }

  /// Looks at all pictures, as many at once as there are threads.
  ///
  /// - Throws: `Failure(.badData)` where too many are unreadable; `Failure(.interrupted)`; what the sharing throws.
  func look(_ options: PictureOptions, progress: (Double) -> Void, isInterrupted: () -> Bool) throws -> Seen {
    let sharing = options.sharing
    try sharing.agree { listing }
    let own = Array(stride(from: sharing.part, to: files.count, by: sharing.parts))
    var looks: [PictureLook] = []
    var decoded = DecodedPictures(room: options.memory)
    let pieceSize = Self.piece(options)
    for start in stride(from: 0, to: own.count, by: pieceSize) {
      if isInterrupted() { throw Failure(.interrupted, "interrupted while reading pictures", at: place) }
      let piece = own[start..<min(start + pieceSize, own.count)]
      let results = Tasks.map(piece.count, threads: options.threads) { index in
        Result { () throws(Failure) in
          let (picture, header) = try Picture.read(files[piece[start + index]].path, options)
          return (picture: picture, facts: PictureFacts(of: picture), header: header)
        }
      }
      for (index, result) in zip(piece, results) {
        switch result {
        case .success(let (picture, facts, header)):
          looks.append(PictureLook(facts: facts, header: header))
          decoded.keep(picture, at: index)
        case .failure(let failure):
          looks.append(PictureLook(trouble: failure.message + (sharing.name.map { " (on \($0))" } ?? "")))
        }
      }
      progress(Double(start + piece.count) / Double(own.count))
    }
    let parts = try sharing.exchange(looks)
    var seen = Seen()
    for (index, file) in files.enumerated() {
      let look = parts[index % sharing.parts][index / sharing.parts]
      if let facts = look.facts, let header = look.header {
        if let picture = decoded[index] { seen.decoded[seen.readable.count] = picture }
        seen.readable.append((file, facts, header))
      } else {
        seen.unreadable.append(Failure(.badData, look.trouble ?? "", at: file.path))
      }
    }
    guard Double(seen.unreadable.count) <= options.tolerated * Double(files.count), !seen.readable.isEmpty else {
      let first = seen.unreadable[0]
      throw Failure(
        .badData,
        "\(seen.unreadable.count) of \(files.count) pictures are unreadable, "
          + "\(seen.readable.isEmpty ? "all" : "more than 1 in 20; ofa data inspect names them"); the first is "
          + "\(first.place ?? ""): \(first.message)", at: place)
    }
    return seen
  }

  /// How many pictures are decoded between two looks at the clock and at signals: as many as take 64 MB, if they are
  /// hardly wider than high.
  private static func piece(_ options: PictureOptions) -> Int {
    let side = options.shorterSide ?? 2_048
    return max(min(64_000_000 / (3 * side * side), 512), options.threads)
  }

  /// A hash of the list.
  private var listing: String {
    files.lazy.flatMap { "\($0.path)\n\($0.className)\n\($0.part.map { "\($0)" } ?? "")\n".utf8 }.digest
  }
}

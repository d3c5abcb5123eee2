import OFAFormats

/// What a rank knows of the lives of the others.
final class Life {
  /// Ranks whose connection is lost.
  var lost: Set<Int> = []
  /// The first that another rank told of why it cannot go on.
  private(set) var failure: Note?
  /// Whether all is done.
  var isOver = false

  private let rank: Int
  private var lastBeat: ContinuousClock.Instant
  private var lastHeard: [ContinuousClock.Instant]
  private var beats: [(any Transfer)?]

  private static let interval = Duration.seconds(1)

  /// Why a rank cannot go on.
  struct Note: Codable {
    var rank: Int
    /// The rank that is lost, where that is why.
    private var lost: Int?
    private var kind: Int32
    var message: String
    var place: String?

    /// The failure as the others say it.
    func failure(by name: String) -> Failure {
      Failure(
        Failure.Kind(rawValue: kind) ?? .internalError, lost == nil ? "\(name): \(message)" : message, at: place)
    }

    init(rank: Int, lost: Int?, _ failure: Failure) {
      (self.rank, self.lost, kind) = (rank, lost, failure.kind.rawValue)
      (message, place) = (failure.message.onOneLine, failure.place?.onOneLine)
    }
  }

  init(rank: Int, ranks: Int) {
    self.rank = rank
    let now = ContinuousClock.now
    lastBeat = now - Self.interval
    lastHeard = Array(repeating: now, count: ranks)
    beats = Array(repeating: nil, count: ranks)
  }

  /// Gives the others a sign of life where one is due, and takes theirs.
  func beat(over link: any Link) throws {
    let now = ContinuousClock.now
    guard now - lastBeat >= Self.interval else { return }
    // Who stood still knows nothing of the others.
    if now - lastBeat > Self.interval * 5 { lastHeard = lastHeard.map { _ in now } }
    lastBeat = now
    for other in lastHeard.indices where other != rank {
      // To one that takes none, one is on its way.
      if try beats[other].map(link.isDone) ?? true {
        beats[other] = try link.send(UnsafeRawBufferPointer(start: nil, count: 0), to: other, .beat)
      }
      while try link.received(from: other, .beat) != nil { lastHeard[other] = now }
      if let text = try link.received(from: other, .failure) {
        failure = failure ?? (try? JSON.decode(Note.self, from: text, at: ""))
      }
    }
  }

  /// The first rank that gave no sign of life for so long.
  func silent(for time: Duration) -> Int? { lastHeard.indices.first { isSilent($0, for: time) } }

  func isSilent(_ other: Int, for time: Duration) -> Bool {
    other != rank && ContinuousClock.now - lastHeard[other] > time
  }
}

extension Link {
  /// A short message that is there, as text; nil where none is.
  fileprivate func received(from rank: Int, _ kind: Message) throws -> String? {
    guard let count = try waiting(from: rank, kind) else { return nil }
    return try withUnsafeTemporaryAllocation(byteCount: max(1, count), alignment: 1) { bytes in
      let message = UnsafeMutableRawBufferPointer(rebasing: bytes[..<count])
      let transfer = try receive(message, from: rank, kind)
      while try !isDone(transfer) {}
      return String(decoding: message, as: UTF8.self)
    }
  }
}

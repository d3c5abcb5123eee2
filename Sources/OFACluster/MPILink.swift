#if MPI
  import CMPI
  import Foundation
  import OFAFormats

  /// Messages by the Message Passing Interface.
  ///
  /// - Note: MPI: A Message-Passing Interface Standard, version 3.1, 2015.
  final class MPILink: Link {
    let rank, ranks: Int
    let host: String

    /// Joins the processes that were started together.
    ///
    /// - Throws: `Failure(.inputOutput)` where MPI cannot.
    init() throws {
      var (rank, ranks): (Int32, Int32) = (0, 0)
      try Self.check(ofa_mpi_join(&rank, &ranks), "MPI does not start")
      (self.rank, self.ranks) = (Int(rank), Int(ranks))
      host = try Self.text(Int(OFA_MPI_HOST)) { try Self.check(ofa_mpi_host($0), "MPI knows no host") }
    }

    private final class Request: Transfer {
      let rank: Int
      var transfer = ofa_mpi_transfer()

      init(rank: Int) { self.rank = rank }
    }

    func send(_ bytes: UnsafeRawBufferPointer, to rank: Int, _ kind: Message) throws -> any Transfer {
      let request = Request(rank: rank)
      try check(
        ofa_mpi_send(bytes.baseAddress, Int32(bytes.count), Int32(rank), kind.tag, &request.transfer), rank)
      return request
    }

    func receive(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int, _ kind: Message) throws -> any Transfer {
      let request = Request(rank: rank)
      try check(
        ofa_mpi_receive(bytes.baseAddress, Int32(bytes.count), Int32(rank), kind.tag, &request.transfer), rank)
      return request
    }

    func isDone(_ transfer: any Transfer) throws -> Bool {
      guard let request = transfer as? Request else { preconditionFailure("The transfer is another link's.") }
      var isDone: Int32 = 0
      try check(ofa_mpi_test(&request.transfer, &isDone), transfer.rank)
      return isDone != 0
    }

    func waiting(from rank: Int, _ kind: Message) throws -> Int? {
      var (isThere, count): (Int32, Int32) = (0, 0)
      try check(ofa_mpi_probe(Int32(rank), kind.tag, &isThere, &count), rank)
      return isThere != 0 ? Int(count) : nil
    }

    func leave() { _ = ofa_mpi_leave() }

    func abort(status: Int32) -> Never {
      _ = ofa_mpi_abort(status)
      _exit(status)
    }

    private func check(_ code: Int32, _ rank: Int) throws {
      guard code != 0 else { return }
      throw LostRank(rank: rank, reason: "its connection is lost: \(Self.text(of: code))")
    }

    private static func check(_ code: Int32, _ what: String) throws {
      guard code != 0 else { return }
      throw Failure(.inputOutput, "\(what): \(text(of: code))")
    }

    private static func text(of code: Int32) -> String {
      text(Int(OFA_MPI_TEXT)) { _ = ofa_mpi_text(code, $0) }
    }

    private static func text(_ count: Int, _ body: (UnsafeMutablePointer<CChar>) throws -> Void) rethrows -> String {
      try withUnsafeTemporaryAllocation(of: CChar.self, capacity: count + 1) { text in
        text.update(repeating: 0)
        guard let start = text.baseAddress else { return "" }
        try body(start)
        return String(cString: start)
      }
    }
  }
#endif

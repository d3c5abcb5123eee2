/// What carries bytes between ranks. One thread calls at a time, and no call waits.
package protocol Link: AnyObject {
  /// This process's number.
  var rank: Int { get }
  /// How many processes there are.
  var ranks: Int { get }
  /// The machine that this process runs on.
  var host: String { get }

  /// Begins to send bytes, which stay as they are until the transfer is done.
  func send(_ bytes: UnsafeRawBufferPointer, to rank: Int, _ kind: Message) throws -> any Transfer
  /// Begins to receive a message, which has as many bytes.
  func receive(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int, _ kind: Message) throws -> any Transfer
  /// Looks whether a transfer is done, and goes on with all.
  func isDone(_ transfer: any Transfer) throws -> Bool
  /// How many bytes a message has that is there to be received; nil where none is.
  func waiting(from rank: Int, _ kind: Message) throws -> Int?
  /// Ends what links the processes, once all have come to this.
  func leave()
  /// Ends all processes.
  func abort(status: Int32) -> Never
}

/// A kind of messages. Those of one kind arrive in the order in which they were sent.
package struct Message: Hashable, Sendable {
  /// Its number, which MPI calls a tag.
  package let tag: Int32

  /// That a process is alive.
  package static let beat = Message(tag: 1)
  /// Why a process cannot go on.
  package static let failure = Message(tag: 2)
  /// What the leader tells the others.
  package static let order = Message(tag: 3)
  /// What they answer.
  package static let answer = Message(tag: 4)
  /// A part of an arena of floats that the leader shares.
  package static let arena = Message(tag: 5)
  /// Sums of gradients.
  package static let sums = Message(tag: 6)
  /// The losses of a rank's shards.
  package static let losses = Message(tag: 7)
  /// A part of a farm's work; an empty one says that there are no more.
  package static let task = Message(tag: 8)
  /// What a part came to.
  package static let yield = Message(tag: 9)
  /// Bytes whose way is timed.
  package static let probe = Message(tag: 10)
  /// The gradients of a shard.
  package static func gradients(_ shard: Int) -> Message { Message(tag: 16 + Int32(shard)) }
}

/// A message on its way.
package protocol Transfer: AnyObject {
  /// Whom it goes to or comes from.
  var rank: Int { get }
}

/// That a rank can no longer be reached.
package struct LostRank: Error {
  var rank: Int
  var reason: String
}

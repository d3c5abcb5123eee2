/// The tensors of a file, whichever program wrote it.
///
///     let checkpoint = try Checkpoint(reading: "ofa_mbv3.pth")
///     checkpoint.tensors.map(\.name)  // ["blocks.0.conv.weight", …]
///     checkpoint.taken                // "state_dict"
///
/// Known are safetensors files and what PyTorch's `torch.save` writes, in its form before version 1.6 and since. They
/// are told apart by their first bytes. PyTorch's files are Python pickles, programs that may call anything; here they
/// are only looked at: nothing is run, and a file that calls more than tensors need is refused.
///
/// Programs save a model's tensors beside other things, in dictionaries of their own. Which dictionary is taken, see
/// `WeightsChoice`. A tensor in dictionaries within it is named by all their keys with dots between them; what is no
/// tensor is passed over.
public struct Checkpoint: Sendable {
  /// The named tensors, in the order of their names, every value as `Float`.
  public let tensors: [Safetensors.Tensor]
  /// The key of the dictionary that they were taken from, as in `state_dict` or `checkpoint.model`; nil where they are
  /// all of the file's.
  public let taken: String?
  /// The keys of the dictionaries with a model's tensors that were left: moving averages.
  public let left: [String]
  /// What a safetensors file says of itself; empty where it says nothing, and of PyTorch's.
  public let metadata: [String: String]

  /// Reads a file.
  ///
  /// - Throws: what ``ByteStream`` throws, and `Failure(.badData)`, with the byte or the tensor, for a file that is
  ///   damaged, cut, big-endian, of another kind, or says more than tensors need.
  public init(reading path: String) throws { try self.init(ByteStream(path)) }

  /// Reads the bytes of a file.
  ///
  /// Every number of the file is checked before it is used, so that no file makes the program trap or run on. The
  /// tensors take at most 8 times the file's length and 1 MiB, whatever the file says.
  ///
  /// - Parameters:
  ///   - bytes: all of the file.
  ///   - place: what the bytes are called in errors.
  /// - Throws: `Failure(.badData)`.
  public init(bytes: [UInt8], at place: String) throws { try self.init(ByteStream(bytes, at: place)) }

  private init(_ stream: ByteStream) throws {
    // What the file is shows before the rest of it is read.
    let start = try stream.peek(9)
    let file: PyTorchFile
    switch FileFormat(start: start) {
    case .zip: file = try PyTorchFile(zip: Self.whole(stream), at: stream.place)
    case .pickle: file = try PyTorchFile(legacy: Self.whole(stream), at: stream.place)
    case .safetensors:
      let file = try Safetensors(stream)
      (taken, left, tensors, metadata) = (nil, [], file.tensors, file.metadata)
      return
    case let kind:
      let text = start.allSatisfy { 0x20..<0x7f ~= $0 } ? String(decoding: start, as: UTF8.self) : nil
      let bytes = start.map { String($0, radix: 16) }.joined(separator: " ")
      throw Failure(
        .badData,
        "neither a safetensors file nor a PyTorch checkpoint: "
          + (kind.map { "it is \($0)" } ?? "it begins with \(text.map { "\"\($0)\"" } ?? "the bytes \(bytes)")"),
        at: stream.place)
    }
    metadata = [:]
    let choice = WeightsChoice(in: file.pickle)
    (taken, left) = (choice.taken, choice.left)
    tensors = try file.tensors(of: choice.dictionary)
  }

  /// The named tensors of a file; see ``init(reading:)``.
  public static func tensors(reading path: String) throws -> [Safetensors.Tensor] {
    try Checkpoint(reading: path).tensors
  }

  /// The named tensors in the bytes of a file; see ``init(bytes:at:)``.
  public static func tensors(bytes: [UInt8], at place: String) throws -> [Safetensors.Tensor] {
    try Checkpoint(bytes: bytes, at: place).tensors
  }

  private static func whole(_ stream: ByteStream) throws -> [UInt8] {
    // A pipe does not say how much will come.
    let limit = stream.expected > 0 ? InputFile.defaultLimit : 1 << 30
    let bytes = stream.expected > limit ? [] : try stream.read(limit + 1)
    guard stream.expected <= limit, bytes.count <= limit else {
      throw Failure(.badData, "longer than \(limit) bytes, the most that is read", at: stream.place)
    }
    return bytes
  }
}

/// Reads the tensors of a file, whichever program wrote it.
///
///     let weights = try Checkpoint.tensors(reading: "ofa_mbv3.pth")
///     weights.map(\.name)  // ["blocks.0.conv.weight", …]
///
/// Known are safetensors files and what PyTorch's `torch.save` writes, in its form before version 1.6 and since. They are told
/// apart by their first bytes. PyTorch's files are Python pickles, programs that may call anything; here they are only looked at:
/// nothing is run, and a file that calls more than tensors need is refused.
public enum Checkpoint {
  /// The named tensors of a file, in the order of their names, every value as `Float`.
  ///
  /// Of a PyTorch file, the tensors of its dictionary, or of the dictionary under the key `state_dict` when there is one. A tensor
  /// in nested dictionaries is named by all their keys with dots between them; what is no tensor is passed over.
  ///
  /// - Throws: what ``InputFile/read(_:limit:)`` throws, and `Failure(.badData)`, with the byte or the tensor, for a file that is
  ///   damaged, cut, big-endian, of another kind, or says more than tensors need.
  public static func tensors(reading path: String) throws -> [Safetensors.Tensor] {
    try tensors(bytes: InputFile.read(path), at: path)
  }

  /// The named tensors in the bytes of a file.
  ///
  /// Every number of the file is checked before it is used, so that no file makes the program trap or run on. The tensors take at
  /// most 8 times the file's length and 1 MiB, whatever the file says.
  ///
  /// - Parameter place: what the bytes are called in errors.
  /// - Throws: `Failure(.badData)`.
  public static func tensors(bytes: [UInt8], at place: String) throws -> [Safetensors.Tensor] {
    if bytes.starts(with: "PK\u{3}\u{4}".utf8) { return try PyTorchFile(zip: bytes, at: place).tensors() }
    // A safetensors header is a JSON object after 8 bytes of any value.
    if bytes.count > 8, bytes[8] == UInt8(ascii: "{") { return try Safetensors(bytes: bytes, at: place).tensors }
    if bytes.first == Pickle.Opcode.proto.rawValue { return try PyTorchFile(legacy: bytes, at: place).tensors() }
    let start = bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: " ")
    throw Failure(
      .badData,
      "its \(bytes.count) bytes (\(start) …) begin neither as a safetensors file nor as a PyTorch checkpoint; fetch it again",
      at: place)
  }
}

import OFACluster
import OFAData
import OFAEngine
import OFAFormats
import OFANumerics

extension Cluster {
  /// Makes sure that all processes compute alike.
  ///
  /// - Throws: `Failure(.usage)`, at the leader, where one is another program, was started with other arguments, or has
  ///   other kernels.
  public func agreeOnProgram(arguments: [String]) throws {
    try agree(on: "the program's version", Package.version, "install the same on all machines")
    try agree(on: "the arguments", arguments.joined(separator: " "), "start all ranks with the same")
    try agree(
      on: "the kernels' form", KernelForm.preferred?.name ?? "none",
      "set \(KernelForm.variable) to one that all machines run")
    try agree(on: "OpenBLAS's kernels", OpenBLAS.processorType, "set OPENBLAS_CORETYPE to one that all machines run")
  }
}

extension Cluster {
  /// How the ranks look at the pictures of a set together. All of them do this at once.
  func pictureSharing(of place: String) -> PictureSharing {
    guard ranks > 1 else { return .none }
    return PictureSharing(
      part: rank, parts: ranks, name: name(of: rank),
      agree: {
        try self.agree(on: "the list of pictures of \(place)", $0(), else: .badData, "copy the same to all machines")
      },
      // Machines are not equally fast.
      exchange: { try self.gather($0, within: nil).map { try self.tell($0) } ?? self.hear() })
  }

  /// Makes sure that all ranks have the same model and the same images.
  ///
  /// - Throws: `Failure(.badData)`, at the leader, that names the first rank that has others.
  func agree(on model: TrainedModel, _ images: ImageSet, at place: String) throws {
    let advice = "copy the same to all machines"
    try agree(on: "the model \(model.folder)", model.model.supernet.weights.digest, else: .badData, advice)
    try agree(on: "the images of \(place)", try images.digest, else: .badData, advice)
  }
}

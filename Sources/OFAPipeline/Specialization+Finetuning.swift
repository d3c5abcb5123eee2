import OFAFormats
import OFATraining

// The subnet that was found can be trained further, alone: its weights were everyone's until then.

extension Specialization {
  /// How the subnet that is named is trained further.
  public struct Finetuning: Hashable, Sendable {
    /// For how many epochs.
    public var epochs: Int
    /// The folder of its run.
    public var output: String

    /// A training of so many epochs.
    public init(epochs: Int, output: String) { (self.epochs, self.output) = (epochs, output) }

    /// The folder of the model that it leaves.
    var model: String { RunFolder(output).modelPath }
  }

  /// - Throws: `.usage` where there is nothing to train, nothing to train it on, or a run in the folder.
  func checkFinetuning() throws {
    guard let finetuning else { return }
    guard modelFolder != nil, images != nil else {
      throw Failure(.usage, "it takes a trained `model` and its images; name them with `data`", at: "`finetuning`")
    }
    _ = try RunFolder(finetuning.output).check(resuming: false)
  }

  /// Trains the subnet that an answer names, and evaluates it on the images that it was evaluated on before.
  ///
  /// - Throws: what training throws.
  func finetune(_ answer: inout Answer, by finetuning: Finetuning, monitor: Monitor) throws {
    guard let best = answer.best, let images else { return }
    var training = Training(output: finetuning.output, threads: threads)
    training.from = modelFolder
    training.subnet = best.id
    training.recipe = "finetune"
    training.epochs = finetuning.epochs
    training.data = images
    training.seed = seed
    training.origin = origin
    _ = try training.run(monitor: monitor)
    var tuned = self
    tuned.space = SpaceSource(.model(finetuning.model))
    tuned.data = images
    // The other ranks do not have it.
    tuned.cluster = .alone
    answer.best?.finetunedAccuracy = try tuned.heldOutEvaluations(monitor: monitor)
      .evaluations(of: [tuned.space.space().largest])[0].topOneAccuracy
  }
}

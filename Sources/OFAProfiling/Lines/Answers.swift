import OFAFormats

/// What a runner's program answers: a line of JSON for each request, see the page "Lines".
enum Answers {
  /// Who answers, and what it can.
  struct Hello: Decodable {
    /// The version of the lines, 1.
    var version: Int
    /// What networks come as.
    var takes: Model
    /// Whether blocks can be timed inside of a network; not unless said.
    var timesBlocks: Bool?
    /// What runs the networks, such as `onnxruntime`, and its version.
    var runner: String
    var runnerVersion: String?
    /// The version of the plans that it reads, where it takes plans.
    var planVersion: Int?
    var kernelForm: String?
    /// How many threads run a network.
    var threads: Int?
    /// The device as it names itself.
    var device: String?
    var processor: String?
    var system: String?
  }

  /// What networks come as.
  enum Model: String, Decodable {
    case plan, onnx
  }

  /// A network is ready, and its result was the expected one.
  struct Loaded: Decodable {
    /// Which.
    var loaded: Int?
    /// The most by which a logit is off.
    var difference: Double
    /// What the run took whose result was looked at.
    var milliseconds: Double?
    /// The memory that activations take there.
    var arenaBytes: Int?
    /// The most memory that the process held in that run.
    var peakBytes: Int?
  }

  /// Networks that are loaded from now on run on these processors alone.
  struct Pinned: Decodable {
    var cores: String
  }

  /// A turn's times.
  struct Times: Decodable {
    /// Of which network.
    var turn: Int?
    var milliseconds: [Double]
    var blockMilliseconds: [[Double]]?
  }

  /// The text of a file of the system.
  struct Text: Decodable {
    var read: String
  }

  /// Something went wrong.
  struct Complaint: Decodable {
    var error: String
    var kind: Kind?

    enum Kind: String, Decodable {
      /// The request was not understood.
      case request
      /// The network was not understood.
      case model
      /// There is no memory for it.
      case memory
      /// The network's result is not the expected one.
      case result
    }
  }
}

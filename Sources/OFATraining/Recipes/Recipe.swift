import OFAData
import OFAFormats
import OFASpace

/// How networks are trained: a document with a name.
///
///     let recipe = try Recipe.named("sandwich")
///
/// The phases run one after another, each from the weights that the one before left behind. A phase whose elasticity
/// adds nothing in a space (a second depth step where stages have two depths), and whose images are changed as before,
/// is left out.
///
/// One learning rate runs through all of them: it rises, then falls to the end of the last. Every step trains the
/// largest subnet by the labels, and its answers teach the smaller subnets of the step.
///
/// - Note: Once-for-All, 2020, §3.3 (progressive shrinking); Yu et al., BigNAS, 2020, §3 for the sandwich of largest,
///   random and smallest subnets, the teacher in the step and the scales that start at zero.
public struct Recipe: VersionedDocument, Hashable, Sendable {
  /// The document's name.
  public static var format: String { "ofa-recipe" }
  /// The document's newest version.
  public static var currentVersion: Int { 3 }

  /// The recipe's name.
  public var name: String
  /// The epochs of all phases together, where neither epochs nor a time is asked for.
  public var epochs: Int
  /// The images of a step.
  public var batchSize: Int
  /// What is done to training images; nil: what is usual for the data set.
  public var augmentation: Augmentation?
  /// How the learning rate runs.
  public var learningRate: LearningRate
  /// What moves the weights.
  public var optimizer: OptimizerSettings
  /// What the subnets of a step minimize.
  public var objective: Objective
  /// How much of a moving average of the weights, which is then what is evaluated and kept, each step leaves, 0..<1;
  /// none: the weights of the last step are kept.
  public var averaging: Double?
  /// Whether blocks with a shortcut start as the identity.
  public var zeroesResidualScales: Bool
  /// How subnets are evaluated on the way and at the end.
  public var evaluation: EvaluationPlan
  /// The phases in order; at least one.
  public var phases: [Phase]

  /// How the learning rate runs; see ``LearningRateSchedule``.
  public struct LearningRate: Hashable, Sendable, Codable {
    /// The largest.
    public var peak: Double
    /// The share of the run that it takes to rise, 0..<1.
    public var warmUp: Double
    /// How it falls then; none: along half a cosine to zero.
    public var decay: Decay?

    /// A course of its parts.
    public init(peak: Double, warmUp: Double, decay: Decay? = nil) {
      (self.peak, self.warmUp, self.decay) = (peak, warmUp, decay)
    }
  }

  /// What moves the weights.
  public struct OptimizerSettings: Hashable, Sendable, Codable {
    /// Which optimizer.
    public var kind: Kind
    /// How much of its velocity it keeps, 0..<1; of AdamW and Muon: of the first moment.
    public var momentum: Double
    /// How much of the second moment AdamW keeps, 0..<1; 0.999 where nothing is said.
    public var secondMomentum: Double?
    /// The weight decay of filters and linear weights.
    public var weightDecay: Double
    /// The largest length of the whole gradient; a longer one is scaled down. None: no bound.
    public var maximumGradientNorm: Double?

    /// Settings of their parts.
    public init(
      kind: Kind = .sgd, momentum: Double = 0.9, secondMomentum: Double? = nil, weightDecay: Double,
      maximumGradientNorm: Double? = nil
    ) {
      (self.kind, self.momentum, self.secondMomentum) = (kind, momentum, secondMomentum)
      (self.weightDecay, self.maximumGradientNorm) = (weightDecay, maximumGradientNorm)
    }

    /// The optimizers.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
      /// Stochastic gradient descent with Nesterov momentum; see ``MomentumOptimizer``.
      case sgd
      /// See ``OFATraining/AdamW``.
      case adamW
      /// See ``OFATraining/Muon``.
      case muon
    }
  }

  /// How subnets are evaluated.
  public struct EvaluationPlan: Hashable, Sendable, Codable {
    /// The training images that make a subnet's statistics.
    public var calibrationImages: Int
    /// The held-out images of an evaluation on the way and of each sampled subnet.
    public var heldOutImages: Int
    /// The epochs between evaluations on the way.
    public var everyEpochs: Int
    /// The share of a time budget that evaluations between steps may take, and that is kept for those after the last
    /// step, 0..<1; of a short time more is kept.
    public var share: Double
  }

  /// One stretch of training with its own choices.
  public struct Phase: Hashable, Sendable, Codable {
    /// The phase's name in metrics and progress lines.
    public var name: String
    /// Its part of the run, relative to the other phases: of its time where a time is given, else of its work.
    public var share: Double
    /// Which choices are open.
    public var elasticity: Elasticity
    /// Which subnets a step trains.
    public var subnets: Sandwich
    /// What is done to its images in place of what the recipe says.
    public var augmentation: Augmentation?
  }

  /// How many values of each choice are open, counted from the largest; more than there are means all.
  public struct Elasticity: Hashable, Sendable, Codable {
    /// Of each block's kernel sizes.
    public var kernelSizes: Int
    /// Of each stage's depths.
    public var depths: Int
    /// Of each block's expand ratios.
    public var expandRatios: Int
    /// Of each elastic width; none: only the largest.
    public var widths: Int?
  }

  /// The subnets of a step: the largest, and others that it teaches.
  public struct Sandwich: Hashable, Sendable, Codable {
    /// How many subnets beside the largest are trained in each step.
    public var others: Int
    /// Every how many steps one of them is the smallest of the phase; the rest are drawn.
    public var smallestEvery: Int
    /// How they are drawn; none: uniformly.
    public var drawing: Drawing?

    /// A sandwich of its parts.
    public init(others: Int, smallestEvery: Int, drawing: Drawing? = nil) {
      (self.others, self.smallestEvery, self.drawing) = (others, smallestEvery, drawing)
    }

    /// How subnets are drawn.
    public enum Drawing: String, Hashable, Sendable, Codable, CaseIterable {
      /// Every choice evenly. Most subnets are then of middling size.
      case uniform
      /// So that their multiply-accumulates spread evenly from the smallest to the largest.
      case even
    }
  }
}

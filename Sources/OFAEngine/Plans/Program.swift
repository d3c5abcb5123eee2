import CRuntime

/// Memory that plans work in. It grows to the largest plan that has run in it; plans that never run at the same time
/// may share one, so that drawing a new subnet every step allocates nothing in the long run.
public final class Workspace: @unchecked Sendable {
  private var arena = FloatMemory(count: 0)
  private var scratch = FloatMemory(count: 0)
  /// How many runs there have been: what one has left, the next may move or write over.
  fileprivate(set) var runs = 0

  /// An empty workspace.
  public init() {}

  /// Its size now.
  public var bytes: Int { 4 * (arena.count + scratch.count) }

  fileprivate func arena(_ count: Int) -> UnsafeMutablePointer<Float> {
    if arena.count < count { arena = FloatMemory(count: count) }
    return arena.start
  }

  fileprivate func scratch(_ count: Int) -> UnsafeMutablePointer<Float> {
    if scratch.count < count { scratch = FloatMemory(count: count) }
    return scratch.start
  }
}

/// Finished steps and the memory that they need.
struct Program {
  let steps: [ofa_step]
  /// Floats of all buffers.
  let arenaCount: Int
  /// Bytes that one thread needs besides.
  let scratchBytes: Int
  let bufferOffsets: [Int]
  var workspace = Workspace()

  init(steps: [ofa_step], arenaCount: Int, bufferOffsets: [Int]) {
    self.steps = steps
    self.arenaCount = arenaCount
    self.bufferOffsets = bufferOffsets
    scratchBytes = ofa_plan_scratch(KernelForm.best.form, steps, steps.count)
  }

  enum Part {
    case all
    case steps(Range<Int>)
  }

  /// The memory of all buffers.
  var arena: UnsafeMutablePointer<Float> { workspace.arena(arenaCount) }

  /// Where a buffer lies that the builder made.
  func pointer(_ reference: ofa_ref) -> UnsafeMutablePointer<Float> { arena + offset(reference) }

  /// The same in floats from the arena's beginning.
  func offset(_ reference: ofa_ref) -> Int { bufferOffsets[Int(ofa_ref_offset(reference))] }

  func run(
    _ part: Part, weights: TensorArena, gradients: TensorArena? = nil, images: UnsafeBufferPointer<Float>? = nil,
    team: ThreadTeam = ThreadTeam(threads: 1)
  ) {
    run(part, weights: weights.values.baseAddress, gradients: gradients?.values.baseAddress, images: images, team: team)
  }

  func run(
    _ part: Part, weights: UnsafeMutablePointer<Float>?, gradients: UnsafeMutablePointer<Float>? = nil,
    images: UnsafeBufferPointer<Float>? = nil, team: ThreadTeam, blockSeconds: UnsafeMutablePointer<Double>? = nil
  ) {
    let range =
      switch part {
      case .all: 0..<steps.count
      case .steps(let range): range
      }
    workspace.runs += 1
    var bases = ofa_bases()
    bases.base = (
      nil, UnsafeMutableRawPointer(arena), UnsafeMutableRawPointer(weights), UnsafeMutableRawPointer(gradients),
      UnsafeMutableRawPointer(mutating: images?.baseAddress)
    )
    let scratch = workspace.scratch(scratchBytes / MemoryLayout<Float>.size * team.threads)
    steps.withUnsafeBufferPointer { steps in
      guard let first = steps.baseAddress else { return }
      ofa_run(
        team.form.form, first + range.lowerBound, range.count, &bases, team.team, scratch, scratchBytes, blockSeconds)
    }
  }
}

import CRuntime
import OFAGraph

/// Collects the steps of a plan; places its buffers when it is finished.
///
/// While a plan is built a reference into the arena holds a buffer's number instead of an offset. Which steps touch a
/// buffer tells how long it must live, so nothing is said about lives but what the host itself reads or writes.
struct PlanBuilder {
  let layout: TensorLayout
  private(set) var steps: [ofa_step] = []
  private var sizes: [Int] = []
  /// Moments outside of the steps at which a buffer must be live.
  private var needs: [(buffer: Int, moment: Int)] = []

  init(layout: TensorLayout) {
    self.layout = layout
  }

  /// Channels rounded up to whole vectors.
  static func padded(_ channels: Int) -> Int { (channels + 15) / 16 * 16 }

  // MARK: References

  /// A new buffer of the arena.
  mutating func buffer(_ count: Int) -> ofa_ref {
    sizes.append(count)
    return Self.reference(OFA_ARENA) | UInt64(sizes.count - 1) << 32
  }

  private static func reference(_ region: ofa_region) -> ofa_ref { UInt64(region.rawValue) << 56 }

  /// The caller's images.
  static var images: ofa_ref { reference(OFA_IMAGES) }

  /// A weight's first element in the supernet's arena.
  func weights(_ weight: Weight) -> ofa_ref { Self.reference(OFA_WEIGHTS) | UInt64(offset(weight)) }

  /// A weight's first element in the gradients' arena.
  func gradients(_ weight: Weight) -> ofa_ref { Self.reference(OFA_GRADIENTS) | UInt64(offset(weight)) }

  /// Floats of a plan's own prepared weights.
  static func prepared(_ offset: Int) -> ofa_ref { reference(OFA_WEIGHTS) | UInt64(offset) }

  private func offset(_ weight: Weight) -> Int {
    var offset = entry(weight.tensor).offset
    var stride = weight.tensorShape.reduce(1, *)
    for (size, range) in zip(weight.tensorShape, weight.ranges) {
      stride /= size
      offset += range.lowerBound * stride
    }
    return offset
  }

  func entry(_ tensor: String) -> TensorLayout.Entry {
    guard let entry = layout[tensor] else { preconditionFailure("The arena has no tensor \(tensor).") }
    return entry
  }

  // MARK: Steps

  /// The number of steps so far: the moment of the next.
  var moment: Int { steps.count }

  mutating func append(_ step: ofa_step) { steps.append(step) }

  /// Keeps a buffer live at a moment at which the host reads or writes it.
  mutating func keep(_ reference: ofa_ref, at moment: Int) { needs.append((Self.buffer(of: reference), moment)) }

  /// A step with the sizes of a convolution from `input` to `output`.
  static func step(_ kernel: ofa_kernel, block: Int, images: Int, input: Shape, output: Shape) -> ofa_step {
    var step = ofa_step()
    step.kernel = Int32(kernel.rawValue)
    step.block = Int32(block)
    step.tasks = 1
    step.images = Int32(images)
    (step.in_height, step.in_width, step.in_channels) = (Int32(input.height), Int32(input.width), Int32(input.channels))
    (step.out_height, step.out_width, step.out_channels) = (
      Int32(output.height), Int32(output.width), Int32(output.channels)
    )
    step.kernel_size = 1
    step.stride = 1
    return step
  }

  /// Stores a value, or the sum of two, as they are read.
  mutating func store(_ first: Reading, plus second: Reading? = nil, of node: Graph.Node, images: Int) -> ofa_ref {
    let shape = node.outputs[0]
    var step = Self.step(OFA_ELEMENTWISE, block: node.block, images: images, input: shape, output: shape)
    step.source = first.source
    if let second { step.source2 = second.source }
    Partition.elements(&step, rows: images * shape.positions, channels: shape.channels)
    step.output = buffer(images * shape.count)
    append(step)
    return step.output
  }

  /// A step that pools windows, forward or backward, without the buffers that it reads and writes.
  static func step(
    _ kernel: ofa_kernel, _ pooling: Pooling, block: Int, images: Int, input: Shape, output: Shape
  ) -> ofa_step {
    var step = step(kernel, block: block, images: images, input: input, output: output)
    step.kernel_size = Int32(pooling.size)
    step.stride = Int32(pooling.stride)
    step.padding = Int32(pooling.padding)
    step.pooling = Int32((pooling.kind == .max ? OFA_MAX : OFA_MEAN_OF_WINDOW).rawValue)
    step.tasks = Int32(Partition.images(&step, images: images))
    return step
  }

  /// Pools the windows of a value.
  mutating func pool(_ value: Reading, _ pooling: Pooling, of node: Graph.Node, input: Shape, images: Int) -> Reading {
    var step = Self.step(
      OFA_WINDOW_POOL, pooling, block: node.block, images: images, input: input, output: node.outputs[0])
    step.source = value.source
    step.output = buffer(images * node.outputs[0].count)
    append(step)
    return Reading(step.output)
  }

  /// The taps of a depthwise filter by channel, [k², padded channels], made from the supernet's tensor by every kernel
  /// step on the way.
  ///
  /// - Returns: the buffer with all levels, the offset of the last, and the step, whose description the way back
  ///   repeats.
  mutating func depthwiseFilter(_ weight: Weight, block: Int) -> (levels: ofa_ref, offset: Int, step: ofa_step) {
    let channels = weight.shape[0]
    let full = weight.tensorShape[3]
    var step = ofa_step()
    step.kernel = Int32(OFA_DEPTHWISE_FILTER.rawValue)
    step.block = Int32(block)
    step.in_channels = Int32(channels)
    step.weights = weights(weight)
    step.filter_stride = Int32(full * full)
    step.full_kernel_size = Int32(full)
    precondition(weight.kernelSteps.count <= Int(OFA_KERNEL_STEPS), "An elastic kernel has at most four steps.")
    step.kernel_steps = Int32(weight.kernelSteps.count)
    withUnsafeMutableBytes(of: &step.step_kernel_size) { sizes in
      for (index, kernelStep) in weight.kernelSteps.enumerated() {
        sizes.bindMemory(to: Int32.self)[index] = Int32(kernelStep.kernelSize)
      }
    }
    withUnsafeMutableBytes(of: &step.step_matrix) { matrices in
      for (index, kernelStep) in weight.kernelSteps.enumerated() {
        guard let matrix = kernelStep.matrix else { continue }
        matrices.bindMemory(to: ofa_ref.self)[index] = Self.reference(OFA_WEIGHTS) | UInt64(entry(matrix).offset)
      }
    }
    withUnsafeMutableBytes(of: &step.step_matrix_gradient) { matrices in
      for (index, kernelStep) in weight.kernelSteps.enumerated() {
        guard let matrix = kernelStep.matrix else { continue }
        matrices.bindMemory(to: ofa_ref.self)[index] = Self.reference(OFA_GRADIENTS) | UInt64(entry(matrix).offset)
      }
    }
    step.tasks = Int32(Self.padded(channels) / 16)
    step.output = levels(of: weight)
    append(step)
    let last = weight.kernelSteps.last?.kernelSize ?? full
    return (step.output, Self.levelsCount(of: weight) - last * last * Self.padded(channels), step)
  }

  /// A new buffer for all levels of a depthwise filter, or for their gradients.
  mutating func levels(of weight: Weight) -> ofa_ref { buffer(Self.levelsCount(of: weight)) }

  private static func levelsCount(of weight: Weight) -> Int {
    (weight.tensorShape[3] * weight.tensorShape[3] + stepTaps(of: weight)) * padded(weight.shape[0])
  }

  /// The taps that all steps of an elastic kernel make: the rows of all their matrices.
  static func stepTaps(of weight: Weight) -> Int {
    weight.kernelSteps.reduce(0) { $0 + $1.kernelSize * $1.kernelSize }
  }

  // MARK: Finishing

  private static func buffer(of reference: ofa_ref) -> Int { Int(reference >> 32 & 0xFF_FFFF) }

  private static func isBuffer(_ reference: ofa_ref) -> Bool { reference >> 56 == UInt64(OFA_ARENA.rawValue) }

  /// Calls `body` with every reference of a step.
  private static func forEachReference(_ step: inout ofa_step, _ body: (inout ofa_ref) -> Void) {
    withUnsafeMutableBytes(of: &step) { bytes in
      guard let base = bytes.baseAddress, var offset = ofa_reference_offsets() else { return }
      while offset.pointee != 0 {
        body(&(base + offset.pointee).assumingMemoryBound(to: ofa_ref.self).pointee)
        offset += 1
      }
    }
  }

  /// Places the buffers and returns the program; `kept` buffers stay as they are after its end.
  consuming func finish(keeping kept: [ofa_ref] = []) -> Program {
    var lives = [ClosedRange<Int>?](repeating: nil, count: sizes.count)
    func extend(_ buffer: Int, to moment: Int) {
      let life = lives[buffer] ?? moment...moment
      lives[buffer] = min(life.lowerBound, moment)...max(life.upperBound, moment)
    }
    for index in steps.indices {
      Self.forEachReference(&steps[index]) { if Self.isBuffer($0) { extend(Self.buffer(of: $0), to: index) } }
    }
    for (buffer, moment) in needs { extend(buffer, to: moment) }
    for reference in kept { extend(Self.buffer(of: reference), to: steps.count) }

    var planner = LivenessPlanner()
    for (size, life) in zip(sizes, lives) { planner.add(size: life == nil ? 0 : size + 16, life: life ?? 0...0) }
    let placed = planner.placed(alignment: 16)
    for index in steps.indices {
      Self.forEachReference(&steps[index]) { reference in
        guard Self.isBuffer(reference) else { return }
        let offset = UInt64(placed.offsets[Self.buffer(of: reference)]) + reference & 0xFFFF_FFFF
        reference = Self.reference(OFA_ARENA) | offset
      }
    }
    return Program(steps: steps, arenaCount: placed.size, bufferOffsets: placed.offsets)
  }
}

import CRuntime
import OFAGraph

/// Collects the steps of a plan; places its buffers when it is finished.
///
/// While a plan is built a reference into the arena holds a buffer's number instead of an offset. Which steps touch a
/// buffer tells how long it must live, so nothing is said about lives but what the host itself reads or writes.
struct PlanBuilder {
  let layout: TensorLayout
  private(set) var steps: [ofa_step] = []
  /// The buffers' sizes, in floats.
  private var sizes: [Int] = []
  /// Moments outside of the steps at which a buffer must be live.
  private var needs: [(buffer: Int, moment: Int)] = []

  init(layout: TensorLayout) {
    self.layout = layout
  }

  /// Channels in a panel.
  static let panel = Int(OFA_PANEL)

  /// The panels of so many channels.
  static func panels(_ channels: Int) -> Int { (channels + panel - 1) / panel }

  /// Channels rounded up to whole panels.
  static func padded(_ channels: Int) -> Int { panels(channels) * panel }

  // MARK: References

  /// A new buffer of the arena.
  mutating func buffer(_ count: Int) -> ofa_ref {
    sizes.append(count)
    return ofa_ref_to(OFA_ARENA, OFA_FLOAT32, UInt64(sizes.count - 1))
  }

  private static func reference(_ region: ofa_region, float offset: Int) -> ofa_ref {
    ofa_ref_to(region, OFA_FLOAT32, UInt64(offset * MemoryLayout<Float>.size))
  }

  /// The caller's images.
  private static var images: ofa_ref { reference(OFA_IMAGES, float: 0) }

  /// A weight's first element in the supernet's arena.
  func weights(_ weight: Weight) -> ofa_ref { Self.reference(OFA_WEIGHTS, float: offset(weight)) }

  /// A weight's first element in the gradients' arena.
  func gradients(_ weight: Weight) -> ofa_ref { Self.reference(OFA_GRADIENTS, float: offset(weight)) }

  /// A whole tensor in the supernet's arena, and in that of the gradients.
  func tensor(_ name: String) -> (weights: ofa_ref, gradients: ofa_ref) {
    let offset = entry(name).offset
    return (Self.reference(OFA_WEIGHTS, float: offset), Self.reference(OFA_GRADIENTS, float: offset))
  }

  /// Floats of a plan's own prepared weights.
  static func prepared(_ offset: Int) -> ofa_ref { reference(OFA_WEIGHTS, float: offset) }

  private func offset(_ weight: Weight) -> Int {
    var offset = entry(weight.tensor).offset
    var stride = weight.tensorShape.reduce(1, *)
    for (size, range) in zip(weight.tensorShape, weight.ranges) {
      stride /= size
      offset += range.lowerBound * stride
    }
    return offset
  }

  private func entry(_ tensor: String) -> TensorLayout.Entry {
    guard let entry = layout[tensor] else { preconditionFailure("The arena has no tensor \(tensor).") }
    return entry
  }

  // MARK: Steps

  /// The number of steps so far: the moment of the next.
  var moment: Int { steps.count }

  mutating func append(_ kernel: ofa_kernel, block: Int, _ cut: Cut, _ arguments: ofa_arguments) {
    steps.append(
      ofa_step(
        kernel: Int32(kernel.rawValue), block: Int32(block), tasks: Int32(cut.tasks),
        rows_per_tile: Int32(cut.rowsPerTile), rows_per_task: Int64(cut.rowsPerTask), arguments: arguments))
  }

  /// Keeps a buffer live at a moment at which the host reads or writes it.
  mutating func keep(_ reference: ofa_ref, at moment: Int) { needs.append((Self.buffer(of: reference), moment)) }

  /// Stores a value, or the sum of two, as they are read.
  mutating func store(_ first: Reading, plus second: Reading? = nil, of node: Graph.Node, images: Int) -> ofa_ref {
    let shape = node.outputs[0]
    var addition = ofa_addition_forward()
    addition.shape = ofa_rows(images: images, shape)
    addition.source = first.source
    if let second { addition.other = second.source }
    addition.output = buffer(images * shape.count)
    append(
      OFA_ADDITION_ELEMENTS_FORWARD_F32, block: node.block, Partition.elements(addition.shape),
      ofa_arguments(addition_forward: addition))
    return addition.output
  }

  /// The means over all positions of a value.
  mutating func mean(_ value: Reading, of node: Graph.Node, in graph: Graph, images: Int) -> Reading {
    var mean = ofa_image()
    mean.shape = ofa_rows(images: images, graph[node.inputs[0]])
    mean.source = value.source
    mean.output = buffer(images * node.outputs[0].count)
    append(OFA_MEAN_IMAGE_FORWARD_F32, block: node.block, Cut(tasks: images), ofa_arguments(image: mean))
    return Reading(mean.output)
  }

  /// Pools the windows of a value.
  mutating func pool(
    _ value: Reading, _ pooling: Pooling, of node: Graph.Node, in graph: Graph, images: Int
  ) -> Reading {
    var step = ofa_pooling_forward()
    step.shape = ofa_windows(images: images, node: node, in: graph)
    (step.pooling, step.padding) = (pooling.code, Int32(pooling.padding))
    step.source = value.source
    step.output = buffer(images * node.outputs[0].count)
    append(
      OFA_POOLING_WINDOWS_FORWARD_F32, block: node.block, Partition.images(images),
      ofa_arguments(pooling_forward: step))
    return Reading(step.output)
  }

  /// The images: where the caller has them, or a copy for kernels that read further.
  mutating func images(of node: Graph.Node, readers: [Int], in graph: Graph, images: Int) -> Reading {
    let inPlace = Reading(Self.images)
    return graph.readsImagesInPlace(readers) ? inPlace : Reading(store(inPlace, of: node, images: images))
  }

  // MARK: Finishing

  /// The buffer's number while a plan is built; where it lies when it is finished.
  private static func buffer(of reference: ofa_ref) -> Int { Int(ofa_ref_offset(reference)) }

  private static func isBuffer(_ reference: ofa_ref) -> Bool { ofa_ref_region(reference) == OFA_ARENA.rawValue }

  /// Calls `body` with every reference of a step.
  private static func forEachReference(_ step: inout ofa_step, _ body: (inout ofa_ref) -> Void) {
    var offset = step.about.references
    withUnsafeMutableBytes(of: &step) { bytes in
      guard let base = bytes.baseAddress else { return }
      while let place = offset?.pointee, place != 0 {
        body(&(base + place).assumingMemoryBound(to: ofa_ref.self).pointee)
        offset = offset.map { $0 + 1 }
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
    for (size, life) in zip(sizes, lives) {
      planner.add(size: life == nil ? 0 : size + Self.panel, life: life ?? 0...0)
    }
    let placed = planner.placed(alignment: Self.panel)
    for index in steps.indices {
      Self.forEachReference(&steps[index]) { reference in
        guard Self.isBuffer(reference) else { return }
        reference = Self.reference(OFA_ARENA, float: placed.offsets[Self.buffer(of: reference)])
      }
    }
    return Program(steps: steps, arenaCount: placed.size, bufferOffsets: placed.offsets)
  }
}

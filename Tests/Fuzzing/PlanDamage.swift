import CRuntime

extension Mutator {
  /// One piece of damage to a plan that mostly leaves it consistent, so that it gets past the checks and runs.
  mutating func damagePlan(_ bytes: inout [UInt8]) {
    let (headerSize, stepSize) = (MemoryLayout<ofa_plan_header>.size, MemoryLayout<ofa_step>.stride)
    guard bytes.count >= headerSize, !happens(oneIn: 12) else { return damage(&bytes, words: [], others: [bytes]) }
    var header = bytes.withUnsafeBytes { $0.loadUnaligned(as: ofa_plan_header.self) }
    let count = min(Int(clamping: header.steps), (bytes.count - headerSize) / stepSize)
    if count == 0 || happens(oneIn: 5) {
      damage(&header)
    } else {
      let place = headerSize + stepSize * below(count)
      var step = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: ofa_step.self) }
      damage(&step, header)
      if !happens(oneIn: 4) { Self.mend(&step) }
      withUnsafeBytes(of: step) { bytes.replaceSubrange(place..<place + stepSize, with: $0) }
      if happens(oneIn: 8) {
        // A step twice, or one left out.
        if happens(oneIn: 2) {
          bytes.insert(contentsOf: bytes[place..<place + stepSize], at: place)
          header.steps &+= 1
        } else {
          bytes.removeSubrange(place..<place + stepSize)
          header.steps &-= 1
        }
      }
    }
    withUnsafeBytes(of: header) { bytes.replaceSubrange(0..<headerSize, with: $0) }
  }

  private mutating func damage(_ header: inout ofa_plan_header) {
    switch below(10) {
    case 0: header.arena = UInt64(truncatingIfNeeded: size())
    case 1: header.arena = UInt64(1) << UInt64(below(40))
    case 2: header.output = UInt64(truncatingIfNeeded: size())
    case 3: header.images = UInt32(bitPattern: size())
    case 4: header.height = UInt32(bitPattern: size())
    case 5: header.width = UInt32(bitPattern: size())
    case 6: header.channels = UInt32(bitPattern: size())
    case 7: header.classes = UInt32(bitPattern: size())
    case 8: header.blocks = UInt32(bitPattern: size())
    default: header.arena &+= UInt64(below(4096))
    }
  }

  private mutating func damage(_ step: inout ofa_step, _ header: ofa_plan_header) {
    switch below(22) {
    case 0: step.kernel = pick([2, 3, 4, 6, 7, 8, Int32(below(24)) - 2])
    case 1: step.images = size()
    case 2: step.in_height = size()
    case 3: step.in_width = size()
    case 4: step.in_channels = size()
    case 5: step.out_channels = size()
    case 6: step.kernel_size = pick([1, 2, 3, 4, 5, 7, 9, 11, 31, 63, 64, 0, -1])
    case 7: step.stride = pick([1, 2, 3, 5, 16, 17, 0, -1])
    case 8: step.padding = Int32(below(70)) - 2
    case 9: step.pooling = Int32(below(4)) - 1
    case 10: step.activation = Int32(below(7)) - 1
    case 11: step.source.activation = Int32(below(7)) - 1
    case 12: step.source.gate_activation = Int32(below(7)) - 1
    case 13: step.source.data = reference(header)
    case 14: step.source.gate = reference(header)
    case 15: step.source2.data = reference(header)
    case 16: step.weights = reference(header)
    case 17: step.bias = reference(header)
    case 18: step.residual = reference(header)
    case 19: step.output = reference(header)
    case 20:
      step.rows_per_task = size()
      step.rows_per_tile = size()
    default: step.block = Int32(truncatingIfNeeded: below(Int(header.blocks) + 2)) &- 1
    }
  }

  /// A size: mostly of the kind that networks have, at times at an edge.
  private mutating func size() -> Int32 {
    happens(oneIn: 5)
      ? pick([0, -1, 1, .max, .min, 65_536, 65_537, 32_768, 46_341]) : Int32(1 + below(pick([4, 20, 70, 600])))
  }

  /// A place in one of the regions, mostly within it.
  private mutating func reference(_ header: ofa_plan_header) -> UInt64 {
    let region = UInt64(happens(oneIn: 8) ? below(8) : pick([1, 2, 4]))
    let room = Int(clamping: region == 1 ? header.arena : region == 2 ? header.weights : 4_096)
    let offset = happens(oneIn: 8) ? pick([1 << 32, 1 << 55, room, room &+ 1]) : below(min(room, 1 << 40))
    return region << 56 | UInt64(truncatingIfNeeded: offset)
  }

  /// Gives a step the sizes and the cut into tasks that follow from the rest of it.
  private static func mend(_ step: inout ofa_step) {
    guard step.stride > 0, step.images > 0, step.images < 1 << 16, step.in_height > 0, step.in_width > 0 else { return }
    step.rows_per_task = max(1, step.rows_per_task)
    step.rows_per_tile = min(max(1, step.rows_per_tile), 65_536)
    switch UInt32(bitPattern: step.kernel) {
    case OFA_DENSE.rawValue, OFA_DEPTHWISE.rawValue, OFA_WINDOW_POOL.rawValue:
      step.out_height = (step.in_height - 1) / step.stride + 1
      step.out_width = (step.in_width - 1) / step.stride + 1
    case OFA_POOL.rawValue: (step.out_height, step.out_width) = (1, 1)
    default: (step.out_height, step.out_width) = (step.in_height, step.in_width)
    }
    if ![OFA_POINTWISE.rawValue, OFA_DENSE.rawValue].contains(UInt32(bitPattern: step.kernel)) {
      step.out_channels = step.in_channels
    }
    if step.kernel == OFA_POINTWISE.rawValue { step.kernel_size = 1 }
    func pieces(_ count: Int) -> Int { (count + Int(step.rows_per_task) - 1) / Int(step.rows_per_task) }
    let rows = Int(step.images) * Int(step.out_height)
    let tasks =
      switch UInt32(bitPattern: step.kernel) {
      case OFA_DENSE.rawValue: pieces(rows)
      case OFA_DEPTHWISE.rawValue: pieces(rows) * ((Int(step.in_channels) + 15) / 16)
      case OFA_WINDOW_POOL.rawValue: pieces(Int(step.images))
      case OFA_POOL.rawValue: Int(step.images)
      default: pieces(rows * Int(step.out_width))
      }
    step.tasks = Int32(truncatingIfNeeded: tasks)
  }
}

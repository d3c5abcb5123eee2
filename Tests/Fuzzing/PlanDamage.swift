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
    switch below(12) {
    case 0: step.kernel = Int32(below(Int(OFA_INFERENCE_KERNEL_COUNT.rawValue) + 4)) - 2
    case 1: step.rows_per_task = Int64(size())
    case 2: step.rows_per_tile = size()
    case 3: step.block = Int32(truncatingIfNeeded: below(Int(header.blocks) + 2)) &- 1
    default:
      switch ofa_kernel(UInt32(bitPattern: step.kernel)) {
      case OFA_ADDITION_ELEMENTS_FORWARD_F32: damage(&step.arguments.addition_forward, header)
      case OFA_MEAN_IMAGE_FORWARD_F32: damage(&step.arguments.image, header)
      case OFA_POOLING_WINDOWS_FORWARD_F32: damage(&step.arguments.pooling_forward, header)
      default: damage(&step.arguments.convolution_forward, header)
      }
    }
  }

  private mutating func damage(_ step: inout ofa_convolution_forward, _ header: ofa_plan_header) {
    switch below(7) {
    case 0: damage(&step.shape)
    case 1: damage(&step.source, header)
    case 2: step.filter = reference(header)
    case 3: step.bias = reference(header)
    case 4: step.residual = reference(header)
    case 5: step.output = reference(header)
    default: step.activation = Int32(below(7)) - 1
    }
  }

  private mutating func damage(_ step: inout ofa_addition_forward, _ header: ofa_plan_header) {
    switch below(4) {
    case 0: damage(&step.shape)
    case 1: damage(&step.source, header)
    case 2: damage(&step.other, header)
    default: step.output = reference(header)
    }
  }

  private mutating func damage(_ step: inout ofa_image, _ header: ofa_plan_header) {
    switch below(3) {
    case 0: damage(&step.shape)
    case 1: damage(&step.source, header)
    default: step.output = reference(header)
    }
  }

  private mutating func damage(_ step: inout ofa_pooling_forward, _ header: ofa_plan_header) {
    switch below(5) {
    case 0: damage(&step.shape)
    case 1: damage(&step.source, header)
    case 2: step.output = reference(header)
    case 3: step.padding = Int32(below(70)) - 2
    default: step.pooling = Int32(below(4)) - 1
    }
  }

  private mutating func damage(_ source: inout ofa_source, _ header: ofa_plan_header) {
    switch below(4) {
    case 0: source.activation = Int32(below(7)) - 1
    case 1: source.gate_activation = Int32(below(7)) - 1
    case 2: source.gate = reference(header)
    default: source.data = reference(header)
    }
  }

  private mutating func damage(_ shape: inout ofa_windows) {
    switch below(7) {
    case 0: shape.images = size()
    case 1: shape.in_height = size()
    case 2: shape.in_width = size()
    case 3: shape.in_channels = size()
    case 4: shape.out_channels = size()
    case 5: shape.kernel_size = pick([1, 2, 3, 4, 5, 7, 9, 11, 31, 63, 64, 0, -1])
    default: shape.stride = pick([1, 2, 3, 5, 16, 17, 0, -1])
    }
  }

  private mutating func damage(_ shape: inout ofa_rows) {
    switch below(3) {
    case 0: shape.images = size()
    case 1: shape.positions = size()
    default: shape.channels = size()
    }
  }

  /// A size: mostly of the kind that networks have, at times at an edge.
  private mutating func size() -> Int32 {
    happens(oneIn: 5)
      ? pick([0, -1, 1, .max, .min, 65_536, 65_537, 32_768, 46_341]) : Int32(1 + below(pick([4, 20, 70, 600])))
  }

  /// A place in one of the regions, mostly within it.
  private mutating func reference(_ header: ofa_plan_header) -> ofa_ref {
    let region = happens(oneIn: 8) ? UInt32(below(8)) : pick([1, 2, 4])
    let element = happens(oneIn: 20) ? UInt32(below(4)) : OFA_FLOAT32.rawValue
    let room = Int(clamping: region == 1 ? header.arena : region == 2 ? header.weights : 16_384)
    let offset = happens(oneIn: 8) ? pick([1 << 32, 1 << 47, room, room &+ 1]) : below(min(room, 1 << 40)) & ~3
    return ofa_ref_to(ofa_region(region), ofa_element(element), UInt64(truncatingIfNeeded: offset) & (1 << 48 - 1))
  }

  /// Gives a step the sizes and the cut into tasks that follow from the rest of it.
  private static func mend(_ step: inout ofa_step) {
    step.rows_per_task = max(1, step.rows_per_task)
    step.rows_per_tile = min(max(1, step.rows_per_tile), 65_536)
    func pieces(_ rows: Int) -> Int { (rows + Int(step.rows_per_task) - 1) / Int(step.rows_per_task) }
    let tasks: Int
    switch ofa_kernel(UInt32(bitPattern: step.kernel)) {
    case OFA_ADDITION_ELEMENTS_FORWARD_F32:
      let shape = step.arguments.addition_forward.shape
      tasks = pieces(Int(shape.images) * Int(shape.positions))
    case OFA_MEAN_IMAGE_FORWARD_F32: tasks = Int(step.arguments.image.shape.images)
    case OFA_POOLING_WINDOWS_FORWARD_F32:
      mend(&step.arguments.pooling_forward.shape, equalChannels: true)
      tasks = pieces(Int(step.arguments.pooling_forward.shape.images))
    case OFA_CONVOLUTION_DENSE_FORWARD_F32:
      mend(&step.arguments.convolution_forward.shape, equalChannels: false)
      let shape = step.arguments.convolution_forward.shape
      tasks = pieces(Int(shape.images) * Int(shape.out_height))
    case OFA_CONVOLUTION_DEPTHWISE_FORWARD_F32:
      mend(&step.arguments.convolution_forward.shape, equalChannels: true)
      let shape = step.arguments.convolution_forward.shape
      tasks = pieces(Int(shape.images) * Int(shape.out_height)) * ((Int(shape.in_channels) + 15) / 16)
    default:
      step.arguments.convolution_forward.shape.kernel_size = 1
      step.arguments.convolution_forward.shape.stride = 1
      mend(&step.arguments.convolution_forward.shape, equalChannels: false)
      let shape = step.arguments.convolution_forward.shape
      tasks = pieces(Int(shape.images) * Int(shape.out_height) * Int(shape.out_width))
    }
    step.tasks = Int32(truncatingIfNeeded: tasks)
  }

  private static func mend(_ shape: inout ofa_windows, equalChannels: Bool) {
    guard shape.stride > 0, shape.in_height > 0, shape.in_width > 0 else { return }
    shape.out_height = (shape.in_height - 1) / shape.stride + 1
    shape.out_width = (shape.in_width - 1) / shape.stride + 1
    if equalChannels { shape.out_channels = shape.in_channels }
  }
}

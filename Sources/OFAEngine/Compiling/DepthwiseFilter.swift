import CRuntime
import OFAGraph

/// A depthwise filter by taps, [k², padded channels], as every kernel step on the way makes it of the supernet's
/// tensor.
struct DepthwiseFilter {
  let weight: Weight
  let block: Int
  private let channels: Int32
  /// The taps of the whole kernel, then what each step makes of them.
  private var levels: [(size: Int, taps: ofa_ref)]

  /// The taps that the convolution reads.
  var taps: ofa_ref { levels[levels.count - 1].taps }

  private static func buffer(_ builder: inout PlanBuilder, size: Int, channels: Int32) -> ofa_ref {
    builder.buffer(size * size * PlanBuilder.padded(Int(channels)))
  }

  private var cut: Cut { Cut(tasks: PlanBuilder.panels(Int(channels))) }

  /// Appends the steps that make the taps.
  init(_ weight: Weight, block: Int, builder: inout PlanBuilder) {
    self.weight = weight
    self.block = block
    channels = Int32(weight.shape[0])
    let full = weight.tensorShape[3]
    levels = [(full, Self.buffer(&builder, size: full, channels: channels))]
    builder.append(
      OFA_FILTER_TAPS_FORWARD_F32, block: block, cut,
      ofa_arguments(filter_taps: whole(filter: builder.weights(weight), taps: levels[0].taps)))
    for kernelStep in weight.kernelSteps {
      let size = kernelStep.kernelSize
      levels.append((size, Self.buffer(&builder, size: size, channels: channels)))
      builder.append(
        OFA_FILTER_STEP_FORWARD_F32, block: block, cut,
        ofa_arguments(
          filter_step: step(
            to: levels.count - 1, matrix: kernelStep.matrix.map { builder.tensor($0).weights } ?? 0,
            from: levels[levels.count - 2].taps, to: levels[levels.count - 1].taps)))
    }
  }

  /// Appends the steps that take partial gradients of the taps back to the supernet's tensors.
  func appendGradients(_ partials: ofa_ref, parts: Int, builder: inout PlanBuilder) {
    var gradient = Self.buffer(&builder, size: levels[levels.count - 1].size, channels: channels)
    builder.append(
      OFA_FILTER_PARTS_BACKWARD_F32, block: block, cut,
      ofa_arguments(
        filter_parts: ofa_filter_parts(
          channels: channels, kernel_size: Int32(levels[levels.count - 1].size), parts: Int32(parts),
          partials: partials, taps: gradient)))
    for (index, kernelStep) in weight.kernelSteps.enumerated().reversed() {
      let matrix = kernelStep.matrix.map(builder.tensor)
      if let matrix {
        builder.append(
          OFA_FILTER_MATRIX_BACKWARD_F32, block: block, Cut(tasks: kernelStep.kernelSize * kernelStep.kernelSize),
          ofa_arguments(
            filter_step: step(to: index + 1, matrix: matrix.gradients, from: levels[index].taps, to: gradient)))
      }
      let larger = Self.buffer(&builder, size: levels[index].size, channels: channels)
      builder.append(
        OFA_FILTER_STEP_BACKWARD_F32, block: block, cut,
        ofa_arguments(filter_step: step(to: index + 1, matrix: matrix?.weights ?? 0, from: larger, to: gradient)))
      gradient = larger
    }
    builder.append(
      OFA_FILTER_TAPS_BACKWARD_F32, block: block, cut,
      ofa_arguments(filter_taps: whole(filter: builder.gradients(weight), taps: gradient)))
  }

  private func whole(filter: ofa_ref, taps: ofa_ref) -> ofa_filter_taps {
    let size = Int32(levels[0].size)
    return ofa_filter_taps(
      channels: channels, kernel_size: size, filter_stride: size * size, filter: filter, taps: taps)
  }

  private func step(to level: Int, matrix: ofa_ref, from: ofa_ref, to: ofa_ref) -> ofa_filter_step {
    ofa_filter_step(
      channels: channels, large: Int32(levels[level - 1].size), small: Int32(levels[level].size), matrix: matrix,
      from: from, to: to)
  }
}

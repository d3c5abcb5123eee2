import CRuntime
import OFAGraph

extension ofa_windows {
  /// The sizes of a step without a window.
  init(images: Int, input: Shape, output: Shape) {
    self.init()
    self.images = Int32(images)
    (in_height, in_width, in_channels) = (Int32(input.height), Int32(input.width), Int32(input.channels))
    (out_height, out_width, out_channels) = (Int32(output.height), Int32(output.width), Int32(output.channels))
    (kernel_size, stride) = (1, 1)
  }

  /// The sizes of a convolution, linear layer or pooling.
  init(images: Int, node: Graph.Node, in graph: Graph) {
    self.init(images: images, input: graph[node.inputs[0]], output: node.outputs[0])
    switch node.operation {
    case .convolution(let convolution):
      (kernel_size, stride) = (Int32(convolution.kernelSize), Int32(convolution.stride))
    case .pooling(let pooling): (kernel_size, stride) = (Int32(pooling.size), Int32(pooling.stride))
    default: break
    }
  }
}

extension ofa_rows {
  init(images: Int, _ shape: Shape) {
    self.init(images: Int32(images), positions: Int32(shape.positions), channels: Int32(shape.channels))
  }
}

extension Pooling {
  /// The runtime's number of the kind.
  var code: Int32 { Int32((kind == .max ? OFA_MAX : OFA_MEAN_OF_WINDOW).rawValue) }
}

import Foundation
import OFAGraph

/// One walk over a graph that turns each node into operators, values into names, and folded weights into initializers.
///
/// A 1 × 1 image has two forms in the file: an image [N, C, 1, 1] and a vector [N, C]. Gemm reads and makes vectors,
/// all else images or either; a value is taken to the other form where a reader needs it, once.
struct Translation {
  private enum Form { case image, vector }

  private let graph: Graph
  private let folded: [Int: ONNX.FoldedWeights]
  private var result = Onnx_GraphProto()
  private var names: [String] = []  // of each node's value
  private var forms: [Form] = []  // of each node's value
  private var converted: [Int: String] = [:]  // node → its value's name in the other form
  private var constants: Set<String> = []

  init(graph: Graph, folded: [Int: ONNX.FoldedWeights]) {
    precondition(graph.nodes.count > 1, "A network does something.")
    precondition(graph[graph.input].dimensions.count == 3, "The input is an image.")
    self.graph = graph
    self.folded = folded
  }

  /// Appends the operators of a node; nodes come in order.
  mutating func append(_ index: Int) {
    let node = graph.nodes[index]
    let inputs = node.inputs.map(\.node)
    var form = Form.image
    var name = Self.value(node.name)
    switch node.operation {
    case .input:
      name = ONNX.inputName
    case .convolution(let convolution):
      append(
        "Conv", node.name, [read(inputs[0], as: .image)] + weights(of: index),
        [
          Attribute("dilations", [1, 1]), Attribute("group", convolution.groups),
          Attribute("kernel_shape", [convolution.kernelSize, convolution.kernelSize]),
          Attribute("pads", [Int](repeating: convolution.kernelSize / 2, count: 4)),
          Attribute("strides", [convolution.stride, convolution.stride]),
        ])
    case .linear:
      form = .vector
      append("Gemm", node.name, [read(inputs[0], as: .vector)] + weights(of: index), [Attribute("transB", 1)])
    case .normalization:
      // The layer's weights hold it already.
      let readers = graph.nodes.filter { $0.inputs.contains(node.inputs[0]) }.count
      precondition(folded[inputs[0]] != nil && readers == 1, "\(node.name) cannot fold: it reads no layer of its own.")
      form = forms[inputs[0]]
      name = names[inputs[0]]
    case .activation(let activation):
      form = forms[inputs[0]]
      append(activation, node.name, names[inputs[0]])
    case .pooling(let pooling):
      append(pooling, node.name, read(inputs[0], as: .image), from: graph[node.inputs[0]], to: node.outputs[0])
    case .globalAveragePooling:
      append("GlobalAveragePool", node.name, [read(inputs[0], as: .image)])
    case .scaling:
      append("Mul", node.name, inputs.map { read($0, as: .image) })
    case .addition:
      form = inputs.contains { forms[$0] == .image } ? .image : .vector
      append("Add", node.name, inputs.map { read($0, as: form) })
    }
    names.append(name)
    forms.append(form)
  }

  /// The graph with its input and output declared; every node was appended.
  mutating func finished(batch: Int?, name: String) -> Onnx_GraphProto {
    let shape = graph[graph.output]
    let output = read(graph.output.node, as: shape.positions == 1 ? .vector : .image)
    for index in result.node.indices {
      result.node[index].input = result.node[index].input.map { $0 == output ? ONNX.outputName : $0 }
      result.node[index].output = result.node[index].output.map { $0 == output ? ONNX.outputName : $0 }
    }
    let image = graph[graph.input]
    result.name = name
    result.input = [description(ONNX.inputName, batch, [image.channels, image.height, image.width])]
    result.output = [
      description(
        ONNX.outputName, batch,
        shape.positions == 1 ? [shape.channels] : [shape.channels, shape.height, shape.width])
    ]
    return result
  }

  // MARK: Operators

  /// The name of what an operator makes: never that of a weight, of another constant, or of the file's input or output.
  private static func value(_ name: String) -> String { name + ".value" }

  private mutating func append(_ operator: String, _ name: String, _ inputs: [String], _ attributes: [Attribute] = []) {
    var node = Onnx_NodeProto()
    node.opType = `operator`
    node.name = name
    node.input = inputs
    node.output = [Self.value(name)]
    node.attribute = attributes.map(\.message)
    result.node.append(node)
  }

  private mutating func append(_ pooling: Pooling, _ name: String, _ input: String, from: Shape, to: Shape) {
    // What the last window reaches beyond the image, stated as padding: rounding modes differ between versions.
    func after(_ input: Int, _ output: Int) -> Int {
      max(0, (output - 1) * pooling.stride + pooling.size - pooling.padding - input)
    }
    var attributes = [
      Attribute("kernel_shape", [pooling.size, pooling.size]),
      Attribute(
        "pads",
        [pooling.padding, pooling.padding, after(from.height, to.height), after(from.width, to.width)]),
      Attribute("strides", [pooling.stride, pooling.stride]),
    ]
    if pooling.kind == .mean { attributes.append(Attribute("count_include_pad", 0)) }
    append(pooling.kind == .max ? "MaxPool" : "AveragePool", name, [input], attributes)
  }

  private mutating func append(_ activation: Activation, _ name: String, _ input: String) {
    switch activation {
    case .relu: append("Relu", name, [input])
    case .relu6: append("Clip", name, [input, constant("zero", 0), constant("six", 6)])
    case .hSwish: append("HardSwish", name, [input])
    case .hSigmoid:
      append("HardSigmoid", name, [input], [Attribute("alpha", Float(1) / 6), Attribute("beta", Float(0.5))])
    }
  }

  /// The name of a node's value in the form that a reader needs.
  private mutating func read(_ node: Int, as form: Form) -> String {
    if forms[node] == form { return names[node] }
    if let name = converted[node] { return name }
    let name = graph.nodes[node].name
    switch form {
    case .vector:
      append("Flatten", name + ".flat", [names[node]], [Attribute("axis", 1)])
      converted[node] = Self.value(name + ".flat")
    case .image:
      append("Unsqueeze", name + ".image", [names[node], positionAxes()])
      converted[node] = Self.value(name + ".image")
    }
    return read(node, as: form)
  }

  // MARK: Initializers

  /// The names of a layer's weights, which are added to the file.
  private mutating func weights(of index: Int) -> [String] {
    let node = graph.nodes[index]
    guard let (filter, bias) = folded[index] else { preconditionFailure("\(node.name) has no folded weights.") }
    let shape = node.weights[0].shape
    precondition(filter.count == node.weights[0].count, "\(node.name): \(filter.count) weights for shape \(shape).")
    precondition(bias.isEmpty || bias.count == shape[0], "\(node.name): \(bias.count) biases for \(shape[0]) outputs.")
    let names = [node.name + ".filter"] + (bias.isEmpty ? [] : [node.name + ".bias"])
    add(names[0], shape, filter)
    if !bias.isEmpty { add(names[1], [shape[0]], bias) }
    return names
  }

  /// The name of a scalar, which is added to the file at its first use.
  private mutating func constant(_ name: String, _ value: Float) -> String {
    if constants.insert(name).inserted { add(name, [], [value]) }
    return name
  }

  /// The name of the axes that a vector lacks.
  private mutating func positionAxes() -> String {
    let name = "positionAxes"
    if constants.insert(name).inserted {
      add(name, [2], .int64, bytes: [Int64(2), 3].flatMap { withUnsafeBytes(of: $0.littleEndian, Array.init) })
    }
    return name
  }

  private mutating func add(_ name: String, _ shape: [Int], _ values: [Float]) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 * values.count)
    for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) } }
    add(name, shape, .float, bytes: bytes)
  }

  private mutating func add(_ name: String, _ shape: [Int], _ type: Onnx_TensorProto.DataType, bytes: [UInt8]) {
    var tensor = Onnx_TensorProto()
    tensor.name = name
    tensor.dims = shape.map(Int64.init)
    tensor.dataType = Int32(type.rawValue)
    tensor.rawData = Data(bytes)
    result.initializer.append(tensor)
  }

  /// The declaration of an input or output of float32 images or vectors.
  private func description(_ name: String, _ batch: Int?, _ sizes: [Int]) -> Onnx_ValueInfoProto {
    var dimensions = [Onnx_TensorShapeProto.Dimension()]
    if let batch { dimensions[0].dimValue = Int64(batch) } else { dimensions[0].dimParam = "N" }
    for size in sizes {
      var dimension = Onnx_TensorShapeProto.Dimension()
      dimension.dimValue = Int64(size)
      dimensions.append(dimension)
    }
    var information = Onnx_ValueInfoProto()
    information.name = name
    information.type.tensorType.elemType = Int32(Onnx_TensorProto.DataType.float.rawValue)
    information.type.tensorType.shape.dim = dimensions
    return information
  }
}

/// An operator's constant.
private struct Attribute {
  var message = Onnx_AttributeProto()

  init(_ name: String, _ value: Int) {
    message.name = name
    message.type = .int
    message.i = Int64(value)
  }

  init(_ name: String, _ value: Float) {
    message.name = name
    message.type = .float
    message.f = value
  }

  init(_ name: String, _ values: [Int]) {
    message.name = name
    message.type = .ints
    message.ints = values.map(Int64.init)
  }
}

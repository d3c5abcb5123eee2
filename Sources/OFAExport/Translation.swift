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
  /// What makes images of pictures; nil where the file takes images.
  private let preprocessing: Preprocessing?
  private var result = Onnx_GraphProto()
  private var names: [String] = []  // of each node's value
  private var forms: [Form] = []  // of each node's value
  private var converted: [Int: String] = [:]  // node → its value's name in the other form
  private var constants: Set<String> = []

  init(graph: Graph, folded: [Int: ONNX.FoldedWeights], preprocessing: Preprocessing? = nil) {
    precondition(graph.nodes.count > 1, "A network does something.")
    let input = graph[graph.input]
    precondition(input.dimensions.count == 3, "The input is an image.")
    if let preprocessing {
      precondition(
        [input.height, input.width] == [preprocessing.resolution, preprocessing.resolution]
          && input.channels == preprocessing.means.count, "The preprocessing makes other images.")
      precondition(graph[graph.output].positions == 1, "Probabilities are of one vector.")
    }
    self.graph = graph
    self.folded = folded
    self.preprocessing = preprocessing
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
      if let preprocessing { name = append(preprocessing) }
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
    let (image, count) = (graph[graph.input], batch.map(Size.number) ?? .name("N"))
    var output = read(graph.output.node, as: shape.positions == 1 ? .vector : .image)
    result.name = name
    if preprocessing == nil {
      call(output, ONNX.outputName)
      let sizes = shape.positions == 1 ? [shape.channels] : [shape.channels, shape.height, shape.width]
      declare(\.input, ONNX.inputName, .float, [count] + [image.channels, image.height, image.width].map(Size.number))
      declare(\.output, ONNX.outputName, .float, [count] + sizes.map(Size.number))
    } else {
      output = append("Softmax", "softmax", [output], [Attribute("axis", 1)])
      call(output, ONNX.probabilitiesName)
      declare(\.input, ONNX.picturesName, .uint8, [count, .name("height"), .name("width"), .number(image.channels)])
      declare(\.output, ONNX.probabilitiesName, .float, [count, .number(shape.channels)])
    }
    return result
  }

  // MARK: Operators

  /// The name of what an operator makes: never that of a weight, of another constant, or of the file's input or output.
  private static func value(_ name: String) -> String { name + ".value" }

  /// Appends an operator, and returns the name of what it makes.
  @discardableResult
  mutating func append(
    _ operator: String, _ name: String, _ inputs: [String], _ attributes: [Attribute] = []
  ) -> String {
    var node = Onnx_NodeProto()
    node.opType = `operator`
    node.name = name
    node.input = inputs
    node.output = [Self.value(name)]
    node.attribute = attributes.map(\.message)
    result.node.append(node)
    return Self.value(name)
  }

  /// Gives a value another name.
  private mutating func call(_ value: String, _ name: String) {
    for index in result.node.indices {
      result.node[index].input = result.node[index].input.map { $0 == value ? name : $0 }
      result.node[index].output = result.node[index].output.map { $0 == value ? name : $0 }
    }
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
      converted[node] = append("Flatten", name + ".flat", [names[node]], [Attribute("axis", 1)])
    case .image:
      let axes = constant("positionAxes", [2, 3] as [Int64])
      converted[node] = append("Unsqueeze", name + ".image", [names[node], axes])
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
    add(names[0], shape, .float, filter.map(\.bitPattern.littleEndian))
    if !bias.isEmpty { add(names[1], [shape[0]], .float, bias.map(\.bitPattern.littleEndian)) }
    return names
  }

  /// The name of a scalar, which is added to the file at its first use.
  mutating func constant(_ name: String, _ value: Float) -> String { constant(name, [], [value]) }

  /// The name of a vector, which is added to the file at its first use.
  mutating func constant(_ name: String, _ values: [Int64]) -> String {
    constant(name, [values.count], .int64, values.map(\.littleEndian))
  }

  /// The same of numbers of double precision.
  mutating func constant(_ name: String, _ values: [Double]) -> String {
    constant(name, [values.count], .double, values.map(\.bitPattern.littleEndian))
  }

  /// The name of a tensor, which is added to the file at its first use.
  mutating func constant(_ name: String, _ shape: [Int], _ values: [Float]) -> String {
    constant(name, shape, .float, values.map(\.bitPattern.littleEndian))
  }

  private mutating func constant(
    _ name: String, _ shape: [Int], _ type: Onnx_TensorProto.DataType, _ values: [some Any]
  ) -> String {
    if constants.insert(name).inserted { add(name, shape, type, values) }
    return name
  }

  private mutating func add(
    _ name: String, _ shape: [Int], _ type: Onnx_TensorProto.DataType, _ littleEndian: [some Any]
  ) {
    var tensor = Onnx_TensorProto()
    tensor.name = name
    tensor.dims = shape.map(Int64.init)
    tensor.dataType = Int32(type.rawValue)
    tensor.rawData = littleEndian.withUnsafeBytes { Data($0) }
    result.initializer.append(tensor)
  }

  // MARK: Declarations

  /// The length of a dimension, or the name of what may be any.
  private enum Size {
    case number(Int)
    case name(String)
  }

  /// Declares an input or output.
  private mutating func declare(
    _ list: WritableKeyPath<Onnx_GraphProto, [Onnx_ValueInfoProto]>, _ name: String,
    _ type: Onnx_TensorProto.DataType, _ sizes: [Size]
  ) {
    var information = Onnx_ValueInfoProto()
    information.name = name
    information.type.tensorType.elemType = Int32(type.rawValue)
    information.type.tensorType.shape.dim = sizes.map { size in
      var dimension = Onnx_TensorShapeProto.Dimension()
      switch size {
      case .number(let length): dimension.dimValue = Int64(length)
      case .name(let name): dimension.dimParam = name
      }
      return dimension
    }
    result[keyPath: list].append(information)
  }
}

/// An operator's constant.
struct Attribute {
  fileprivate var message = Onnx_AttributeProto()

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

  init(_ name: String, _ text: String) {
    message.name = name
    message.type = .string
    message.s = Data(text.utf8)
  }

  init(_ name: String, _ values: [Int]) {
    message.name = name
    message.type = .ints
    message.ints = values.map(Int64.init)
  }
}

/// A network as a value: operations in the order in which they run, the shapes they make, and for each weight how it
/// comes from the supernet.
///
/// Costs, latency, the training and inference plans, the ONNX file and the board's plan are all read from this and
/// nothing else, so they cannot disagree.
///
///     var graph = Graph(input: .image(height: 32, width: 32, channels: 3), block: "stem")
///     let x = graph.append(.convolution(Convolution(kernelSize: 3)), "stem.convolution", [graph.input],
///                          .image(height: 32, width: 32, channels: 16), [filter])
///
/// Invariants: nodes stand in topological order (an input's index is below its reader's); node 0 is the only input; the
/// last node's first output is the network's result; blocks are consecutive runs of nodes in order.
public struct Graph: Hashable, Sendable {
  /// One operation and all that belongs to it.
  public struct Node: Hashable, Sendable {
    /// What it computes.
    public var operation: Operation
    /// A path that is unique in the graph, such as `stages.0.1.depthwise`. Statistics of a normalization are keyed by
    /// it.
    public var name: String
    /// The values it reads, in the operation's order.
    public var inputs: [Value]
    /// The shapes of its outputs.
    public var outputs: [Shape]
    /// The weights it reads, in the operation's order.
    public var weights: [Weight]
    /// The index of its block.
    public var block: Int
  }

  /// An output of a node.
  public struct Value: Hashable, Sendable {
    /// The node's index.
    public var node: Int
    /// Which of its outputs.
    public var output: Int

    /// The `output`-th result of node `node`.
    public init(_ node: Int, output: Int = 0) {
      self.node = node
      self.output = output
    }
  }

  /// The operations in the order in which they run.
  public private(set) var nodes: [Node]
  /// The blocks' names, such as `stem` or `stages.0.1`, in order.
  public private(set) var blocks: [String]
  /// The index of each block's first node, the network's input left out.
  private var blockStarts = [1]

  /// A graph with nothing but an input, which belongs to the first block.
  public init(input shape: Shape, block: String) {
    blocks = [block]
    nodes = [Node(operation: .input, name: "input", inputs: [], outputs: [shape], weights: [], block: 0)]
  }

  /// The network's input.
  public var input: Value { Value(0) }

  /// The network's result.
  public var output: Value { Value(nodes.count - 1) }

  /// The shape of a value.
  public subscript(value: Value) -> Shape { nodes[value.node].outputs[value.output] }

  /// Opens the next block; what is appended from here on belongs to it.
  public mutating func beginBlock(_ name: String) {
    blocks.append(name)
    blockStarts.append(nodes.count)
  }

  /// Appends an operation with one output to the open block.
  ///
  /// - Returns: its output.
  @discardableResult
  public mutating func append(
    _ operation: Operation, _ name: String, _ inputs: [Value], _ output: Shape, _ weights: [Weight] = []
  ) -> Value {
    precondition(inputs.allSatisfy { $0.node < nodes.count }, "\(name) reads a value that does not exist yet.")
    nodes.append(
      Node(
        operation: operation, name: name, inputs: inputs, outputs: [output], weights: weights, block: blocks.count - 1))
    return Value(nodes.count - 1)
  }

  /// The indices of a block's nodes, the network's input left out.
  public func nodes(ofBlock block: Int) -> Range<Int> {
    blockStarts[block]..<(block + 1 < blocks.count ? blockStarts[block + 1] : nodes.count)
  }
}

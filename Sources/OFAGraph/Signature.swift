extension Graph {
  /// What a block computes, as one short line: the key of a latency table.
  ///
  /// It states the shape that enters, then each operation with its shape, stride, activation and further inputs, and
  /// nothing about weights or where the block stands, so that equal work has equal keys and unequal work has unequal
  /// ones. A normalization of a convolution folds into it and is left out. A reading of any value but the one just made
  /// is marked `@n`, the n-th value counted from the block's input, 0. A window's padding is told where it is not the
  /// usual: half the window for the largest element, none for the mean.
  ///
  ///     16x16x24 > conv1 72 relu dw5/2 relu pool conv1b 24 relu conv1b 72 h_sigmoid scale@4 conv1 40
  ///     16x16x64 > conv3/2 8 relu max3/2
  ///     16x16x64 > conv3/2 8 relu max3/2p0
  public func signature(ofBlock block: Int) -> String {
    var entering = ""
    var work = " >"
    // Of the values that the block has seen; a handful, so searched in line.
    var numbers: [(node: Int, number: Int)] = []
    var values = 0
    var latest = -1
    func number(of node: Int) -> Int? { numbers.last { $0.node == node }?.number }

    for index in nodes(ofBlock: block) {
      for input in nodes[index].inputs where number(of: input.node) == nil {
        numbers.append((input.node, values))
        values += 1
        if entering.isEmpty { latest = input.node } else { entering += "+" }
        entering += self[input].description
      }
      if folds(index) {
        numbers.append((index, number(of: nodes[index].inputs[0].node) ?? 0))
      } else {
        work += " "
        describe(index, in: &work)
        for input in nodes[index].inputs where input.node != latest {
          work += "@\(number(of: input.node) ?? 0)"
        }
        numbers.append((index, values))
        values += 1
      }
      latest = index
    }
    return entering + work
  }

  /// The signatures of all blocks in order.
  public var signatures: [String] { blocks.indices.map(signature(ofBlock:)) }

  /// Whether a node is the normalization of a convolution of its block that nothing else there reads.
  private func folds(_ index: Int) -> Bool {
    guard case .normalization = nodes[index].operation else { return false }
    let convolution = nodes[index].inputs[0]
    let block = nodes(ofBlock: nodes[index].block)
    guard case .convolution = nodes[convolution.node].operation, block.contains(convolution.node) else { return false }
    return !block.contains { $0 != index && nodes[$0].inputs.contains(convolution) }
  }

  /// Writes a node's operation, with what its output's shape tells beyond its input's.
  private func describe(_ index: Int, in text: inout String) {
    let channels = nodes[index].outputs[0].channels
    let bias = nodes[index].weights.count == 2 ? "b" : ""
    switch nodes[index].operation {
    case .input: text += "input"
    case .convolution(let convolution):
      let isDepthwise =
        convolution.groups == channels && channels > 1 && self[nodes[index].inputs[0]].channels == channels
      text += (isDepthwise ? "dw" : "conv") + String(convolution.kernelSize)
      if convolution.stride > 1 { text += "/\(convolution.stride)" }
      if convolution.groups > 1, !isDepthwise { text += "g\(convolution.groups)" }
      text += isDepthwise ? bias : "\(bias) \(channels)"
    case .linear: text += "linear\(bias) \(channels)"
    case .normalization: text += "norm"
    case .activation(let activation): text += activation.rawValue
    case .pooling(let pooling):
      text += "\(pooling.kind.rawValue)\(pooling.size)/\(pooling.stride)"
      if pooling.padding != pooling.kind.usualPadding(pooling.size) { text += "p\(pooling.padding)" }
    case .globalAveragePooling: text += "pool"
    case .scaling: text += "scale"
    case .addition: text += "add"
    }
  }
}

extension Pooling.Kind {
  /// How far the first of windows of a size usually reaches out of an image; the spaces have no others.
  fileprivate func usualPadding(_ size: Int) -> Int {
    switch self {
    case .max: size / 2
    case .mean: 0
    }
  }
}

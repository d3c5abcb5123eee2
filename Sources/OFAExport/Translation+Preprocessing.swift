extension Translation {
  /// Appends what makes the network's input of pictures, bytes [N, height, width, channels] of any size; see
  /// ``Preprocessing``.
  ///
  /// - Returns: the name of float32 images [N, channels, resolution, resolution].
  mutating func append(_ preprocessing: Preprocessing) -> String {
    func name(_ part: String) -> String { "pictures." + part }
    let two = constant(name("two"), [2] as [Int64])
    let axes = constant(name("axes"), [2, 3] as [Int64])

    var image = append("Transpose", name("channelsFirst"), [ONNX.picturesName], [Attribute("perm", [0, 3, 1, 2])])
    image = append("Cast", name("floats"), [image], [Attribute("to", Onnx_TensorProto.DataType.float.rawValue)])
    let size = append("Shape", name("size"), [image], [Attribute("start", 2), Attribute("end", 4)])
    let shorter = append("ReduceMin", name("shorter"), [size])

    // (2 · length · side + shorter) / (2 · shorter) in whole numbers is length · side / shorter, rounded to nearest.
    let side = append(
      "Min", name("side"), [shorter, constant(name("shorterSide"), [Int64(preprocessing.shorterSide)])])
    var reduced = append("Mul", name("reduced.side"), [append("Mul", name("reduced.twice"), [size, two]), side])
    reduced = append("Add", name("reduced.half"), [reduced, shorter])
    reduced = append("Div", name("reduced"), [reduced, append("Mul", name("shorter.twice"), [shorter, two])])
    image = appendResize(name("reduce"), image, to: reduced)
    image = append("Floor", name("bytes"), [append("Add", name("bytes.half"), [image, constant(name("half"), 0.5)])])

    let cut = appendCut(preprocessing.centerFraction, of: side)
    func before(_ what: String, _ outer: String, _ inner: String) -> String {
      append("Div", name(what), [append("Sub", name(what + ".twice"), [outer, inner]), two])
    }
    let first = append(
      "Add", name("first"), [before("beforeSquare", reduced, side), before("beforeCut", side, cut)])
    image = append("Slice", name("cut"), [image, first, append("Add", name("end"), [first, cut]), axes])

    let resolution = Int64(preprocessing.resolution)
    image = appendResize(name("resize"), image, to: constant(name("resolution"), [resolution, resolution]))
    let moments = zip(preprocessing.means, preprocessing.standardDeviations)
    let shape = [preprocessing.means.count, 1, 1]
    image = append("Mul", name("scale"), [image, constant(name("factors"), shape, moments.map { 1 / (255 * $1) })])
    return append("Add", name("normalize"), [image, constant(name("summands"), shape, moments.map { -$0 / $1 })])
  }

  /// The length of a fraction of a side, rounded to nearest, at least one pixel.
  private mutating func appendCut(_ fraction: Double, of side: String) -> String {
    guard fraction < 1 else { return side }
    func name(_ part: String) -> String { "pictures.cutSide" + part }
    var cut = append("Cast", name(".exact"), [side], [Attribute("to", Onnx_TensorProto.DataType.double.rawValue)])
    cut = append("Mul", name(".fraction"), [cut, constant(name(".share"), [fraction])])
    cut = append("Floor", name(".floor"), [append("Add", name(".sum"), [cut, constant(name(".half"), [0.5])])])
    cut = append("Cast", name(".whole"), [cut], [Attribute("to", Onnx_TensorProto.DataType.int64.rawValue)])
    return append("Max", name(""), [cut, constant(name(".least"), [1] as [Int64])])
  }

  /// Outside of the image there are no pixels to weigh: without `exclude_outside`, those at the edge would count for
  /// them.
  private mutating func appendResize(_ name: String, _ image: String, to sizes: String) -> String {
    append(
      "Resize", name, [image, "", "", sizes],
      [
        Attribute("antialias", 1), Attribute("axes", [2, 3]), Attribute("coordinate_transformation_mode", "half_pixel"),
        Attribute("exclude_outside", 1), Attribute("mode", "linear"),
      ])
  }
}

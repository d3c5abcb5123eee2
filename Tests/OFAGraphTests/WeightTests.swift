import OFAGraph
import Testing

@Suite("Weights and shapes")
struct WeightTests {
  @Test("A whole tensor has the tensor's shape, a prefix the counts'")
  func slices() {
    let whole = Weight("t", shape: [8, 4, 3, 3])
    #expect(whole.shape == [8, 4, 3, 3] && whole.count == 288 && whole.kernelSteps.isEmpty)
    let prefix = Weight("t", shape: [8, 4, 3, 3], prefix: [5, 2, 3, 3])
    #expect(prefix.shape == [5, 2, 3, 3] && prefix.count == 90)
    #expect(prefix.ranges == [0..<5, 0..<2, 0..<3, 0..<3])
  }

  @Test("Any range of a tensor may be used, not only a prefix")
  func ranges() {
    var window = Weight("t", shape: [8, 1, 7, 7])
    window.ranges[2] = 1..<6
    window.ranges[3] = 1..<6
    #expect(window.shape == [8, 1, 5, 5] && window.count == 200)
  }

  @Test("Kernel steps end at the last step's size")
  func kernelSteps() {
    let steps = [KernelStep(to: 5, matrix: "7to5"), KernelStep(to: 3, matrix: nil)]
    let weight = Weight("t", shape: [8, 1, 7, 7], prefix: [6, 1, 7, 7], kernelSteps: steps)
    #expect(weight.shape == [6, 1, 3, 3] && weight.count == 54)
  }

  @Test("A convolution has as many windows as there are strided positions")
  func outputSize() {
    for stride in 1...4 {
      let convolution = Convolution(kernelSize: 3, stride: stride)
      for size in 1...20 {
        #expect(convolution.outputSize(size) == Array(stride: stride, below: size).count)
      }
    }
  }

  @Test("A shape tells its parts")
  func shapes() {
    let image = Shape.image(height: 5, width: 4, channels: 3)
    #expect(image.count == 60 && image.positions == 20 && image.channels == 3 && image.description == "5x4x3")
    let sequence = Shape([7, 16])
    #expect(sequence.positions == 7 && sequence.channels == 16)
  }
}

extension [Int] {
  fileprivate init(stride: Int, below end: Int) { self = Swift.stride(from: 0, to: end, by: stride).map { $0 } }
}

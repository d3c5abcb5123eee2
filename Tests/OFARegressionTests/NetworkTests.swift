import OFAFormats
import OFARegression
import TestSupport
import Testing

@Suite struct NetworkTests {
  /// Two inputs, two hidden units, one output: relu(2a − b + 0.5) − 3 · relu(a + 4b − 1) + 0.25.
  private static let tensors = [
    Safetensors.Tensor("2.bias", shape: [1], values: [0.25]),
    Safetensors.Tensor("2.weight", shape: [1, 2], values: [1, -3]),
    Safetensors.Tensor("0.bias", shape: [2], values: [0.5, -1]),
    Safetensors.Tensor("0.weight", shape: [2, 2], values: [2, -1, 1, 4]),
  ]

  private func predictor(_ tensors: [Safetensors.Tensor]) throws -> AccuracyPredictor {
    AccuracyPredictor(
      space: "s", resolutions: [24, 32], layout: ["stem", "resolution"],
      network: try Perceptron(tensors: tensors, at: "p.pth"))
  }

  private func failure(_ tensors: [Safetensors.Tensor]) -> Failure? {
    do {
      _ = try Perceptron(tensors: tensors, at: "p.pth")
      return nil
    } catch {
      return error as? Failure
    }
  }

  @Test("A published network's tensors in any order compute what its layers say, on features as they are")
  func outputs() throws {
    let accuracies = try predictor(Self.tensors).accuracies(of: [[0, 0], [0.25, 0], [0.5, 0.375], [0, 0.375]])
    #expect(accuracies == [0.75, 1, 0, 0])  // 1.25 and −1.875, −1.125 are no accuracies
  }

  @Test("A base accuracy is added, and a layer without a bias has none")
  func base() throws {
    let tensors = [
      Safetensors.Tensor("base_acc", shape: [1], values: [0.5]),
      Safetensors.Tensor("layers.0.0.weight", shape: [1, 2], values: [0.25, 1]),
      Safetensors.Tensor("layers.0.0.bias", shape: [1], values: [-0.25]),
      Safetensors.Tensor("layers.1.weight", shape: [1, 1], values: [0.5]),
    ]
    #expect(try predictor(tensors).accuracies(of: [[0, 0], [1, 0.5], [2, 0]]) == [0.5, 0.75, 0.625])
  }

  @Test("Layers are in the order of the numbers in their names: the tenth is after the second")
  func order() throws {
    let sizes = Array(1...12) + [1]
    let layers = zip(sizes, sizes.dropFirst()).enumerated().map { index, size in
      Safetensors.Tensor(
        "\(index).weight", shape: [size.1, size.0], values: [Float](repeating: 1, count: size.0 * size.1))
    }
    #expect(try Perceptron(tensors: layers.reversed(), at: "p.pth").inputs == 1)
  }

  @Test("It is kept with its layout and without a report, and reads back the same")
  func roundTrip() throws {
    let predictor = try predictor(Self.tensors)
    #expect(predictor.report == nil && predictor.candidates.isEmpty && predictor.model.kind == nil)
    let text = try Documents.encode(predictor)
    #expect(text.contains("\"layout\": [ \"stem\", \"resolution\" ]") && text.contains("\"kind\": \"network\""))
    let read = try Documents.decode(AccuracyPredictor.self, from: text, at: "p.json")
    #expect(read == predictor && read.layout == ["stem", "resolution"] && read.featureCount == 2)
    #expect(try Documents.encode(read) == text)
  }

  @Test("Tensors that make no network are refused by name")
  func refused() {
    func changed(_ index: Int, _ tensor: Safetensors.Tensor) -> [Safetensors.Tensor] {
      var tensors = Self.tensors
      tensors[index] = tensor
      return tensors
    }
    for (tensors, place) in [
      ([], "p.pth"), (Array(Self.tensors[..<3]), "p.pth: 0.bias"), ([Self.tensors[3]], "p.pth"),
      (changed(0, Safetensors.Tensor("2.bias", shape: [2], values: [1, 2])), "p.pth"),
      (changed(0, Safetensors.Tensor("2.bias", shape: [1], values: [.nan])), "p.pth: 2.bias"),
      (changed(0, Safetensors.Tensor("2.running_mean", shape: [1], values: [1])), "p.pth: 2.running_mean"),
      (changed(1, Safetensors.Tensor("2.weight", shape: [1, 2, 1], values: [1, -3])), "p.pth: 2.weight"),
      (changed(1, Safetensors.Tensor("2.weight", shape: [1, 3], values: [1, -3, 1])), "p.pth"),
      (changed(1, Safetensors.Tensor("2.weight", shape: [2, 2], values: [1, -3, 1, 1])), "p.pth"),
      (Self.tensors + [Safetensors.Tensor("base_acc", shape: [2], values: [1, 2])], "p.pth: base_acc"),
      (Self.tensors + [Safetensors.Tensor("x.0.weight", shape: [1, 1], values: [1])], "p.pth: x.0.weight"),
      ([Safetensors.Tensor("0.weight", shape: [0, 2], values: [])], "p.pth: 0.weight"),
      ([Safetensors.Tensor("0.weight", shape: [1 << 60, 0], values: [])], "p.pth: 0.weight"),
    ] {
      let failure = failure(tensors)
      #expect(failure?.kind == .badData && failure?.place == place, "\(String(describing: failure)), \(place) expected")
    }
  }
}

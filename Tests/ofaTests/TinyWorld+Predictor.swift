import OFAFormats
import Testing
import TinyWorld

extension TinyWorld {
  /// A predictor to which each of the 16 features of the world's subnets is worth its weight; returns its path.
  func linearPredictor(weights: [Float]) throws -> String {
    let (tensors, predictor) = (path("predictor.safetensors"), path("predictor.json"))
    try Safetensors(tensors: [.init("0.weight", shape: [1, 16], values: weights)]).write(to: tensors)
    let imported = try Command.run(
      ["import", "--predictor", tensors, "--space", space, "--resolutions", "8,12", "--output", predictor])
    try #require(imported.status == 0, "\(imported.errors)")
    return predictor
  }
}

import OFAEngine
import OFASpace
import OFASupernet
import Testing

@Suite("Recalibration")
struct RecalibrationTests {
  private let team = ThreadTeam(threads: 2)

  /// The stem's output moments by the definition of a 3 × 3 convolution with stride 1, in double precision.
  private func stemMoments(_ supernet: Supernet, _ images: [Float], resolution: Int) -> (
    mean: [Double], variance: [Double]
  ) {
    let filter = supernet.weights["stem.filter"]
    let count = images.count / (resolution * resolution * 3)
    var sums = [Double](repeating: 0, count: 8)
    var squares = sums
    for image in 0..<count {
      for y in 0..<resolution {
        for x in 0..<resolution {
          for output in 0..<8 {
            var value = 0.0
            for channel in 0..<3 {
              for row in 0..<3 {
                for column in 0..<3 {
                  let (sourceY, sourceX) = (y + row - 1, x + column - 1)
                  guard (0..<resolution).contains(sourceY), (0..<resolution).contains(sourceX) else { continue }
                  let pixel = images[((image * resolution + sourceY) * resolution + sourceX) * 3 + channel]
                  value += Double(filter[((output * 3 + channel) * 3 + row) * 3 + column]) * Double(pixel)
                }
              }
            }
            sums[output] += value
            squares[output] += value * value
          }
        }
      }
    }
    let positions = Double(count * resolution * resolution)
    let mean = sums.map { $0 / positions }
    return (mean, zip(squares, mean).map { $0 / positions - $1 * $1 })
  }

  @Test("Statistics are the means of batch means and of biased batch variances, weighted by the batches' sizes")
  func definition() throws {
    let space = try tinySpace()
    let supernet = randomSupernet(space)
    let subnet = space.uniform(depth: 1, expandRatio: 4, kernelSize: 3, resolution: 8)
    let sizes = [5, 5, 2]
    let batches = sizes.enumerated().map { randomImages($1, resolution: 8, seed: UInt64($0)) }
    let statistics = supernet.statistics(of: subnet, batches: batches, team: team)
    let moments = batches.map { stemMoments(supernet, $0, resolution: 8) }
    let mean = try #require(statistics.means["stem.normalization"])
    let variance = try #require(statistics.variances["stem.normalization"])
    for channel in 0..<8 {
      let expectedMean = zip(moments, sizes).reduce(0) { $0 + $1.0.mean[channel] * Double($1.1) } / 12
      let expectedVariance = zip(moments, sizes).reduce(0) { $0 + $1.0.variance[channel] * Double($1.1) } / 12
      #expect(abs(Double(mean[channel]) - expectedMean) < 1e-5)
      #expect(abs(Double(variance[channel]) / expectedVariance - 1) < 1e-4)
    }
  }

  @Test("There are statistics for each normalization of the subnet, of its own width, and for no other")
  func coverage() throws {
    let space = try tinySpace()
    let supernet = randomSupernet(space)
    let subnet = space.uniform(depth: 1, expandRatio: 3, kernelSize: 3, resolution: 12)
    let statistics = supernet.statistics(of: subnet, batches: [randomImages(4, resolution: 12)], team: team)
    var expected: [String: Int] = [:]
    for node in space.graph(of: subnet).nodes {
      if case .normalization = node.operation { expected[node.name] = node.outputs[0].channels }
    }
    #expect(statistics.means.mapValues(\.count) == expected)
    #expect(statistics.variances.mapValues(\.count) == expected)
  }

  @Test("With the statistics of one batch, inference on it equals the forward pass of training")
  func oneBatch() throws {
    let space = try tinySpace()
    let supernet = randomSupernet(space)
    for subnet in [space.largest, space.smallest] {
      let images = randomImages(7, resolution: subnet.resolution)
      let statistics = supernet.statistics(of: subnet, batches: [images], team: team)
      let inferred = supernet.logits(of: subnet, images: images, statistics: statistics, batch: 3, team: team)
      let plan = TrainingPlan(
        graph: space.graph(of: subnet), batch: 7, layout: supernet.weights.layout, backward: false)
      let trained = images.withUnsafeBufferPointer {
        Array(plan.forward(weights: supernet.weights, images: $0, team: team))
      }
      #expect(relativeDifference(inferred, trained) < 1e-4)
    }
  }

  @Test("Recalibrating changes no weight and gives the same again")
  func repeatable() throws {
    let space = try tinySpace()
    let supernet = randomSupernet(space)
    let weights = Array(supernet.weights.values)
    let batches = [randomImages(4, resolution: 8), randomImages(3, resolution: 8, seed: 2)]
    let first = supernet.statistics(of: space.smallest, batches: batches, team: team)
    #expect(supernet.statistics(of: space.smallest, batches: batches, team: team) == first)
    #expect(Array(supernet.weights.values) == weights)
  }

  @Test("Statistics cut down to a subnet are the leading channels")
  func prefixes() throws {
    let space = try tinySpace()
    let supernet = randomSupernet(space)
    let whole = supernet.statistics(of: space.largest, batches: [randomImages(4, resolution: 12)], team: team)
    let graph = space.graph(of: space.smallest)
    let cut = whole.prefix(for: graph)
    #expect(cut.means.count < whole.means.count)
    for (name, mean) in cut.means { #expect(whole.means[name]?.starts(with: mean) == true) }
    for (name, variance) in cut.variances { #expect(whole.variances[name]?.starts(with: variance) == true) }
    #expect(cut.means["stages.0.0.expand.normalization"]?.count == 24)
  }
}

/// Brings each channel of the images to mean 0 and standard deviation 1.
///
///     output = (byte / 255 − mean[c]) / standardDeviation[c]
public struct Normalization: Hashable, Sendable, Codable {
  /// The mean of each channel, 0…1.
  public var means: [Float]
  /// The standard deviation of each channel, 0…1.
  public var standardDeviations: [Float]

  /// A normalization by given moments.
  ///
  /// - Precondition: as many of the ones as of the others, and deviations above 0.
  public init(means: [Float], standardDeviations: [Float]) {
    precondition(means.count == standardDeviations.count && standardDeviations.allSatisfy { $0 > 0 })
    (self.means, self.standardDeviations) = (means, standardDeviations)
  }

  /// What leaves values as they are, 0…255.
  static func bytes(channels: Int) -> Normalization {
    Normalization(
      means: Array(repeating: 0, count: channels), standardDeviations: Array(repeating: 1 / 255, count: channels))
  }

  /// The moments of all pixels of a set; a deviation is taken as at least one brightness step.
  ///
  /// - Complexity: one pass over the pixels, unless they were summed when they were read.
  public init(of images: ImageSet) {
    let channels = images.channels
    var moments = PixelMoments(channels: channels)
    for place in images.places { moments += images.source.moments(of: place) }
    let count = Double(max(moments.pixels, 1))
    (means, standardDeviations) = ([], [])
    for channel in 0..<channels {
      let mean = Double(moments.sums[channel]) / count
      let variance = max(Double(moments.squares[channel]) / count - mean * mean, 1)
      means.append(Float(mean / 255))
      standardDeviations.append(Float(variance.squareRoot() / 255))
    }
  }
}

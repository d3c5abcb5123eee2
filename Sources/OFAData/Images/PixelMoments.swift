/// Sums over the pixels of images, of which means and deviations are made. Integers, so that no order matters.
public struct PixelMoments: Hashable, Sendable, Codable {
  /// How many pixels there are.
  public private(set) var pixels: Int
  /// The sum of each channel's values, 0…255.
  public private(set) var sums: [Int]
  /// The sum of their squares.
  public private(set) var squares: [Int]

  /// Of no pixel.
  init(channels: Int) {
    pixels = 0
    sums = Array(repeating: 0, count: channels)
    squares = sums
  }

  /// Of an image.
  init(of image: LentImage, channels: Int) {
    self.init(channels: channels)
    pixels = image.height * image.width
    for channel in 0..<channels {
      var (sum, square) = (0, 0)
      for index in stride(from: channel, to: pixels * channels, by: channels) {
        let value = Int(image.pixels[index])
        sum &+= value
        square &+= value &* value
      }
      (sums[channel], squares[channel]) = (sum, square)
    }
  }

  /// A grey image's in each of several channels.
  func converted(toChannels channels: Int) -> PixelMoments {
    guard sums.count == 1 else { return self }
    var moments = self
    moments.sums = Array(repeating: sums[0], count: channels)
    moments.squares = Array(repeating: squares[0], count: channels)
    return moments
  }

  static func += (sum: inout PixelMoments, moments: PixelMoments) {
    sum.pixels += moments.pixels
    for channel in sum.sums.indices {
      sum.sums[channel] += moments.sums[channel]
      sum.squares[channel] += moments.squares[channel]
    }
  }
}

import Foundation
import OFANumerics

/// How an image is seen in a batch: a window of it, perhaps mirrored, its colours changed and a part erased.
struct View: Sendable {
  /// The image's place in its source.
  let place: Int
  var window: Window
  var isMirrored = false
  var color: Color?
  /// Rows and columns of the batch's image.
  var erased: (rows: Range<Int>, columns: Range<Int>)?

  /// Factors of brightness, contrast and saturation.
  struct Color: Hashable, Sendable {
    var brightness: Float
    var contrast: Float
    var saturation: Float
  }
}

extension Augmentation {
  /// How an image is seen in an epoch.
  ///
  /// All is drawn from a generator of the seed, the epoch and the image, so that an image is seen alike whatever batch
  /// it is in and whoever computes it.
  func view(of place: Int, in source: any ImageSource, resolution: Int, epoch: Int, seed: UInt64) -> View {
    var generator = SeededGenerator(seed: seed, stream: "augmentation", epoch << 32 | place)
    let (height, width) = source.size(of: place)
    var view = View(
      place: place, window: crop?.window(height: height, width: width, using: &generator) ?? source.frame(of: place))
    let (rows, columns) = (shift(side: view.window.height), shift(side: view.window.width))
    view.window.row += Int.random(in: -rows...rows, using: &generator)
    view.window.column += Int.random(in: -columns...columns, using: &generator)
    switch mirroring {
    case .none: break
    case .random: view.isMirrored = Bool.random(using: &generator)
    case .alternating:
      var first = SeededGenerator(seed: seed, stream: "first mirroring", place)
      view.isMirrored = Bool.random(using: &first) != epoch.isMultiple(of: 2)
    }
    view.color = jitter?.color(using: &generator)
    let side = erasedSide(side: resolution)
    if side > 0 {
      func span() -> Range<Int> {
        let first = Int.random(in: 0..<resolution, using: &generator) - side / 2
        return max(first, 0)..<min(first + side, resolution)
      }
      view.erased = (rows: span(), columns: span())
    }
    return view
  }
}

extension Augmentation.Crop {
  /// A window of a drawn area and aspect, somewhere in an image.
  ///
  /// Where a draw does not fit ten times, the square in the middle is taken.
  package func window(height: Int, width: Int, using generator: inout some RandomNumberGenerator) -> Window {
    let bound = log(greatestAspect)
    for _ in 0..<10 {
      let area = Double(height * width) * Double.random(in: leastArea...1, using: &generator)
      let aspect = exp(Double.random(in: -bound...bound, using: &generator))
      let rows = Int((area / aspect).squareRoot().rounded())
      let columns = Int((area * aspect).squareRoot().rounded())
      guard 1...height ~= rows, 1...width ~= columns else { continue }
      return Window(
        row: Int.random(in: 0...height - rows, using: &generator),
        column: Int.random(in: 0...width - columns, using: &generator), height: rows, width: columns)
    }
    return .square(inHeight: height, width: width)
  }
}

extension Augmentation.Jitter {
  /// Drawn factors.
  func color(using generator: inout some RandomNumberGenerator) -> View.Color {
    func factor(_ bound: Double) -> Float { Float(Double.random(in: (1 - bound)...(1 + bound), using: &generator)) }
    return View.Color(brightness: factor(brightness), contrast: factor(contrast), saturation: factor(saturation))
  }
}

extension View.Color {
  /// Changes the colours of pixels [pixels, C] with values 0…255.
  ///
  ///     brightness:  p ← b · p
  ///     contrast:    p ← c · p + (1 − c) · mean grey of the image
  ///     saturation:  p ← s · p + (1 − s) · grey of the pixel
  ///
  /// Grey is 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601). Values are held in 0…255 after each, as torchvision's
  /// ColorJitter does.
  func apply(to values: UnsafeMutableBufferPointer<Float>, channels: Int) {
    func grey(_ pixel: Int) -> Float {
      guard channels == 3 else { return values[pixel * channels] }
      return 0.299 * values[3 * pixel] + 0.587 * values[3 * pixel + 1] + 0.114 * values[3 * pixel + 2]
    }
    func held(_ value: Float) -> Float { min(max(value, 0), 255) }
    let pixels = values.count / channels
    if brightness != 1 { for index in values.indices { values[index] = held(brightness * values[index]) } }
    if contrast != 1 {
      let mean = (0..<pixels).reduce(Float(0)) { $0 + grey($1) } / Float(pixels)
      for index in values.indices { values[index] = held(contrast * values[index] + (1 - contrast) * mean) }
    }
    if saturation != 1, channels == 3 {
      for pixel in 0..<pixels {
        let grey = (1 - saturation) * grey(pixel)
        for index in 3 * pixel..<3 * pixel + 3 { values[index] = held(saturation * values[index] + grey) }
      }
    }
  }
}

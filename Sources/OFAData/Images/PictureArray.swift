/// Pictures of any sizes, decoded when their set is opened, so that a step of training only cuts and resizes them.
public struct PictureArray: ImageSource {
  /// 1 for grey, 3 for colour.
  public let channels: Int
  private let names: [String]
  private let pictures: [Picture]

  /// Pictures of one kind, each with a name.
  ///
  /// - Precondition: each has as many channels as said.
  public init(channels: Int, pictures: [(name: String, picture: Picture)]) {
    precondition(pictures.allSatisfy { $0.picture.channels == channels }, "A picture has other channels.")
    self.channels = channels
    names = pictures.map(\.name)
    self.pictures = pictures.map(\.picture)
  }

  /// How many pictures there are.
  public var count: Int { pictures.count }

  /// The picture's name.
  public func name(of place: Int) -> String { names[place] }

  /// Rows and columns of a picture.
  public func size(of place: Int) -> (height: Int, width: Int) { (pictures[place].height, pictures[place].width) }

  /// The square in the middle of a picture, as high or as wide as it is.
  public func frame(of place: Int) -> Window {
    let (height, width) = size(of: place)
    return .square(inHeight: height, width: width)
  }

  /// Lends a picture.
  public func withImage<Result>(_ place: Int, _ body: (LentImage) -> Result) -> Result {
    let picture = pictures[place]
    return picture.pixels.withUnsafeBufferPointer { bytes in
      guard let first = bytes.baseAddress else { preconditionFailure("A picture has at least one pixel.") }
      return body(LentImage(pixels: first, height: picture.height, width: picture.width))
    }
  }
}

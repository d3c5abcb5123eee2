import OFAFormats
import Synchronization

/// Pictures in files of any sizes, decoded when they are borrowed. As many stay decoded as memory is given, so that a
/// step of training then only cuts and resizes them.
final class PictureFiles: ImageSource {
  let channels: Int
  private let paths: [String]
  private let facts: [PictureFacts]
  private let options: PictureOptions
  private let state: Mutex<State>

  private struct State {
    var decoded: DecodedPictures
    var failure: Failure?
  }

  /// Pictures that were looked at before.
  ///
  /// - Parameters:
  ///   - decoded: those that are decoded already, by their places.
  ///   - options: how they were looked at.
  init(
    channels: Int, paths: [String], facts: [PictureFacts], decoded: [Int: Picture], _ options: PictureOptions
  ) {
    (self.channels, self.paths, self.options) = (channels, paths, options)
    self.facts = facts.map { $0.converted(toChannels: channels) }
    var kept = DecodedPictures(room: options.memory)
    for (place, picture) in decoded { kept.keep(picture.converted(toChannels: channels), at: place) }
    state = Mutex(State(decoded: kept))
  }

  var count: Int { paths.count }
  var failure: Failure? { state.withLock(\.failure) }
  func name(of place: Int) -> String { paths[place] }
  func size(of place: Int) -> (height: Int, width: Int) { (facts[place].height, facts[place].width) }
  func moments(of place: Int) -> PixelMoments { facts[place].moments }

  /// The square in the middle of a picture, as high or as wide as it is.
  func frame(of place: Int) -> Window {
    let (height, width) = size(of: place)
    return .square(inHeight: height, width: width)
  }

  func withImage<Result>(_ place: Int, _ body: (LentImage) -> Result) -> Result {
    let picture = state.withLock { $0.decoded[place] } ?? decode(place)
    return picture.pixels.withUnsafeBufferPointer { bytes in
      guard let first = bytes.baseAddress else { preconditionFailure("A picture has at least one pixel.") }
      return body(LentImage(pixels: first, height: picture.height, width: picture.width))
    }
  }

  /// Reads a picture, and keeps it where there is room.
  private func decode(_ place: Int) -> Picture {
    let facts = facts[place]
    do throws(Failure) {
      let picture = try Picture(reading: paths[place], options).converted(toChannels: channels)
      guard PictureFacts(of: picture) == facts else {
        throw Failure(.inputOutput, "the picture is another than when its set was opened", at: paths[place])
      }
      state.withLock { $0.decoded.keep(picture, at: place) }
      return picture
    } catch {
      state.withLock { $0.failure = $0.failure ?? error }
      return Picture(
        height: facts.height, width: facts.width, channels: channels,
        pixels: Array(repeating: 0, count: facts.height * facts.width * channels))
    }
  }
}

/// Pictures that stay decoded, as many as there is room for.
struct DecodedPictures {
  private var pictures: [Int: Picture] = [:]
  /// The bytes that are left.
  private var room: Int

  init(room: Int) { self.room = room }

  subscript(place: Int) -> Picture? { pictures[place] }

  mutating func keep(_ picture: Picture, at place: Int) {
    guard pictures[place] == nil, picture.pixels.count <= room else { return }
    pictures[place] = picture
    room -= picture.pixels.count
  }
}

/// What is kept in mind of a picture that was looked at.
struct PictureFacts: Hashable, Sendable, Codable {
  let height: Int
  let width: Int
  private(set) var channels: Int
  private(set) var moments: PixelMoments

  init(of picture: Picture) {
    (height, width, channels) = (picture.height, picture.width, picture.channels)
    moments = picture.pixels.withUnsafeBufferPointer { bytes in
      guard let first = bytes.baseAddress else { preconditionFailure("A picture has at least one pixel.") }
      return PixelMoments(
        of: LentImage(pixels: first, height: picture.height, width: picture.width), channels: picture.channels)
    }
  }

  /// What is true of the picture in another number of channels: grey in each of three.
  func converted(toChannels wanted: Int) -> PictureFacts {
    var facts = self
    (facts.channels, facts.moments) = (wanted, moments.converted(toChannels: wanted))
    return facts
  }
}

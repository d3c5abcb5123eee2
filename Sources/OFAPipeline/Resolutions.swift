import OFAFormats
import OFASpace

extension SearchSpace {
  /// The space's resolutions, or those of them that were asked for.
  ///
  /// - Throws: `Failure(.usage)` for one that the space does not have.
  func narrowed(to wanted: [Int]?) throws -> [Int] {
    guard let wanted else { return resolutions }
    if let unknown = wanted.first(where: { !resolutions.contains($0) }) {
      throw Failure(.usage, "\(name) has no resolution \(unknown), only \(resolutions)", at: "`resolutions`")
    }
    return Set(wanted).sorted()
  }
}

/// What the files of a set hold.
struct StoredImages {
  var training: ImageSet
  var test: ImageSet
  /// The images to choose by, where the set has some of its own.
  var heldOut: ImageSet?
  var report = PictureReport()
}

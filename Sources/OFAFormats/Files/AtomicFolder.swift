import Foundation

/// Makes folders whole or not at all.
public enum AtomicFolder {
  /// Lets `body` fill a hidden folder beside the place, then puts it in the place; what was there is removed.
  ///
  ///     try AtomicFolder.replace("runs/one/model", as: Model.folderKind) { folder in
  ///       try Documents.write(space, to: folder + "/space.json")
  ///       try weights.write(to: folder + "/weights.safetensors")
  ///     }
  ///
  /// An old folder and the new one change places in one step (where the file system can), so that a kill leaves one of
  /// them. When `body` throws, the old folder stays and the new one is removed.
  ///
  /// - Throws: what ``FolderKind/check(_:)`` and `body` throw, and `Failure(.inputOutput)`.
  public static func replace(
    _ path: String, as kind: FolderKind, _ body: (_ temporaryPath: String) throws -> Void
  ) throws {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    try kind.check(path)
    let isThere = InputFile.isFolder(path)
    let target = isThere ? try TemporaryPath.resolved(path) : path
    try TemporaryPath.makeFolder(above: target)
    let temporary = TemporaryPath.beside(target)
    guard mkdir(temporary, 0o777) == 0 else { throw Failure.system("cannot be written", path) }
    do {
      try body(temporary)
      TemporaryPath.synchronizeFolder(temporary)
      guard isThere ? exchange(temporary, target) || swap(temporary, target) : rename(temporary, target) == 0 else {
        throw Failure.system("cannot be written", path)
      }
    } catch {
      try? FileManager.default.removeItem(atPath: temporary)
      throw named(error, path, for: temporary)
    }
    TemporaryPath.synchronizeFolder(above: target)
    // The new folder is in place: an old one that cannot be removed is litter, not a failure.
    if isThere { try? FileManager.default.removeItem(atPath: temporary) }
  }

  /// The error with the folder that the user knows in its place, not the hidden one.
  private static func named(_ error: any Error, _ path: String, for temporary: String) -> any Error {
    guard var failure = error as? Failure, let place = failure.place, place.hasPrefix(temporary) else { return error }
    failure.place = path + place.dropFirst(temporary.count)
    return failure
  }

  /// Lets two paths change places in three steps, for file systems that cannot do it in one.
  private static func swap(_ new: String, _ old: String) -> Bool {
    let aside = TemporaryPath.beside(old)
    guard rename(old, aside) == 0 else { return false }
    guard rename(new, old) == 0 else {
      let code = errno
      rename(aside, old)
      errno = code
      return false
    }
    return rename(aside, new) == 0
  }

  /// Lets two paths change places in one step.
  private static func exchange(_ one: String, _ other: String) -> Bool {
    #if os(Linux)
      // Glibc has it, though its module does not show it to Swift.
      typealias Rename = @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32
      guard let symbol = dlsym(nil, "renameat2") else {
        errno = ENOSYS
        return false
      }
      let renameExchange: UInt32 = 2
      return unsafeBitCast(symbol, to: Rename.self)(AT_FDCWD, one, AT_FDCWD, other, renameExchange) == 0
    #else
      return renamex_np(one, other, UInt32(RENAME_SWAP)) == 0
    #endif
  }
}

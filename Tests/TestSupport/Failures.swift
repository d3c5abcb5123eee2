import OFAFormats

/// The failure that an action throws; nil when it throws none, or something else.
public func failure(of action: () throws -> some Any) -> Failure? {
  do {
    _ = try action()
    return nil
  } catch {
    return error as? Failure
  }
}

import OFAFormats

/// The failure that an action throws; nil when it throws none. Whatever else it throws ends the tests.
public func failure(of action: () throws -> some Any) -> Failure? {
  do {
    _ = try action()
    return nil
  } catch {
    guard let failure = error as? Failure else { preconditionFailure("not a Failure: \(error)") }
    return failure
  }
}

/// The logits that a run of a plan left in its workspace, [batch, classes], row-major.
///
/// They are gone when another plan runs there.
public struct Logits: RandomAccessCollection {
  private let workspace: Workspace
  private let run: Int
  private let values: UnsafeBufferPointer<Float>

  /// What the last run in a workspace has left.
  init(_ values: UnsafeBufferPointer<Float>, in workspace: Workspace) {
    (self.workspace, self.values) = (workspace, values)
    run = workspace.runs
  }

  /// 0.
  public var startIndex: Int { 0 }

  /// Their number.
  public var endIndex: Int { values.count }

  /// One of them.
  ///
  /// - Precondition: nothing has run in the workspace since.
  public subscript(index: Int) -> Float {
    check()
    return values[index]
  }

  /// Calls `body` with all of them.
  public func withContiguousStorageIfAvailable<Result>(
    _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result? {
    check()
    return try body(values)
  }

  private func check() {
    precondition(workspace.runs == run, "Another plan has run in the workspace: its logits have to be read before.")
  }
}

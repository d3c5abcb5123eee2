import CRuntime

/// How steps are cut into tasks. It depends on sizes alone, so results do not depend on the number of threads.
enum Partition {
  /// Floats of a tile that should stay in a core's own cache.
  private static let tileFloats = 40_000
  /// Tasks of a forward step at most: enough to balance many cores, few enough to merge their statistics cheaply.
  static let mostTasks = 64
  /// Tasks of a depthwise step at least, where it has the rows for them.
  static let fewestTasks = 16
  /// Rows of outputs that a task has at least.
  private static let fewestOutputRows = 8
  /// Tasks of a backward step at most: each has a filter gradient of its own.
  static let mostBackwardTasks = 16
  /// Floats of all partial filter gradients of a step.
  private static let partialFloats = 1 << 20

  /// Cuts the rows of a matrix product that reads and writes `width` floats a row.
  static func rows(_ step: inout ofa_step, rows: Int, width: Int) {
    // Multiples of 24 fill the register blocks; few rows are still cut for several threads.
    let tile = max(24, min(480, tileFloats / width / 24 * 24))
    step.rows_per_tile = Int32(min(tile, max(8, (rows + 7) / 8)))
    let tiles = (rows + Int(step.rows_per_tile) - 1) / Int(step.rows_per_tile)
    let tilesPerTask = (tiles + mostTasks - 1) / mostTasks
    step.rows_per_task = Int32(tilesPerTask) * step.rows_per_tile
    step.tasks = Int32((rows + Int(step.rows_per_task) - 1) / Int(step.rows_per_task))
  }

  /// Cuts the rows of a backward matrix product with a filter gradient of `filter` floats for each task.
  static func backwardRows(_ step: inout ofa_step, rows: Int, width: Int, filter: Int) {
    let tasks = max(min(2, (rows + 15) / 16), min(mostBackwardTasks, rows / 64, partialFloats / filter))
    step.rows_per_task = Int32((rows + tasks - 1) / tasks)
    step.rows_per_tile = min(step.rows_per_task, Int32(max(24, min(240, tileFloats / width / 24 * 24))))
    step.tasks = Int32((rows + Int(step.rows_per_task) - 1) / Int(step.rows_per_task))
  }

  /// Cuts a convolution by rows of outputs; a task reads a kernel's height of rows more than its own.
  ///
  /// - Returns: the number of runs of rows, in `most` at most.
  static func outputRows(_ step: inout ofa_step, most: Int) -> Int {
    let rows = Int(step.images * step.out_height)
    step.rows_per_task = Int32(max(fewestOutputRows, (rows + most - 1) / most))
    return (rows + Int(step.rows_per_task) - 1) / Int(step.rows_per_task)
  }

  /// Cuts a step by images.
  ///
  /// - Returns: the number of runs of images.
  static func images(_ step: inout ofa_step, images: Int, most: Int = mostBackwardTasks) -> Int {
    let each = (images + most - 1) / most
    step.rows_per_task = Int32(each)
    return (images + each - 1) / each
  }

  /// Cuts an element-wise step over rows of `channels`.
  static func elements(_ step: inout ofa_step, rows: Int, channels: Int) {
    step.rows_per_task = Int32(max(1, (rows + 31) / 32))
    step.rows_per_tile = Int32(max(1, min(Int(step.rows_per_task), 8192 / channels)))
    step.tasks = Int32((rows + Int(step.rows_per_task) - 1) / Int(step.rows_per_task))
  }
}

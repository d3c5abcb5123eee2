import CRuntime

/// How a step is cut into tasks. It depends on sizes alone, so results do not depend on the number of threads.
struct Cut {
  var tasks: Int
  var rowsPerTask = 1
  var rowsPerTile = 1
  /// The runs of rows: as many as tasks, but for depthwise steps, whose tasks are also cut by channels.
  var chunks: Int

  init(tasks: Int, rowsPerTask: Int = 1, rowsPerTile: Int = 1) {
    (self.tasks, self.rowsPerTask, self.rowsPerTile, chunks) = (tasks, rowsPerTask, rowsPerTile, tasks)
  }

  /// Cuts `rows` rows.
  init(rows: Int, perTask: Int, perTile: Int = 1) {
    self.init(tasks: (rows + perTask - 1) / perTask, rowsPerTask: perTask, rowsPerTile: perTile)
  }

  /// The same for each panel of so many channels.
  func times(panelsOf channels: Int) -> Cut {
    var cut = self
    cut.tasks *= PlanBuilder.panels(channels)
    return cut
  }
}

enum Partition {
  /// Floats of a tile that should stay in a core's own cache.
  private static let tileFloats = 40_000
  /// Rows of a tile are a multiple of this: it fills the register blocks of every form.
  private static let tileStep = 24
  /// Tasks of a forward step at most: enough to balance many cores, few enough to merge their statistics cheaply.
  private static let mostTasks = 64
  /// Tasks of a depthwise step at least, where it has the rows for them.
  private static let fewestTasks = 16
  /// Rows of outputs that a task has at least.
  private static let fewestOutputRows = 8
  /// Tasks of a backward step at most: each has a filter gradient of its own.
  private static let mostBackwardTasks = 16
  /// Floats of all partial filter gradients of a step.
  private static let partialFloats = 1 << 20

  /// Rows of a tile of `width` floats a row, `most` at most.
  private static func tile(width: Int, most: Int) -> Int {
    max(tileStep, min(most, tileFloats / width / tileStep * tileStep))
  }

  /// Cuts the rows of a matrix product that reads and writes `width` floats a row.
  private static func rows(_ rows: Int, width: Int) -> Cut {
    // Few rows are still cut for several threads.
    let tile = min(tile(width: width, most: 480), max(8, (rows + 7) / 8))
    let tiles = (rows + tile - 1) / tile
    return Cut(rows: rows, perTask: (tiles + mostTasks - 1) / mostTasks * tile, perTile: tile)
  }

  /// Cuts a layer's forward step.
  static func forward(_ kind: LayerKind, _ shape: ofa_windows) -> Cut {
    let rows = Int(shape.images) * Int(shape.out_height)
    func outputRows(most: Int) -> Cut {
      Cut(rows: rows, perTask: max(fewestOutputRows, (rows + most - 1) / most))
    }
    switch kind {
    case .pointwise:
      return Self.rows(rows * Int(shape.out_width), width: Int(shape.in_channels) + Int(shape.out_channels))
    case .dense: return outputRows(most: mostTasks)
    case .depthwise:
      let channels = Int(shape.out_channels)
      let panels = PlanBuilder.panels(channels)
      // Few channels of one image are still cut for several threads.
      let most = max((fewestTasks + panels - 1) / panels, min(mostBackwardTasks, Int(shape.images)))
      return outputRows(most: most).times(panelsOf: channels)
    }
  }

  /// Cuts a layer's backward step: a filter gradient of `filter` floats for each run of rows.
  static func backward(_ kind: LayerKind, _ shape: ofa_windows, filter: Int) -> Cut {
    let (inputs, outputs) = (Int(shape.in_channels), Int(shape.out_channels))
    let positions = Int(shape.out_height) * Int(shape.out_width)
    switch kind {
    case .pointwise:
      let rows = Int(shape.images) * positions
      let tasks = max(min(2, (rows + 15) / 16), min(mostBackwardTasks, rows / 64, partialFloats / filter))
      let each = (rows + tasks - 1) / tasks
      return Cut(rows: rows, perTask: each, perTile: min(each, tile(width: inputs + outputs, most: 240)))
    case .dense:
      var cut = images(Int(shape.images))
      let width = Int(shape.kernel_size) * Int(shape.kernel_size) * inputs + outputs
      cut.rowsPerTile = rows(positions, width: width).rowsPerTile
      return cut
    case .depthwise: return images(Int(shape.images)).times(panelsOf: outputs)
    }
  }

  /// Cuts a step by images.
  static func images(_ images: Int) -> Cut {
    Cut(rows: images, perTask: (images + mostBackwardTasks - 1) / mostBackwardTasks)
  }

  /// Cuts an element-wise step.
  static func elements(_ shape: ofa_rows) -> Cut {
    let rows = Int(shape.images) * Int(shape.positions)
    let each = max(1, (rows + 31) / 32)
    return Cut(rows: rows, perTask: each, perTile: max(1, min(each, 8192 / Int(shape.channels))))
  }

  /// Cuts a step by output channels of a filter.
  static func outputs(_ channels: Int) -> Cut {
    Cut(rows: channels, perTask: (channels + mostBackwardTasks - 1) / mostBackwardTasks)
  }
}

import ArgumentParser
import OFAFormats
import OFAPipeline

struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List what is there to be used.", subcommands: [Spaces.self, Recipes.self, Devices.self, Models.self])

  struct Spaces: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the search spaces: those built in, and a folder's documents.")

    @OptionGroup var documents: DocumentsOptions

    func run() throws {
      try documents.list { try Listing.spaces(in: $0, monitor: $1) }
    }
  }

  struct Recipes: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the recipes for training: those built in, and a folder's documents.")

    @OptionGroup var documents: DocumentsOptions

    func run() throws {
      try documents.list { try Listing.recipes(in: $0, monitor: $1) }
    }
  }

  struct Models: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the models in a folder, each in its own folder or in that of the run that left it.")

    @Argument(
      help: ArgumentHelp("The folder; by default runs here, and Models, here or in this package.", valueName: "folder"),
      completion: .directory)
    var folder: String?

    @OptionGroup var printing: OutputOptions

    func run() throws { try printing.console.list(Listing.models(in: folder)) }
  }

  struct Devices: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the devices that a folder has profiles of.",
      discussion: """
        Of a device that was not measured, the runner is none, and memory and storage are its data sheet's. What keeps \
        others from relying on a profile is said on standard error.
        """)

    @Argument(
      help: ArgumentHelp("The folder; by default HardwareProfiles, here or in this package.", valueName: "folder"),
      completion: .directory)
    var folder: String?

    @OptionGroup var printing: OutputOptions

    func run() throws {
      let console = printing.console
      let listing = try DeviceListing(folder: folder)
      var failures: [Failure] = []
      try console.table([
        .text("device"), .text("runner"), .text("space"), .number("memory"), .number("storage"), .text("file"),
      ]) { table in
        failures = try listing.read(monitor: console.watcher) { device in
          try table.write(device) {
            [
              device.name.onOneLine, device.runner.onOneLine, device.space?.onOneLine ?? "–",
              device.memoryBytes?.bytes ?? "–", device.storageBytes?.bytes ?? "–", device.path.onOneLine,
            ]
          }
        }
      }
      failures.dropLast().forEach(Exit.complain)
      if let last = failures.last { throw last }
    }
  }
}

/// The documents of one kind.
struct DocumentsOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The folder whose documents are listed too.", valueName: "folder"), completion: .directory)
  var folder = "."

  @OptionGroup var printing: OutputOptions

  func list(_ entries: (_ folder: String, Monitor) throws -> [Listing.Entry]) throws {
    let console = printing.console
    try console.list(entries(folder, console.watcher))
  }
}

extension Console {
  /// Writes a line for each of what is there to be taken.
  fileprivate func list(_ entries: [Listing.Entry]) throws {
    try table([.text("name"), .text("path")]) { table in
      for entry in entries {
        try table.write(entry) { [entry.name.onOneLine, entry.path?.onOneLine ?? "built in"] }
      }
    }
  }
}

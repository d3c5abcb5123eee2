import ArgumentParser
import OFAFormats
import OFAPipeline

struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List what is there to be used.", subcommands: [Devices.self])

  struct Devices: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the devices that a folder has profiles of.",
      discussion: """
        Of a device that was not measured, the runner is none, and memory and storage are its data sheet's. What keeps \
        others from relying on a profile is said on standard error.
        """)

    @Argument(
      help: ArgumentHelp("The folder; by default HardwareProfiles, here or in this package.", valueName: "folder"))
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

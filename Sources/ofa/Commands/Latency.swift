import ArgumentParser
import OFAFormats
import OFAHardware
import OFAPipeline

struct Latency: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Predict subnets' latency from a device's profile.",
    discussion: "The interval is where nine of ten measurements are expected.")

  @Option(help: ArgumentHelp("The device's profile.", valueName: "file"), completion: .file())
  var profile: String

  @OptionGroup var space: SpaceOptions
  @OptionGroup var subnets: SubnetsOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let console = output.console
    let space = try space.source.space()
    let subnets = try space.subnets(named: subnets.subnets)
    let profile = try DeviceProfile(reading: profile, monitor: console.watcher)
    try console.table([.number("latency"), .number("90 % from"), .number("to"), .text("id")]) { table in
      for subnet in subnets {
        let latency = try PredictedLatency(of: subnet, in: space, on: profile)
        try table.write(latency) {
          [
            latency.latencyMilliseconds.milliseconds, latency.lowMilliseconds.milliseconds,
            latency.highMilliseconds.milliseconds, latency.id,
          ]
        }
      }
    }
  }
}

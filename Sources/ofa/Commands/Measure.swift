import ArgumentParser
import OFAPipeline

struct Measure: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure whole subnets' latency on a device.",
    discussion: "The networks take turns, so that a slow moment of the machine falls on all of them.")

  @OptionGroup var runner: RunnerOption
  @OptionGroup var space: SpaceOptions
  @OptionGroup var subnets: SubnetsOptions
  @OptionGroup var threads: LatencyThreadsOption
  @OptionGroup var seed: SeedOption
  @OptionGroup var output: OutputOptions

  func run() throws {
    let console = output.console
    let space = try space.source.space()
    var measurement = LatencyMeasurement(
      runner: runner.runner, space: space, threads: threads.threads, seed: seed.seed)
    measurement.engine = runner.engine
    measurement.cores = runner.cores
    try console.table([
      .number("median"), .number("p10"), .number("p90"), .number("runs"), .text("id"),
    ]) { table in
      for latency in try measurement.measure(try space.subnets(reading: subnets.subnets), monitor: console.monitor) {
        try table.write(latency) {
          [
            latency.latencyMilliseconds.milliseconds, latency.p10Milliseconds.milliseconds,
            latency.p90Milliseconds.milliseconds, "\(latency.runs)", latency.id,
          ]
        }
      }
    }
  }
}

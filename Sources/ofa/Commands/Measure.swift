import ArgumentParser
import OFAPipeline
import OFAReport

struct Measure: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure whole subnets' latency on a device.",
    discussion: "The networks take turns, so that a slow moment of the machine falls on all of them.")

  @OptionGroup var runner: RunnerOption
  @OptionGroup var space: SpaceOptions
  @OptionGroup var subnets: SubnetsOptions
  @OptionGroup var threads: LatencyThreadsOption

  @Flag(
    help: """
      Tell the memory too that each network needs: what activations take, and the most that its process held, but with \
      host, where that is this program.
      """)
  var memory = false

  @OptionGroup var seed: SeedOption
  @OptionGroup var output: WorkOptions

  func run() throws {
    let console = output.console
    let space = try space.source.space()
    var measurement = LatencyMeasurement(
      runner: runner.runner, space: space, threads: threads.threads, seed: seed.seed)
    measurement.engine = runner.engine
    measurement.cores = runner.cores
    measurement.measuresMemory = memory
    let columns = ["median", "p10", "p90", "runs"] + (memory ? ["process", "arena"] : [])
    try console.table(columns.map(Table.Column.number) + [.text("id")]) { table in
      try measurement.measure(space.subnets(named: subnets.subnets), monitor: console.monitor) { latency in
        try table.write(latency) {
          [
            latency.latencyMilliseconds.milliseconds, latency.p10Milliseconds.milliseconds,
            latency.p90Milliseconds.milliseconds, "\(latency.runs)",
          ] + (latency.memory.map { [$0.processBytes, $0.arenaBytes] } ?? []).map { $0?.bytes ?? "–" } + [latency.id]
        }
      }
    }
  }
}

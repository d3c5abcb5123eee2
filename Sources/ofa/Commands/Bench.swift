import ArgumentParser
import OFACluster
import OFAPipeline
import OFAReport
import OFASpace

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time the engine and the search on this machine.",
    subcommands: [TrainStep.self, Inference.self, Kernels.self, Search.self, Scaling.self])

  struct TrainStep: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Time training steps of one subnet.",
      discussion: "A step compiles the subnet, runs it forward and backward, and updates the weights.")

    @OptionGroup var step: StepOptions

    func run() throws {
      let console = step.output.console
      let (subnet, space) = try step.network()
      let result = try EngineBenchmark.trainingStep(
        of: subnet, in: space, batch: step.batch, threads: step.threads.threads, monitor: console.monitor)
      try console.write(result) { Bench.text(result) }
    }
  }

  struct Inference: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Time inference of one subnet.")

    @OptionGroup var space: SpaceOptions
    @OptionGroup var subnet: SubnetOption

    @Option(help: ArgumentHelp("The images of a run.", valueName: "n"))
    var batch = 1

    @OptionGroup var threads: LatencyThreadsOption
    @OptionGroup var output: WorkOptions

    func validate() throws { try Batch.check(batch) }

    func run() throws {
      let console = output.console
      let space = try space.source.space()
      let result = try EngineBenchmark.inference(
        of: try space.subnet(named: subnet.subnet), in: space, batch: batch, threads: threads.threads,
        monitor: console.monitor)
      try console.write(result) { Bench.text(result) }
    }
  }

  struct Kernels: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Time each kernel of a subnet's training step, or of its inference.",
      discussion: """
        Kernels of one shape are taken together. Below them stands what it takes to draw and compile a subnet, as a part of their sum. The last \
        two rows are what the machine can do, of which the others are parts: OpenBLAS's products of large matrices, and copying memory.
        """)

    @Flag(help: "Time inference, in place of a training step.")
    var inference = false

    @OptionGroup var step: StepOptions

    func run() throws {
      let console = step.output.console
      let (subnet, space) = try step.network()
      let rows = try KernelBenchmark.timed(
        inference ? .inference : .trainingStep, of: subnet, in: space, batch: step.batch, threads: step.threads.threads,
        monitor: console.monitor)
      try console.table([
        .number("ms"), .number("of all"), .number("GMAC/s"), .number("of peak"), .number("GB/s"), .number("of copy"),
        .number("steps"), .text("kernel"), .text("shape"),
      ]) { table in
        for row in rows {
          try table.write(row) {
            [
              (1e3 * row.seconds).digits(3), row.share.percent, row.gmacsPerSecond.digits(1), row.peakShare.percent,
              row.gigabytesPerSecond.digits(1), row.copyShare.percent, "\(row.steps)", row.kernel, row.shape,
            ]
          }
        }
      }
    }
  }

  struct Search: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Time each searcher with each kind of predictor, and pricing and predicting alone.",
      discussion: "The predictors are fitted to subnets' sizes; the budget is half the largest subnet's arithmetic.")

    @OptionGroup var space: SpaceOptions

    @Option(
      help: ArgumentHelp("An accuracy predictor to time alone, such as a published one.", valueName: "file"),
      completion: .file())
    var predictor: String?

    @OptionGroup var seed: SeedOption
    @OptionGroup var threads: ThreadsOption
    @OptionGroup var output: WorkOptions

    func run() throws {
      let console = output.console
      let space = try space.source.space()
      let scoring = try ScoringBenchmark(
        in: space, predictor: predictor, seed: seed.seed, threads: threads.threads)
      let results = try SearchBenchmark.all(
        in: space, seed: seed.seed, threads: threads.threads, monitor: console.monitor)
      try console.table([.number("candidates/s"), .text("searcher"), .text("predictor")]) { table in
        for result in results {
          try table.write(result) { [result.candidatesPerSecond.digits(0), result.searcher, result.predictor] }
        }
      }
      try console.write(scoring) {
        let predicted = scoring.predictedPerSecond.map { ", \($0.digits(0)) predicted" } ?? ""
        return "\(scoring.pricedPerSecond.digits(0)) candidates priced a second\(predicted)"
      }
    }
  }

  struct Scaling: SharedCommand {
    static let configuration = CommandConfiguration(
      abstract: "Time training steps on several processes, and predict them for more and for slower networks.",
      discussion: """
        Start it as training is started: mpirun -n 4 ofa bench scaling …. The batch is that of all together. \
        Predictions are by a model of latency and bandwidth; the last lines say up to how many processes twice as many \
        make a step a quarter shorter.
        """)

    @OptionGroup var step: StepOptions

    func run() throws {
      let console = step.output.console
      let (subnet, space) = try step.network()
      func measure(_ cluster: Cluster) throws -> ScalingBenchmark? {
        try ScalingBenchmark.measure(
          subnet, in: space, batch: step.batch, threads: step.threads.threads, cluster: cluster,
          monitor: console.monitor)
      }
      try Ranks.together { cluster in
        guard let result = try measure(cluster) else { return }
        try console.write(result) { text(result, console) }
      } help: {
        _ = try measure($0)
      }
    }

    private func text(_ result: ScalingBenchmark, _ console: Console) -> String {
      let table = Table(
        [.text("network"), .number("processes"), .number("step"), .number("images/s"), .number("efficiency")],
        result.predictions.map { prediction in
          [
            prediction.network, "\(prediction.ranks)", (1e3 * prediction.stepSeconds).milliseconds,
            prediction.imagesPerSecond.digits(0), prediction.efficiency.percent,
          ]
        })
      return """
        \(result.ranks) processes: \((1e3 * result.stepSeconds).milliseconds) a step, \
        \(result.imagesPerSecond.digits(0)) images/s; \((1e3 * result.computeSeconds).milliseconds) without exchange, \
        \((1e3 * result.waitingSeconds).milliseconds) of waiting for each step's slowest
        each sends \(result.exchangedBytes.bytes), \(result.overlap.percent) of it while it computes; \
        \((1e3 * result.latencySeconds).milliseconds) a message and \(Int(result.bytesPerSecond).bytes) a second
        predicted:
        \(console.text(of: table))
        pays up to: \(result.pays.map { "\($0.ranks) (\($0.network))" }.joined(separator: ", "))
        """
    }
  }

  private static func text(_ result: EngineBenchmark) -> String {
    """
    \((1e3 * result.medianSeconds).milliseconds), \(result.imagesPerSecond.digits(0)) images/s, \
    \(result.gmacsPerSecond.digits(1)) GMAC/s with \(result.kernelForm) kernels, \(result.peakBytes.bytes) at the peak
    """
  }
}

/// A training step of one subnet.
struct StepOptions: ParsableArguments {
  @OptionGroup var space: SpaceOptions
  @OptionGroup var subnet: SubnetOption

  @Option(help: ArgumentHelp("The images of a step.", valueName: "n"))
  var batch = 32

  @OptionGroup var threads: ThreadsOption
  @OptionGroup var output: WorkOptions

  func validate() throws { try Batch.check(batch) }

  func network() throws -> (subnet: Subnet, space: SearchSpace) {
    let space = try space.source.space()
    return (try space.subnet(named: subnet.subnet), space)
  }
}

/// Numbers of images at once.
private enum Batch {
  /// - Throws: a usage error unless the number is possible.
  static func check(_ batch: Int) throws {
    guard 1...4096 ~= batch else { throw ValidationError("'--batch' takes a number from 1 to 4096, not \(batch).") }
  }
}

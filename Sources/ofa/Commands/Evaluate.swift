import ArgumentParser
import OFAPipeline

struct Evaluate: SharedCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure subnets' accuracy on images.",
    discussion: "A subnet's normalization statistics are made anew from training images, unless told otherwise.")

  @OptionGroup var model: ModelOption

  @Option(help: ArgumentHelp("The images, as for train.", valueName: "dir|csv|shapes"), completion: .file())
  var data: String

  @OptionGroup var subnets: SubnetsOptions

  @Option(help: "Which images: those for reporting, or those held out of training for choosing.")
  var split = ImageSplit.test

  @Flag(name: .customLong("no-recalibration"), help: "Use the full network's statistics for every subnet.")
  var usesFullStatistics = false

  @Option(
    help: ArgumentHelp(
      "A page to write with the most accurate subnet's classes, what it takes them for, and pictures.",
      valueName: "file"), completion: .file())
  var report: String?

  @OptionGroup var replacement: ReplacementOption
  @OptionGroup var threads: ThreadsOption
  @OptionGroup var output: WorkOptions

  func run() throws {
    let console = output.console
    var measurement = AccuracyMeasurement(
      model: try model.folder, data: data, split: split, recalibrates: !usesFullStatistics, threads: threads.threads)
    measurement.report = report.map(replacement.output)
    measurement.origin = .ofThisCommand(threads: threads.threads)
    try Ranks.together { cluster in
      measurement.cluster = cluster
      try console.table([.number("top-1"), .number("loss"), .text("id")]) { table in
        try measurement.measure(subnets: subnets.subnets, monitor: console.monitor) { accuracy in
          try table.write(accuracy) { [accuracy.topOneAccuracy.percent, accuracy.loss.digits(4), accuracy.id] }
        }
      }
    } help: { cluster in
      measurement.cluster = cluster
      try measurement.help()
    }
  }
}

extension ImageSplit: ExpressibleByArgument {}

import ArgumentParser
import OFAPipeline

struct Images: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Look at images.", subcommands: [Inspect.self])

  struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Count a set's images by part and class, and find what is wrong with it.",
      discussion: """
        A set is a folder with one folder of pictures for each class, with or without train, val and test above them; \
        a CSV file with a line path,class for each picture; or a folder of MNIST's or CIFAR's files.
        """)

    @Argument(
      help: ArgumentHelp("The set: a folder, a CSV file, or shapes.", valueName: "dir|csv|shapes"), completion: .file())
    var data: String

    @Option(
      help: ArgumentHelp("Write a sheet with pictures of every class, a row a class, as PNG.", valueName: "file"),
      completion: .file())
    var sheet: String?

    @OptionGroup var replacement: ReplacementOption
    @OptionGroup var threads: ThreadsOption
    @OptionGroup var printing: WorkOptions

    func run() throws {
      let console = printing.console
      let inspection = DataInspection(data: data, sheet: sheet.map(replacement.output), threads: threads.threads)
      let (result, remarks) = try inspection.inspect(monitor: console.monitor)
      try console.write(result) { Self.text(result, remarks) + (sheet.map { "\nsheet: \($0)" } ?? "") }
    }

    private static func text(_ result: DataInspection.Result, _ remarks: DataInspection.Remarks) -> String {
      var lines = [
        "\(result.train) images to train on, \(result.heldOut) held out, \(result.test) to test; \(remarks.sizes), "
          + (result.channels == 1 ? "grey" : "colour"),
        "\(result.classes.count) classes:",
      ]
      lines += result.classes.map { "  \($0.count)  \($0.name)" }
      if !remarks.unreadable.isEmpty { lines.append("\(remarks.unreadable.count) cannot be read:") }
      lines += remarks.unreadable.map { "  \($0)" }
      if result.passedOver > 0 { lines.append("\(result.passedOver) files of other kinds passed over") }
      if result.acrossSplit > 0 {
        lines.append(
          "\(result.acrossSplit) images are judged by though one that shows the same is trained on; pairs of them:")
      }
      lines += remarks.pairs.map { "  \($0)" }
      return lines.joined(separator: "\n")
    }
  }
}

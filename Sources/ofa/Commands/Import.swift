import ArgumentParser
import OFAPipeline

struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take over what others published.",
    discussion: """
      A checkpoint of the original Once-for-All, in PyTorch's or safetensors' form, becomes a model folder; its net.config a subnet. \
      Latency tables in YAML or JSON, one file or a folder with one a resolution, become a device's profile. Accuracy \
      predictors of the original's form, PyTorch files, become predictors for a space. Of a PyTorch file nothing is \
      run. A model folder takes the place of an empty folder or of another model folder, and of no other.
      """)

  @Option(help: ArgumentHelp("A supernet's checkpoint.", valueName: "file"), completion: .file())
  var checkpoint: String?

  @Option(
    help: ArgumentHelp(
      "Images for a checkpoint's model to keep some of, which make each subnet's statistics: as for train.",
      valueName: "dir|csv|shapes"), completion: .file())
  var data: String?

  @Option(
    help: ArgumentHelp("A net.config, or the folder that has it and a run.config.", valueName: "dir|file"),
    completion: .file())
  var network: String?

  @Option(help: ArgumentHelp("A latency table, or a folder with tables.", valueName: "dir|file"), completion: .file())
  var latencyTables: String?

  @Option(help: ArgumentHelp("The name of the device that the tables are of.", valueName: "name"))
  var device: String?

  @Option(
    help: ArgumentHelp("The column of latency tables to take, where they have several of means.", valueName: "name"))
  var column: String?

  @Option(help: ArgumentHelp("A published accuracy predictor.", valueName: "file"), completion: .file())
  var predictor: String?

  @Option(
    help: ArgumentHelp(
      "The resolutions that a predictor's features are of, in order, such as 160,192,224; the published ones' "
        + "are known.",
      valueName: "list"))
  var resolutions: String?

  @Option(
    help: ArgumentHelp(
      "The space that all but latency tables are for: a built-in name or a JSON file.", valueName: "name|file"),
    completion: .spaces)
  var space: String?

  @OptionGroup var adaptation: AdaptationOptions

  @Option(
    help: ArgumentHelp("The model folder to write, or the subnet, profile or predictor.", valueName: "path"),
    completion: .file())
  var output: String

  @OptionGroup var replacement: ReplacementOption
  @OptionGroup var threads: ThreadsOption
  @OptionGroup var printing: WorkOptions

  func validate() throws {
    guard [checkpoint, network, latencyTables, predictor].count(where: { $0 != nil }) == 1 else {
      throw ValidationError("Name one of '--checkpoint', '--network', '--latency-tables' and '--predictor'.")
    }
    guard (device != nil) == (latencyTables != nil) else {
      throw ValidationError("Name the device of latency tables, and of nothing else, with '--device'.")
    }
    guard data == nil || checkpoint != nil else { throw ValidationError("'--data' is for a checkpoint's model.") }
    guard column == nil || latencyTables != nil, resolutions == nil || predictor != nil else {
      throw ValidationError("'--column' is of latency tables, '--resolutions' of a predictor.")
    }
    guard latencyTables == nil ? space != nil : space == nil && adaptation.isEmpty else {
      throw ValidationError("Name the space that it is for with '--space'; latency tables are for none.")
    }
  }

  func run() throws {
    let console = printing.console
    let space = adaptation.source(of: space ?? "")
    let file = replacement.output(output)
    if let checkpoint {
      var work = CheckpointImport(checkpoint: checkpoint, space: space)
      (work.data, work.threads) = (data, threads.threads)
      let result = try work.run(output: output, monitor: console.monitor)
      try console.write(result) {
        """
        \(result.tensors) tensors, \(result.parameters) parameters\(result.origin)
        model: \(output)
        """
      }
    } else if let network {
      let result = try ConfigurationImport(configuration: network, space: space).run(output: file)
      try console.write(result) { "\(result.id)\nsubnet: \(output)" }
    } else if let latencyTables, let device {
      let result = try LatencyImport(tables: latencyTables, device: device, column: column).run(output: file)
      try console.write(result) {
        """
        \(result.blocks) blocks of \(result.keys) keys, resolutions \(result.resolutions.listed)
        profile: \(output)
        """
      }
    } else if let predictor {
      let resolutions = try resolutions.map(Resolutions.parse)
      let result = try PredictorImport(file: predictor, space: space, resolutions: resolutions).run(output: file)
      try console.write(result) {
        """
        \(result.features) features, resolutions \(result.resolutions.listed)
        predictor: \(output)
        """
      }
    }
  }
}

extension CheckpointImport.Result {
  /// Where in the file the tensors were, in a line of its own; nothing where that is plain.
  fileprivate var origin: String {
    guard taken != nil || !prefix.isEmpty else { return "" }
    let from = taken.map { "the file's \($0)" } ?? "all of the file"
    let others = left.isEmpty ? "" : ", not its \(left.joined(separator: ", "))"
    let names = prefix.isEmpty ? "" : ", names without \(prefix)"
    return "\ntaken: \(from)\(others)\(names)"
  }
}

extension [Int] {
  /// Separated by commas.
  fileprivate var listed: String { map(String.init).joined(separator: ", ") }
}

import ArgumentParser
import OFACluster
import OFAHardware
import OFAPipeline

struct Train: SharedCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train the network that all subnets share, and learn to predict their accuracy.",
    discussion: """
      One run goes through all phases of a recipe: the full network, then smaller kernels, depths and widths, each taught by the \
      full one. Ctrl-C stops it after a checkpoint; 'ofa train --output RUN --resume' goes on.
      """)

  @Option(
    help: ArgumentHelp("The search space: a built-in name or a JSON file.", valueName: "name|file"), completion: .spaces
  )
  var space: String?

  @Option(
    help: ArgumentHelp(
      "The images: a folder with one folder of JPEG or PNG pictures for each class, with or without train, val and "
        + "test above them; a CSV file with a line path,class for each; a folder with MNIST's or CIFAR's files; or "
        + "shapes, a set that is drawn on the spot.",
      valueName: "dir|csv|shapes"), completion: .file())
  var data: String?

  @Option(
    help: ArgumentHelp(
      "The run's folder; the model will be in its folder model. What others put there is not replaced.",
      valueName: "dir"), completion: .directory)
  var output: String?

  @Option(
    help: ArgumentHelp("The resolutions to train for, in place of the space's own, such as 96,128.", valueName: "n,…"))
  var resolutions: String?

  @Option(
    help: ArgumentHelp(
      "A model to begin with, by its folder or its run's, trained or imported: all its weights but the classifier's "
        + "where classes differ.",
      valueName: "dir"), completion: .directory)
  var from: String?

  @Option(help: .subnet("Train this one subnet alone"), completion: .file())
  var subnet: String?

  @Option(
    help: ArgumentHelp(
      "How to train: a built-in name or a JSON file; by default progressive.", valueName: "name|file"),
    completion: .recipes)
  var recipe: String?

  @Option(help: ArgumentHelp("How many passes over the images, all phases together.", valueName: "n"))
  var epochs: Int?

  @Option(help: ArgumentHelp("How long to train, such as 90min, evaluations included.", valueName: "time"))
  var time: String?

  @Option(
    help: ArgumentHelp("Another run's config.json, for all that is not said here.", valueName: "file"),
    completion: .file())
  var config: String?

  @Option(
    help: ArgumentHelp("Print a recipe as a JSON file to start from, and do nothing else.", valueName: "name"),
    completion: .list(Training.recipeNames))
  var printRecipe: String?

  @Flag(help: "Go on with the run that the folder holds; nothing else has to be said again.")
  var resume = false

  @Option(help: ArgumentHelp("The seed of every random draw.", valueName: "n"))
  var seed: UInt64?

  @Option(
    help: ArgumentHelp(
      "How many images a step takes, of all processes together, in place of the recipe's number; its learning rate and "
        + "warm-up then grow in proportion.",
      valueName: "n"))
  var batch: Int?

  @Option(
    help: ArgumentHelp(
      "How many shards a batch is cut into, each with batch statistics of its own; by default one for "
        + "each process that takes part.", valueName: "n"))
  var shards: Int?

  @OptionGroup var adaptation: AdaptationOptions
  @OptionGroup var threads: ThreadsOption
  @OptionGroup var printing: WorkOptions

  func validate() throws {
    if printRecipe != nil { return }
    guard output != nil else { throw ValidationError("Name the run's folder with '--output'.") }
    guard resume || config != nil || ((space != nil || from != nil) && data != nil) else {
      throw ValidationError(
        "Name the space with '--space' and the images with '--data', or a model with '--from', or another run's "
          + "'--config'.")
    }
    try adaptation.check(with: space)
    guard epochs == nil || time == nil else {
      throw ValidationError("'--epochs' and '--time' both say how long to train; give one.")
    }
    try Epochs.check(epochs)
  }

  func run() throws {
    if let printRecipe { return try Streams.write(Training.document(ofRecipe: printRecipe)) }
    try Ranks.together(lead: train(with:)) { try Training.help($0, threads: threads.threads) }
  }

  private func train(with cluster: Cluster) throws {
    let console = printing.console
    var training = Training(output: output ?? "", resumes: resume, threads: threads.threads)
    training.space = space.map(adaptation.source)
    training.data = data
    training.resolutions = try resolutions.map(Resolutions.parse)
    training.from = try from.map(ModelFolder.named)
    training.subnet = subnet
    training.recipe = recipe
    training.epochs = epochs
    training.time = try time.map { try Amount.duration($0, at: "--time") }
    training.configuration = config
    training.seed = seed
    training.batchSize = batch
    training.shards = shards
    training.cluster = cluster
    training.origin = .ofThisCommand(threads: threads.threads)
    let result = try training.run(monitor: console.monitor)
    try console.write(result) {
      let corners = result.corners.map { "  \($0.topOneAccuracy.percent)  \($0.id)" }
      let next = (try? training.nextCommand()) ?? "-"
      let predictor = result.predictor.map { "\n" + $0.text } ?? ""
      return """
        \(result.steps) steps in \(Duration.seconds(result.seconds).rounded), \(result.imagesPerSecond.digits(0)) images a second
        on held-out images:
        \(corners.joined(separator: "\n"))\(predictor)
        model: \(training.modelFolder)
        report: \(training.reportPath)
        next: \(next)
        """
    }
  }
}

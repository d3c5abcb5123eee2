import ArgumentParser
import OFAPipeline

struct Forward: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run subnets on images and write their logits.",
    discussion: """
      The images are the only tensor of a safetensors file, or the one named images: [images, height, width, channels], \
      ready for the network. The result is a tensor logits: [subnets, images, classes].
      """)

  @OptionGroup var model: ModelOption

  @OptionGroup var subnets: SubnetsOptions

  @Option(help: ArgumentHelp("The images.", valueName: "file"), completion: .file())
  var images: String

  @OptionGroup var output: OutputFileOptions

  @Option(help: "The order of the images' dimensions, for those of recalibration too.")
  var layout = ImageLayout.nhwc

  @Option(
    help: ArgumentHelp(
      "Images to make the statistics of, each tensor one batch; by default the model's own.", valueName: "file"),
    completion: .file())
  var recalibrate: String?

  @OptionGroup var threads: ThreadsOption
  @OptionGroup var printing: WorkOptions

  func run() throws {
    let pass = ForwardPass(
      model: try model.folder, layout: layout, recalibration: recalibrate, threads: threads.threads)
    let result = try pass.run(
      subnets: subnets.subnets, images: images, output: output.file, monitor: printing.console.monitor)
    try printing.console.write(result) {
      "logits of \(result.subnets) subnets for \(result.images) images: \(output.output)"
    }
  }
}

extension ImageLayout: ExpressibleByArgument {}

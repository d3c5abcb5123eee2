import ArgumentParser
import OFAPipeline

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write one subnet as a file: ONNX, a plan for ofa-probe, or as Once-for-All's own code has it.",
    discussion: """
      Normalizations are folded into the convolutions. With --verify, ONNX Runtime (a Python package; OFA_PYTHON names the \
      interpreter) runs the file, and its logits must equal the engine's within 1e-4 of the largest.
      """)

  @OptionGroup var model: ModelOption

  @OptionGroup var subnet: SubnetOption

  @Option(
    help: ArgumentHelp(
      """
      The file to write; its name's ending says what it is: .onnx ONNX, .plan a plan, .config the network's \
      configuration and .safetensors its weights, both as the original Once-for-All has them.
      """, valueName: "file"), completion: .file())
  var output: String

  @OptionGroup var replacement: ReplacementOption

  @Flag(help: "Compare the file's logits in ONNX Runtime with the engine's.")
  var verify = false

  @OptionGroup var threads: ThreadsOption
  @OptionGroup var printing: OutputOptions

  func run() throws {
    let export = SubnetExport(model: try model.folder, subnet: subnet.subnet, threads: threads.threads)
    let result = try export.run(output: replacement.output(output), verifies: verify)
    try printing.console.write(result) {
      let difference =
        result.maxAbsoluteDifference.map { "; logits differ from ONNX Runtime's by at most \($0.powerOfTen)" } ?? ""
      return "\(result.bytes.bytes): \(output)\(difference)"
    }
  }
}

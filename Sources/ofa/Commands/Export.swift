import ArgumentParser
import OFAPipeline

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write one subnet as a file: ONNX, a plan for ofa-probe, or as Once-for-All's own code has it.",
    discussion: """
      Normalizations are folded into the convolutions. The file says what is needed to use it: how pictures become its \
      input, its classes, its accuracy; as metadata of ONNX and safetensors, in a plan for ofa-probe --describe. With \
      --verify, ONNX Runtime (a Python package; OFA_PYTHON names the interpreter) runs the file, and its logits must \
      equal the engine's within 1e-4 of the largest, or its probabilities within 1e-3.
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

  @Flag(help: "Compare what ONNX Runtime answers to the file with the engine's answers.")
  var verify = false

  @Flag(help: "Let an ONNX file take pictures of any size, bytes, and give probabilities.")
  var withPreprocessing = false

  @Flag(help: "Write a Python script beside an ONNX file, with its name, that says what pictures show.")
  var predictScript = false

  @OptionGroup var threads: ThreadsOption
  @OptionGroup var printing: OutputOptions

  func run() throws {
    let export = SubnetExport(model: try model.folder, subnet: subnet.subnet, threads: threads.threads)
    let result = try export.run(
      output: replacement.output(output), verifies: verify, takesPictures: withPreprocessing,
      writesScript: predictScript, monitor: printing.console.watcher)
    try printing.console.write(result) {
      let answers = withPreprocessing ? "probabilities" : "logits"
      let difference =
        result.maxAbsoluteDifference.map { "; \(answers) differ from ONNX Runtime's by at most \($0.powerOfTen)" } ?? ""
      let script = predictScript ? "\nscript: \(SubnetExport.scriptPath(beside: output))" : ""
      return "\(result.bytes.bytes): \(output)\(difference)\(script)"
    }
  }
}

import Foundation
import OFAFormats

/// ONNX Runtime, reached through Python: the independent judge of an exported file.
///
///     let logits = try ONNXRuntime().outputs(of: "subnet.onnx", images: images, shape: [8, 3, 32, 32])
///
/// The interpreter is the one that the environment variable `OFA_PYTHON` names, else `.venv/bin/python3` of the current
/// folder where there is one, else `python3` of the path.
public struct ONNXRuntime: Sendable {
  /// The interpreter's path, or its name in the path.
  public let python: String

  /// ONNX Runtime of the given interpreter, or of the one that the environment says.
  public init(python: String? = nil) {
    self.python =
      python ?? ProcessInfo.processInfo.environment["OFA_PYTHON"]
      ?? (FileManager.default.isExecutableFile(atPath: Self.local) ? Self.local : Self.ofPath)
  }

  /// The version of ONNX Runtime.
  ///
  /// - Throws: `missingInput` with what to install when the interpreter or its package `onnxruntime` is not there, and
  ///   when it says nothing for two minutes.
  public func version() throws -> String {
    String(decoding: try run(["version"], patience: .seconds(120)), as: UTF8.self)
  }

  /// The values of a file's first output, row-major, for one batch.
  ///
  /// - Parameters:
  ///   - path: The ONNX file.
  ///   - images: The values of its only input, row-major.
  ///   - shape: The input's shape with the batch: [N, channels, height, width].
  /// - Throws: `missingInput` as ``version()``; `badData` with ONNX Runtime's words when it refuses the file or the
  ///   input.
  public func outputs(of path: String, images: [Float], shape: [Int]) throws -> [Float] {
    try outputs(of: path, images, "float32", shape)
  }

  /// The same of a file that takes pictures.
  ///
  /// - Parameter shape: [N, height, width, channels].
  public func outputs(of path: String, pictures: [UInt8], shape: [Int]) throws -> [Float] {
    try outputs(of: path, pictures, "uint8", shape)
  }

  /// - Parameter type: the name of the values' type in NumPy.
  private func outputs(of path: String, _ values: [some Any], _ type: String, _ shape: [Int]) throws -> [Float] {
    precondition(values.count == shape.reduce(1, *))
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ofa-\(UUID().uuidString)")
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw Failure(
        .inputOutput, "cannot create a folder for the images: \(error.localizedDescription)", at: folder.path)
    }
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("images").path
    try AtomicFile.write(values.withUnsafeBytes(Array.init), to: file)
    let bytes = try run(["run", path, file, type] + shape.map(String.init), at: path)
    return bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
  }

  /// Exit status 3 says that a package is missing, 4 that one cannot be loaded; float32 values travel in the machine's
  /// byte order.
  private static let script = """
    import sys
    try:
        import numpy, onnxruntime
    except ModuleNotFoundError:
        sys.exit(3)
    except Exception as error:
        sys.stderr.write(" ".join(str(error).split()))
        sys.exit(4)
    if sys.argv[1] == "version":
        sys.stdout.write(onnxruntime.__version__)
        sys.exit(0)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(sys.argv[2], options, providers=["CPUExecutionProvider"])
        images = numpy.fromfile(sys.argv[3], sys.argv[4]).reshape([int(size) for size in sys.argv[5:]])
        outputs = session.run(None, {session.get_inputs()[0].name: images})[0]
    except Exception as error:
        sys.exit(" ".join(str(error).split()))
    sys.stdout.buffer.write(numpy.ascontiguousarray(outputs, numpy.float32).tobytes())
    """

  /// The line that installs the package. A system's own interpreter often takes none; what it can make is an
  /// environment in the current folder, whose interpreter is then the one that is used.
  private var installation: String {
    python == Self.ofPath
      ? "python3 -m venv .venv && \(Self.local) -m pip install onnxruntime"
      : commandLine([python, "-m", "pip", "install", "onnxruntime"])
  }

  private static let local = ".venv/bin/python3"
  private static let ofPath = "python3"

  /// - Parameter patience: how long a short answer is waited for; nil where it may take what it takes.
  private func run(_ arguments: [String], at place: String? = nil, patience: Duration? = nil) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [python, "-c", Self.script] + arguments
    let output = Pipe()
    // A file takes all that is said; a pipe that nobody reads yet would stop the interpreter once it is full.
    let complaints = FileManager.default.temporaryDirectory.appendingPathComponent("ofa-\(UUID().uuidString).log").path
    try AtomicFile.write("", to: complaints)
    defer { try? FileManager.default.removeItem(atPath: complaints) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = FileHandle(forWritingAtPath: complaints) ?? FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      throw Failure(.inputOutput, "cannot start a process: \(error.localizedDescription)", at: "/usr/bin/env")
    }
    if let patience, !process.end(within: patience) {
      throw Failure(
        .missingInput, "it does not say its version of ONNX Runtime; name another interpreter in OFA_PYTHON", at: python
      )
    }
    // What the script says of an error is short enough for a pipe to hold until the output was read.
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let words =
      String(decoding: try InputFile.read(complaints), as: UTF8.self).split(separator: "\n").last ?? "no reason given"
    guard process.terminationReason == .exit else {
      throw Failure(
        .missingInput, "it was ended by signal \(process.terminationStatus) while ONNX Runtime ran", at: python)
    }
    switch process.terminationStatus {
    case 0:
      return Array(bytes)
    case 3:
      throw Failure(
        .missingInput,
        "its package onnxruntime is not installed: run `\(installation)`, or name another interpreter in OFA_PYTHON",
        at: python)
    case 4:
      throw Failure(.missingInput, "its package onnxruntime cannot be loaded: \(words)", at: python)
    case 126, 127:
      throw Failure(
        .missingInput,
        "no such Python interpreter: install Python 3 with its package onnxruntime, or name one in OFA_PYTHON",
        at: python)
    default:
      throw Failure(.badData, "ONNX Runtime refuses it: \(words)", at: place)
    }
  }
}

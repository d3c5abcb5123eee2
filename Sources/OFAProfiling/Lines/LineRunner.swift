import Foundation
import OFAEngine
import OFAExport
import OFAFormats
import OFAGraph
import OFAHardware
import OFASpace

/// Networks in a program of its own, here or far away, that speaks lines on its standard streams.
///
/// What it computes is compared with what the engine computes before anything is timed. A program that hangs or ends is
/// started again, and the turn that it left open is taken again; one that computes or tells the time wrongly is
/// refused.
public final class LineRunner: Runner {
  /// How a program is started.
  struct Command {
    /// What the program is called in messages.
    var name: String
    /// The program and its arguments.
    var words: [String]
    /// Variables beside those of this program.
    var environment: [String: String] = [:]
    /// What the program takes before the first line.
    var gift = ""
  }

  /// The device as the program names it.
  public let device: DeviceProfile.Device
  /// What the program says of itself.
  public private(set) var measurement: DeviceProfile.Measurement
  /// Whether the program does.
  public let timesBlocks: Bool
  fileprivate let takes: Answers.Model
  fileprivate let trial: TrialWeights
  private let command: Command
  private let isInterrupted: () -> Bool
  /// How often a request is made before the program is given up.
  private let attempts: Int
  /// The processors that networks are pinned to, in whatever start of the program.
  private var cores: Cores?
  private var program: LineProgram?
  /// Which start of the program this is.
  fileprivate private(set) var generation = 0
  private var freeIDs = Set(0..<mostNetworks)
  /// Networks that the program still has and nobody holds; it hears of them with the next request.
  private var released: [Int] = []
  fileprivate let team = ThreadTeam(threads: 1)

  /// Networks that a program has at one time.
  private static let mostNetworks = 256
  /// The pause before a request is made a second time; later ones are twice as long each.
  private static let pause: Duration = .milliseconds(500)
  /// How long a program may take to start, or to load a network and run it once: a small board may have to build it.
  static let patience: Duration = .seconds(300)

  /// A program for the networks of a space.
  ///
  /// - Parameters:
  ///   - asked: the processors that they run on; those of the fastest kind unless given.
  ///   - attempts: how often a request is made before the program is given up; once, where another can do it.
  /// - Throws: `.inputOutput` when it does not start; `.badData` when it speaks no such lines; `.usage` when it runs
  ///   them with another number of threads, or does not pin them to what was asked for.
  init(
    _ command: Command, space: SearchSpace, threads: Int, cores asked: Cores?, attempts: Int = 4,
    isInterrupted: @escaping () -> Bool
  ) throws {
    (self.command, self.attempts, self.isInterrupted) = (command, attempts, isInterrupted)
    let hello: Answers.Hello
    do {
      (program, hello) = try Self.start(command, isInterrupted: isInterrupted)
    } catch let lost as LineProgram.Lost {
      throw Failure(.inputOutput, lost.reason, at: command.name)
    }
    if let own = hello.threads, own != threads {
      throw Failure(
        .usage,
        "\(command.name): it runs networks with \(own) of its threads, not with \(threads); tell it how many in its "
          + "command, where $OFA_THREADS stands for the number", at: "`threads`")
    }
    takes = hello.takes
    timesBlocks = hello.timesBlocks ?? false
    device = DeviceProfile.Device(
      name: hello.device ?? hello.processor ?? command.name, processor: hello.processor, system: hello.system)
    measurement = DeviceProfile.Measurement(
      runner: hello.runner, runnerVersion: hello.runnerVersion, kernelForm: hello.kernelForm,
      threads: hello.threads ?? threads, date: Runners.today)
    trial = try TrialWeights(of: space)
    cores = try Cores.choose(asked: asked, threads: threads, reading: { try? systemText(of: $0) }) { cores in
      try trying { try pin($0, to: cores) }
    }
    measurement.cores = cores?.description
    measurement.machine = try? Processor.machine(reading: systemText)
  }

  /// Has a program run networks on these processors.
  private func pin(_ program: LineProgram, to cores: Cores) throws {
    do {
      let pinned = try answer(
        Answers.Pinned.self, to: "cores \(cores)", from: program, patience: .seconds(10))
      guard Cores(pinned.cores) == cores else { throw refuse("it pins to \(pinned.cores), not to \(cores)") }
    } catch let refusal as Failure where refusal.kind == .badData {
      throw Failure(.usage, "\(command.name): \(refusal.message)", at: "`cores`")
    }
  }

  /// - Throws: `Lost` when it does not answer; `.badData` when it speaks no such lines.
  private static func start(
    _ command: Command, isInterrupted: @escaping () -> Bool
  ) throws -> (program: LineProgram, hello: Answers.Hello) {
    let program = try LineProgram(
      command.words, name: command.name, environment: command.environment, isInterrupted: isInterrupted)
    let line = try program.ask(command.gift + "hello", patience: patience)
    let hello: Answers.Hello
    do {
      hello = try JSON.decode(Answers.Hello.self, from: line, at: command.name)
    } catch {
      let text = String(decoding: line.prefix(80), as: UTF8.self)
      throw Failure(.badData, "it does not speak the lines of a runner: \"\(text)\"", at: command.name)
    }
    guard hello.version == 1 else {
      throw Failure(.badData, "it speaks version \(hello.version) of the lines, not 1", at: command.name)
    }
    if hello.takes == .plan, let version = hello.planVersion, version != InferencePlan.version {
      throw Failure(
        .badData, "it reads plans of version \(version), not \(InferencePlan.version): build it from this version",
        at: command.name)
    }
    return (program, hello)
  }

  /// Sends networks, and has them checked.
  ///
  /// - Throws: `.usage` for a network that there is no memory for; `.badData` when the program's result is another than
  ///   the engine's; `.inputOutput` when it cannot be reached.
  public func load(_ graphs: [Graph]) throws -> [any LoadedNetwork] {
    try graphs.map { graph in
      guard let id = freeIDs.min() else { preconditionFailure("More than \(Self.mostNetworks) networks are loaded.") }
      let network = LineNetwork(graph: graph, id: id, runner: self)
      freeIDs.remove(id)
      try network.prepare()
      return network
    }
  }

  /// The text that the program reads there; nil also where it does not know how.
  public func systemText(of path: String) throws -> String? {
    do {
      return try trying { try answer(Answers.Text.self, to: "read \(path)", from: $0, patience: .seconds(10)).read }
    } catch let refusal as Failure where refusal.kind == .badData {
      return nil
    }
  }

  /// Asks the program, which is started where it is not running.
  ///
  /// One that was not waited for is let go: what it says later would be taken for the next question's answer.
  private func once<Value>(_ ask: (LineProgram) throws -> Value) throws -> Value {
    do {
      if let program {
        while let id = released.popLast() { _ = try program.ask("drop \(id)", patience: .seconds(5)) }
        return try ask(program)
      }
      let started = try Self.start(command, isInterrupted: isInterrupted).program
      if let cores { try pin(started, to: cores) }
      (program, generation, released) = (started, generation + 1, [])
      return try ask(started)
    } catch let error where error is LineProgram.Lost || (error as? Failure)?.kind == .interrupted {
      program = nil
      throw error
    }
  }

  /// Asks, and asks again where the program was lost meanwhile.
  fileprivate func trying<Value>(_ ask: (LineProgram) throws -> Value) throws -> Value {
    var (attempt, pause) = (1, Self.pause)
    while true {
      do {
        return try once(ask)
      } catch let lost as LineProgram.Lost {
        guard attempt < attempts else { throw Failure(.inputOutput, lost.reason, at: command.name) }
        try sleep(pause)
        (attempt, pause) = (attempt + 1, pause * 2)
      }
    }
  }

  private func sleep(_ duration: Duration) throws {
    let clock = ContinuousClock()
    let end = clock.now + duration
    while clock.now < end {
      if isInterrupted() { throw Failure(.interrupted, "interrupted while measuring") }
      usleep(20_000)
    }
  }

  fileprivate func answer<Value: Decodable>(
    _ type: Value.Type, to line: String, from program: LineProgram, patience: Duration
  ) throws -> Value {
    let bytes = try program.ask(line, patience: patience)
    if let value = try? JSON.decode(Value.self, from: bytes, at: command.name) { return value }
    guard let complaint = try? JSON.decode(Answers.Complaint.self, from: bytes, at: command.name) else {
      let text = String(decoding: bytes.prefix(80), as: UTF8.self)
      throw Failure(.badData, "it answers \"\(text)\"", at: command.name)
    }
    throw Failure(complaint.kind == .memory ? .usage : .badData, complaint.error, at: command.name)
  }

  fileprivate func refuse(_ message: String) -> Failure { Failure(.badData, message, at: command.name) }

  fileprivate func release(_ network: LineNetwork) {
    freeIDs.insert(network.id)
    // A program that is lost has forgotten it anyway.
    if program != nil, network.generation == generation { released.append(network.id) }
  }
}

/// A network in a program.
private final class LineNetwork: LoadedNetwork {
  private let graph: Graph
  let id: Int
  private let runner: LineRunner
  /// The start of the program that has it.
  private(set) var generation = -1
  /// What a run takes, by the last turn, or by the run whose result was looked at.
  private var milliseconds: Double?
  private(set) var memory = NetworkMemory()

  init(graph: Graph, id: Int, runner: LineRunner) {
    (self.graph, self.id, self.runner) = (graph, id, runner)
  }

  deinit { runner.release(self) }

  /// Sends it where the program does not have it.
  func prepare() throws {
    try runner.trying { try prepare(in: $0) }
  }

  private func prepare(in program: LineProgram) throws {
    guard generation != runner.generation else { return }
    let plan = try runner.trial.plan(of: graph)
    var image = runner.trial.image(for: graph)
    let logits = image.withUnsafeBufferPointer { Array(plan.run(images: $0, team: runner.team)) }
    let model: [UInt8]
    switch runner.takes {
    case .plan: model = plan.serialized()
    case .onnx:
      model = try ONNX.model(
        graph: graph, weights: runner.trial.weights(for: graph), statistics: .unit(for: graph), batch: 1)
      image = Verification.channelsFirst(image, graph[graph.input])
    }
    // By name of each layer, the number of its block: what times blocks in another form than a plan needs it.
    let blocks = graph.nodes.map { "\($0.name) \($0.block)\n" }.joined()
    let words = [
      Data(model), Data(bytes(of: image)), Data(bytes(of: logits)), Data(blocks.utf8),
    ].map { $0.base64EncodedString() }
    let loaded = try runner.answer(
      Answers.Loaded.self, to: "load \(id) " + words.joined(separator: " "), from: program,
      patience: LineRunner.patience)
    try check(loaded.loaded)
    guard [loaded.arenaBytes, loaded.peakBytes].allSatisfy({ $0 ?? 0 >= 0 }) else {
      throw runner.refuse("it tells memory that cannot be")
    }
    memory = NetworkMemory(processBytes: loaded.peakBytes, arenaBytes: loaded.arenaBytes)
    milliseconds = milliseconds ?? loaded.milliseconds
    generation = runner.generation
  }

  /// Refuses an answer to another question.
  private func check(_ answered: Int?) throws {
    if let answered, answered != id { throw runner.refuse("it answers for network \(answered), not for \(id)") }
  }

  private func bytes(of values: [Float]) -> [UInt8] { values.withUnsafeBytes(Array.init) }

  func take(_ request: Turn.Request) throws -> Turn {
    precondition(request.blockRuns == 0 || runner.timesBlocks, "The runner does not time blocks.")
    let times = try runner.trying { program in
      try prepare(in: program)
      return try runner.answer(
        Answers.Times.self,
        to: [
          "turn", "\(id)", "\(request.warmUps)", "\(request.blockRuns)", "\(request.runs)",
          "\(Int((request.time / .milliseconds(1)).rounded(.up)))", "\(Int(request.limit / .milliseconds(1)))",
        ].joined(separator: " "), from: program, patience: patience(for: request))
    }
    try check(times.turn)
    let turn = Turn(milliseconds: times.milliseconds, blockMilliseconds: times.blockMilliseconds ?? [])
    guard !turn.milliseconds.isEmpty, turn.milliseconds.allSatisfy({ Turn.possibleMilliseconds ~= $0 }),
      turn.blockMilliseconds.allSatisfy({
        $0.count == graph.blocks.count && $0.allSatisfy { Turn.possibleBlockMilliseconds ~= $0 }
      }),
      request.blockRuns == 0 || !turn.blockMilliseconds.isEmpty
    else { throw runner.refuse("it tells times that cannot be: its clock is wrong, or its answer is cut") }
    milliseconds = turn.medianMilliseconds
    return turn
  }

  /// Much more than a turn takes: a device may be slowed down to a tenth.
  private func patience(for request: Turn.Request) -> Duration {
    let most = request.limit * 3 + LineRunner.patience
    guard let milliseconds else { return most }
    let runs = Double(request.warmUps + request.blockRuns + request.runs)
    let seconds = 10 + 20 * (runs * milliseconds / 1e3 + request.time.seconds)
    // A program may tell any number.
    return 0..<most.seconds ~= seconds ? .seconds(seconds) : most
  }
}

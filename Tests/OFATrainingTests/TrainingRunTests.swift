import Foundation
import OFAData
import OFAEngine
import OFAFormats
import OFASpace
import OFASupernet
import OFATraining
import TestSupport
import Testing

@Suite("Training runs")
struct TrainingRunTests {
  private let data = stripeData()

  private func train(
    _ configuration: RunConfiguration, in folder: String, resuming: Bool = false, threads: Int = 1,
    checkpointInterval: Duration = .seconds(60), stopAfter: Int = .max, stepped: (Int) -> Void = { _ in }
  ) throws -> TrainingOutcome {
    let run = try TrainingRun(
      configuration, data: data, folder: folder, resuming: resuming, team: ThreadTeam(threads: threads),
      checkpointInterval: checkpointInterval)
    var steps = 0
    return try run.train(
      progress: { _ in
        steps += 1
        stepped(steps)
      }, isInterrupted: { steps >= stopAfter })
  }

  @Test("All phases run in order, the loss falls, the corners are learnt, and the folder holds what it should")
  func wholeRun() throws {
    try withTemporaryFolder { folder in
      let outcome = try train(try tinyConfiguration(epochs: 24), in: folder)
      #expect(outcome.steps == 24 * 15)
      #expect(outcome.imagesPerSecond > 0)
      let metrics = try JSONLines.read(Metrics.self, folder + "/metrics.jsonl")
      var phases: [String] = []
      for line in metrics where phases.last != line.phase { phases.append(line.phase) }
      // The space has two depths, so that there is no second depth phase.
      #expect(phases == ["full", "kernel", "depth 1", "expand 1", "expand 2"])
      #expect(zip(metrics, metrics.dropFirst()).allSatisfy { $0.step < $1.step })
      let losses = metrics.compactMap(\.loss)
      #expect((losses.last ?? 9) < 0.75 * (losses.first ?? 0))
      #expect(metrics.last?.heldOut?.count == 2)
      #expect(outcome.corners.count == 4)
      for corner in outcome.corners { #expect(corner.topOneAccuracy > 0.8, "\(corner.id)") }

      let model = try Model(reading: outcome.modelPath)
      #expect(model.results.heldOut == outcome.corners)
      #expect(model.input.dataset == "stripes")
      let evaluator = try #require(Evaluator(of: model, team: ThreadTeam(threads: 2)))
      let corner = try model.supernet.space.subnet(outcome.corners[0].subnet)
      let again = try evaluator.evaluate(corner, of: model.supernet, on: data.heldOut)
      #expect(again == outcome.corners[0])
      #expect(try Documents.read(RunConfiguration.self, folder + "/config.json") == tinyConfiguration(epochs: 24))
      let checkpoints = try FileManager.default.contentsOfDirectory(atPath: folder + "/checkpoints")
      #expect(checkpoints.count == 2)
    }
  }

  @Test("Where another process is at work nothing is written, were it to begin a run a moment later")
  func locked() throws {
    try withTemporaryFolder { folder in
      let run = folder + "/run"
      let lock = try FolderLock(making: run)
      let found = failure { _ = try train(tinyConfiguration(epochs: 1), in: run) }
      #expect(found?.kind == .usage && found?.message.contains("another process is at work") == true)
      #expect(try FileManager.default.contentsOfDirectory(atPath: run).isEmpty)
      withExtendedLifetime(lock) {}
    }
  }

  @Test("A phase's images are changed as it says, in place of what the recipe says")
  func ownAugmentation() throws {
    func weights(_ change: (inout Recipe) -> Void) throws -> [UInt8]? {
      var configuration = try tinyConfiguration(epochs: 1)
      change(&configuration.recipe)
      return try withTemporaryFolder { folder in
        try files(in: train(configuration, in: folder).modelPath)["weights.safetensors"]
      }
    }
    let other = Augmentation(padding: 1, mixing: 0.5)
    let whole = try weights { $0.augmentation = other }
    let phases = try weights { recipe in
      for index in recipe.phases.indices { recipe.phases[index].augmentation = other }
    }
    #expect(whole != nil && whole == phases)
    #expect(try weights { $0.phases[1].augmentation = other } != weights { _ in })
  }

  @Test("One seed gives one model, whatever the number of threads; another seed gives another")
  func deterministic() throws {
    let models = try [(1, 1), (1, 2), (1, 3), (2, 1)].map { seed, threads in
      try withTemporaryFolder { folder in
        let configuration = try tinyConfiguration(epochs: 3, seed: UInt64(seed))
        return try files(in: try train(configuration, in: folder, threads: threads).modelPath)
      }
    }
    #expect(models[1] == models[0])
    #expect(models[2] == models[0])
    #expect(models[3]["weights.safetensors"] != models[0]["weights.safetensors"])
  }

  @Test("A run that is stopped in any phase and resumed leaves the bytes of one that was not")
  func resumed() throws {
    let configuration = try tinyConfiguration(epochs: 3)
    let whole = try withTemporaryFolder { try files(in: try train(configuration, in: $0).modelPath) }
    try withTemporaryFolder { folder in
      var stops = 0
      var model: [String: [UInt8]]?
      while model == nil, stops < 20 {
        do {
          model = try files(
            in: try train(configuration, in: folder, resuming: stops > 0, threads: 1 + stops % 2, stopAfter: 7)
              .modelPath)
        } catch let failure as Failure {
          #expect(failure.kind == .interrupted)
          stops += 1
        }
      }
      #expect(stops == 6)
      #expect(model == whole)
      let steps = try JSONLines.read(Metrics.self, folder + "/metrics.jsonl").map(\.step)
      #expect(steps == steps.sorted() && Set(steps).count == steps.count)
    }
  }

  @Test("A run of shards is as long, has one model on any number of threads, and is the same when it was stopped")
  func shards() throws {
    var configuration = try tinyConfiguration(epochs: 4)
    configuration.shards = 3
    let models = try [(1, Int.max), (2, 7)].map { threads, stop in
      try withTemporaryFolder { folder in
        if stop < .max {
          #expect(throws: Failure.self) { try train(configuration, in: folder, stopAfter: stop) }
        }
        let outcome = try train(configuration, in: folder, resuming: stop < .max, threads: threads)
        #expect(outcome.steps == 4 * 15)
        return try InputFile.read(outcome.modelPath + "/weights.safetensors")
      }
    }
    #expect(models[0] == models[1])
    let whole = try withTemporaryFolder { folder in
      try InputFile.read(train(tinyConfiguration(epochs: 4), in: folder).modelPath + "/weights.safetensors")
    }
    #expect(whole != models[0])
  }

  @Test("Shards are at least one, and no more than a batch has images; a run keeps its own")
  func refusedShards() throws {
    for shards in [0, -1, 17] {
      try withTemporaryFolder { folder in
        var configuration = try tinyConfiguration(epochs: 1)
        configuration.shards = shards
        #expect {
          _ = try train(configuration, in: folder)
        } throws: { error in
          (error as? Failure)?.kind == .usage && "\(error)".contains("`shards`: 1 to 16 are possible")
        }
      }
    }
    try withTemporaryFolder { folder in
      _ = try train(try tinyConfiguration(epochs: 1), in: folder)
      var configuration = try tinyConfiguration(epochs: 1)
      configuration.shards = 2
      #expect {
        _ = try train(configuration, in: folder, resuming: true)
      } throws: {
        "\($0)".contains("with another shards")
      }
    }
  }

  @Test("A run that is killed repeats what came after its last checkpoint, byte for byte")
  func killed() throws {
    let configuration = try tinyConfiguration(epochs: 3)
    let whole = try withTemporaryFolder { try files(in: try train(configuration, in: $0).modelPath) }
    try withTemporaryFolder { folder in
      let stopped = failure { try train(configuration, in: folder, checkpointInterval: .zero, stopAfter: 30) }
      #expect(stopped?.kind == .interrupted)
      try removeNewestCheckpoint(folder)
      let model = try files(in: try train(configuration, in: folder, resuming: true).modelPath)
      #expect(model == whole)
    }
  }

  /// Leaves the folder as a kill before the newest checkpoint would have.
  private func removeNewestCheckpoint(_ folder: String) throws {
    let path = folder + "/checkpoints"
    let steps = try FileManager.default.contentsOfDirectory(atPath: path).compactMap {
      Int($0.dropFirst("step-".count).prefix { $0.isNumber })
    }
    try FileManager.default.removeItem(atPath: "\(path)/step-\(try #require(steps.max())).safetensors")
  }

  @Test("A run that is stopped after its last step leaves the model that it names")
  func stoppedAtTheEnd() throws {
    try withTemporaryFolder { folder in
      let stopped = failure { try train(try tinyConfiguration(epochs: 1), in: folder, stopAfter: 15) }
      #expect(stopped?.kind == .interrupted && stopped?.message.contains("stopped at step 15") == true)
      #expect(stopped?.message.contains(folder + "/model") == true)
      let model = try Model(reading: folder + "/model")
      #expect(model.results.steps == 15)
    }
  }

  @Test("A damaged newest checkpoint gives way to the one before; with none left the run says so")
  func damagedCheckpoint() throws {
    let configuration = try tinyConfiguration(epochs: 2)
    try withTemporaryFolder { folder in
      let stopped = failure { try train(configuration, in: folder, checkpointInterval: .zero, stopAfter: 12) }
      #expect(stopped?.kind == .interrupted)
      let path = folder + "/checkpoints"
      let names = try FileManager.default.contentsOfDirectory(atPath: path)
      #expect(Set(names) == ["step-11.safetensors", "step-12.safetensors"])
      try AtomicFile.write("damaged", to: path + "/step-12.safetensors")
      var first: Int?
      _ = try TrainingRun(configuration, data: data, folder: folder, resuming: true, team: ThreadTeam(threads: 1))
        .train(progress: { first = first ?? $0.step })
      #expect(first == 12)

      for name in try FileManager.default.contentsOfDirectory(atPath: path) {
        try AtomicFile.write("damaged", to: path + "/" + name)
      }
      let failure = failure { try train(configuration, in: folder, resuming: true) }
      #expect(failure?.kind == .badData)
      #expect(failure?.place?.contains("checkpoints/step-") == true)
    }
  }

  @Test(
    "A checkpoint that stands where no run can stand is refused with its place",
    arguments: [
      ("\"phase\":1", "\"phase\":-1"), ("\"phase\":1", "\"phase\":9"), ("\"stepInPhase\":0", "\"stepInPhase\":-7"),
      ("\"steps\":", "\"steps\":-"), ("\"steps\":", "\"steps\":9000000000000"),
      ("\"seconds\":", "\"seconds\":-1e300, \"was\":"), ("\"seconds\":", "\"seconds\":1e300, \"was\":"),
      ("\"stepSeconds\":", "\"stepSeconds\":0, \"was\":"),
    ])
  func impossiblePosition(original: String, replacement: String) throws {
    let configuration = try tinyConfiguration(epochs: 6)
    try withTemporaryFolder { folder in
      var done = 0
      // The phase's end leaves the only checkpoint.
      _ = failure {
        try TrainingRun(
          configuration, data: data, folder: folder, resuming: false, team: ThreadTeam(threads: 1),
          checkpointInterval: .seconds(600)
        ).train(progress: { if $0.phase != "full" { done += 1 } }, isInterrupted: { done > 0 })
      }
      let path = folder + "/checkpoints"
      let names = try FileManager.default.contentsOfDirectory(atPath: path)
      for name in names {
        var file = try Safetensors(reading: path + "/" + name)
        let position = try #require(file.metadata["position"])
        file.metadata["position"] = position.replacingOccurrences(
          of: "\"phase\":1,\"stepInPhase\":1", with: "\"phase\":1,\"stepInPhase\":0"
        )
        .replacingOccurrences(of: original, with: replacement)
        #expect(file.metadata["position"] != position)
        try file.write(to: path + "/" + name)
      }
      let failure = failure { try train(configuration, in: folder, resuming: true) }
      #expect(failure?.kind == .badData)
      #expect(failure?.place?.hasSuffix(".safetensors: position") == true, "\(String(describing: failure))")
    }
  }

  @Test("A folder with a run is not overwritten, and not resumed with another configuration")
  func refused() throws {
    try withTemporaryFolder { folder in
      let configuration = try tinyConfiguration(epochs: 1)
      _ = try train(configuration, in: folder)
      let again = failure { try train(configuration, in: folder) }
      #expect(again?.kind == .usage)
      #expect(again?.message.contains("`resumes`") == true)

      var other = configuration
      other.space = try tinySpace(name: "other")
      #expect(failure { try train(other, in: folder, resuming: true) }?.message.contains("another space") == true)
      other = configuration
      other.seed = 9
      let seed = failure { try train(other, in: folder, resuming: true) }
      #expect(seed?.kind == .badData)
      #expect(seed?.message.contains("another seed") == true)
    }
  }

  @Test("A checkpoint of another space is refused")
  func foreignCheckpoint() throws {
    try withTemporaryFolder { folder in
      let configuration = try tinyConfiguration(epochs: 1)
      _ = try train(configuration, in: folder + "/one")
      var other = configuration
      other.space = try tinySpace(name: "other")
      let stopped = failure { try train(other, in: folder + "/two", stopAfter: 0) }
      #expect(stopped?.kind == .interrupted)
      try FileManager.default.removeItem(atPath: folder + "/two/checkpoints")
      try FileManager.default.copyItem(atPath: folder + "/one/checkpoints", toPath: folder + "/two/checkpoints")
      let failure = failure { try train(other, in: folder + "/two", resuming: true) }
      #expect(failure?.kind == .badData, "\(failure?.description ?? "none")")
      #expect(failure?.message.contains("another space") == true)
    }
  }

  @Test("A finished run that is resumed ends at once with the same model")
  func finished() throws {
    try withTemporaryFolder { folder in
      let configuration = try tinyConfiguration(epochs: 1)
      let first = try train(configuration, in: folder)
      // What somebody adds to a model is theirs.
      try AtomicFile.write("mine", to: first.modelPath + "/README.md")
      let model = try files(in: first.modelPath)
      let second = try train(configuration, in: folder, resuming: true)
      #expect(second.corners == first.corners && second.steps == first.steps)
      #expect(try files(in: second.modelPath) == model)
      // One that cannot be read is written anew.
      try FileManager.default.removeItem(atPath: first.modelPath + "/weights.safetensors")
      #expect(try train(configuration, in: folder, resuming: true).corners == first.corners)
      #expect(try files(in: first.modelPath).count == model.count)
      // Another run's is not this one's, be it of as many steps.
      var another = configuration
      another.seed += 1
      try FileManager.default.createDirectory(atPath: folder + "/other", withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: first.modelPath, toPath: folder + "/other/model")
      let other = try train(another, in: folder + "/other")
      #expect(try Model(reading: other.modelPath).results.seed == another.seed)
    }
  }

  @Test("A file of the user's that came into the model's folder meanwhile keeps no run from stopping as it should")
  func foreignFile() throws {
    try withTemporaryFolder { folder in
      let run = RunFolder(folder)
      let failure = TestSupport.failure {
        try train(
          tinyConfiguration(epochs: 2), in: folder, stopAfter: 20,
          stepped: { step in
            if step == 10 { try? AtomicFile.write("mine", to: run.modelPath + "/mine.txt") }
          })
      }
      #expect(failure?.kind == .interrupted && failure?.message.contains("mine.txt") == true)
      #expect(failure?.message.contains("stopped at step 20; go on with") == true)
      let refused = TestSupport.failure { try train(tinyConfiguration(epochs: 2), in: folder, resuming: true) }
      #expect(refused?.kind == .usage && refused?.message.contains("move it elsewhere") == true)
      try FileManager.default.removeItem(atPath: run.modelPath)
      // What a system leaves beside data is nobody's.
      try AtomicFile.write("", to: run.modelPath + "/.DS_Store")
      _ = try train(tinyConfiguration(epochs: 2), in: folder, resuming: true)
      #expect(try Model(reading: run.modelPath).results.steps == 30)
    }
  }

  @Test("A time budget is kept, and every phase gets its turn")
  func timeBudget() throws {
    try withTemporaryFolder { folder in
      var configuration = try tinyConfiguration()
      configuration.budget = .time(.seconds(3))
      configuration.recipe.evaluation.everyEpochs = 1_000
      let start = ContinuousClock.now
      let outcome = try train(configuration, in: folder)
      let elapsed = ContinuousClock.now - start
      // A loaded machine may stall a step; a run without a bound would take minutes.
      #expect(elapsed < .seconds(12))
      #expect(outcome.seconds > 2.3)
      let metrics = try JSONLines.read(Metrics.self, folder + "/metrics.jsonl")
      #expect(Set(metrics.map(\.phase)).count == 5)
      #expect(metrics.compactMap(\.learningRate).allSatisfy { $0 >= 0 && $0 <= 0.11 })
    }
  }

  @Test("Evaluations on the way take no more than their share of a time, and squeeze no phase")
  func evaluationsWithinTime() throws {
    try withTemporaryFolder { folder in
      var configuration = try tinyConfiguration()
      configuration.budget = .time(.seconds(4))
      // One is due after every epoch, and takes longer than that.
      configuration.recipe.evaluation.heldOutImages = 3_000
      configuration.recipe.evaluation.everyEpochs = 1
      configuration.recipe.evaluation.share = 0.06
      let images = stripes(3_000, seed: 7)
      configuration.heldOutImages = images.count
      let data = Dataset(name: data.name, train: data.train, heldOut: images, test: data.test)
      let run = try TrainingRun(
        configuration, data: data, folder: folder, resuming: false, team: ThreadTeam(threads: 1))
      let outcome = try run.train()
      let metrics = try JSONLines.read(Metrics.self, folder + "/metrics.jsonl")
      // Counted, not timed: whatever stalls a machine, stalls either.
      let evaluations = Double(metrics.count { $0.heldOut != nil })
      let epochs = try #require(metrics.last?.epoch)
      #expect(evaluations < 0.5 * epochs, "\(evaluations) evaluations in \(epochs) epochs")
      let ends = ["full", "kernel", "depth 1", "expand 1", "expand 2"].map { phase in
        metrics.last { $0.phase == phase }?.step ?? 0
      }
      #expect(zip([0] + ends, ends).allSatisfy { $1 - $0 > outcome.steps / 100 }, "\(ends)")
    }
  }

  @Test("A loss that is no longer a number ends the run as diverged and keeps the last checkpoint")
  func diverged() throws {
    try withTemporaryFolder { folder in
      var configuration = try tinyConfiguration(epochs: 4)
      configuration.recipe.learningRate = Recipe.LearningRate(peak: 1e30, warmUp: 0)
      let failure = failure { try train(configuration, in: folder, checkpointInterval: .zero) }
      #expect(failure?.kind == .diverged)
      let message = failure?.message ?? ""
      #expect(
        message.contains(/of phase full; first in .* of r\d+-[0-9.-]+, learning rate .*e\+29; lower the recipe's/),
        "\(message)")
      #expect(try !FileManager.default.contentsOfDirectory(atPath: folder + "/checkpoints").isEmpty)
      #expect(!FileManager.default.fileExists(atPath: folder + "/model"))
    }
  }

  @Test("Images that do not fit the space are refused before anything is written")
  func otherImages() throws {
    try withTemporaryFolder { parent in
      let folder = parent + "/run"
      var configuration = try tinyConfiguration()
      configuration.space = try configuration.space.adapted(channels: 3)
      let failure = failure { try train(configuration, in: folder) }
      #expect(failure?.kind == .badData)
      #expect(failure?.message.contains("channels") == true)
      #expect(!FileManager.default.fileExists(atPath: folder))
    }
  }
}

import Foundation
import OFAFormats
import Testing
import TinyWorld

/// How a training goes on that is told nothing but its folder.
@Suite struct ResumeTests {
  private let world: TinyWorld

  init() throws { world = try TinyWorld() }

  private func train(_ arguments: [String]) throws -> Command.Outcome {
    try Command.run(["train", "--output", world.path("run")] + arguments)
  }

  @Test("A run goes on as it was begun, whatever was said then, and says where")
  func goesOn() throws {
    let begun = try train([
      "--space", world.space, "--data", world.data, "--recipe", world.recipe, "--epochs", "3", "--seed", "7",
      "--resolutions", "12",
    ])
    #expect(begun.status == 0, "\(begun.errors)")
    let weights = try InputFile.read(world.path("run/model/weights.safetensors"))
    // What comes after the last checkpoint is lost.
    try FileManager.default.removeItem(atPath: world.path("run/model"))
    let last = try #require(
      try FileManager.default.contentsOfDirectory(atPath: world.path("run/checkpoints")).max {
        (Int($0.filter(\.isNumber)) ?? 0) < (Int($1.filter(\.isNumber)) ?? 0)
      })
    try FileManager.default.removeItem(atPath: world.path("run/checkpoints/\(last)"))
    let resumed = try train(["--resume"])
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try InputFile.read(world.path("run/model/weights.safetensors")) == weights)
    let told = try #require(resumed.errors.split(separator: "\n").first)
    #expect(
      told.wholeMatch(of: /\S*run: goes on at step \d+, epoch \d+\.\d, in phase "[a-z 0-9]+"/) != nil, "\(told)")
    // Of a run that has ended, and of one whose recipe is said again.
    let ended = try train(["--resume", "--recipe", world.recipe, "--json"])
    #expect(ended.status == 0 && ended.errors.contains("where all phases are done"), "\(ended.errors)")
    #expect(ended.lines.count == 1)
    let other = try train(["--resume", "--seed", "8"])
    #expect(other.status == 65 && other.errors.contains("another seed"), "\(other.errors)")
  }

  @Test("Where no run was begun, that is said, and what to name; with that, the run begins")
  func nothingBegun() throws {
    let refused = try train(["--resume"])
    #expect(
      refused.status == 64 && refused.errors.contains("no run was begun here; name the images"), "\(refused.errors)")
    #expect(!FileManager.default.fileExists(atPath: world.path("run")))
    let begun = try train(["--resume", "--space", world.space, "--data", world.data, "--recipe", world.recipe])
    #expect(begun.status == 0 && begun.errors.contains("run: begins, as no checkpoint is there\n"), "\(begun.errors)")
  }
}

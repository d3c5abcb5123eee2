import Foundation
import Testing
import TinyWorld

/// Threads for which this machine has no processors.
@Suite struct ThreadTests {
  private let world: TinyWorld
  private let processors = ProcessInfo.processInfo.activeProcessorCount

  init() throws { world = try TinyWorld() }

  @Test("More threads than processors are warned of wherever a time is measured, and the result stands")
  func warnings() throws {
    let subnet = "r8-23-23"
    for arguments in [
      ["profile", "--space", world.space, "--budget", "1ms", "--output", world.path("p.json")],
      ["measure", "--space", world.space, "--subnets", subnet],
      ["bench", "inference", "--space", world.space, "--subnet", subnet],
      ["bench", "train-step", "--space", world.space, "--subnet", subnet, "--batch", "2"],
      ["bench", "kernels", "--space", world.space, "--subnet", subnet, "--batch", "2"],
    ] {
      let outcome = try Command.run(arguments + ["--threads", "\(processors + 1)", "--json"])
      #expect(outcome.status == 0 && !outcome.lines.isEmpty, "\(arguments): \(outcome.errors)")
      let warning = try #require(
        outcome.errors.firstMatch(of: /warning: (\d+) threads share (\d+) processors/),
        "\(arguments): \(outcome.errors)")
      #expect(Int(warning.1) == processors + 1 && Int(warning.2) ?? 0 <= processors)
    }
    let enough = try Command.run(["bench", "inference", "--space", world.space, "--subnet", subnet, "--threads", "1"])
    #expect(!enough.errors.contains("threads share"), "\(enough.errors)")
  }
}

import Testing

/// What misspelt commands and flags are answered with.
@Suite struct SpellingTests {
  @Test(
    "A misspelt command or flag is answered with the nearest, whatever else is missing",
    arguments: [
      ("spcae mbv3-32", "unknown command 'spcae'; the nearest is 'space'; see 'ofa --help'"),
      ("lst", "unknown command 'lst'; the nearest is 'list'; see 'ofa --help'"),
      ("list device", "unknown command 'device'; the nearest is 'devices'; see 'ofa list --help'"),
      ("predictor trane", "unknown command 'trane'; the nearest is 'train'; see 'ofa predictor --help'"),
      ("profile fitt --output x", "unknown command 'fitt'; the nearest is 'fit'; see 'ofa profile blocks --help'"),
      ("help measrue", "unknown command 'measrue'; the nearest is 'measure'; see 'ofa --help'"),
      ("help profile fitt", "unknown command 'fitt'; the nearest is 'fit'; see 'ofa --help'"),
      ("help cost more", "unknown command 'more'; see 'ofa --help'"),
      ("list none", "unknown command 'none'; there are spaces, recipes, devices, models; see 'ofa list --help'"),
      ("cost --spce mbv3-32", "unknown option '--spce'; the nearest is '--space'; see 'ofa cost --help'"),
      (
        "specialize --max-mem=1kB",
        "unknown option '--max-mem'; the nearest is '--max-memory'; see 'ofa specialize --help'"
      ),
      (
        "cost --space mini-32 --subnets - -json",
        "unknown option '-json'; the nearest is '--json'; see 'ofa cost --help'"
      ),
      ("profile --thread 2", "unknown option '--thread'; the nearest is '--threads'; see 'ofa profile blocks --help'"),
      ("cost --subnets - --elephant", "unknown option '--elephant'; see 'ofa cost --help'"),
    ])
  func nearest(line: String, error: String) throws {
    let outcome = try Command.run(line.split(separator: " ").map(String.init))
    #expect(outcome.status == 64 && outcome.output.isEmpty)
    #expect(outcome.errors == "error: \(error)\n")
  }

  @Test(
    "What is spelt right and wrong otherwise is answered as it is",
    arguments: [
      ("cost --subnets --threads", "Missing value for '--subnets"),
      ("profile --space mini-32", "Missing expected argument '--output"),
      ("profile --max 3 --output x", "unknown option '--max'"),
      ("evaluate --model m --data d --subnets - --split heldot", "heldot"),
      ("classify --model m -- --spce", "m/space.json: no such file"),
      ("space mini-32 --classes -5 -x", "unknown option '-x'"),
      ("--generate-completion-script powershell", "powershell"),
    ])
  func others(line: String, words: String) throws {
    let outcome = try Command.run(line.split(separator: " ").map(String.init))
    #expect([64, 66].contains(outcome.status) && outcome.errors.contains(words), "\(outcome.errors)")
  }

  @Test(
    "Help is given on every command that there is", arguments: ["help", "help cost", "help list devices", "help help"])
  func help(line: String) throws {
    let outcome = try Command.run(line.split(separator: " ").map(String.init))
    #expect(outcome.status == 0 && outcome.output.contains("USAGE: ofa"), "\(outcome.errors)")
  }
}

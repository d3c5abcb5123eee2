import OFAProfiling
import Testing

@Suite struct TurnTests {
  /// A turn of a network whose runs take so many seconds, and the runs that it had.
  private func turn(_ request: Turn.Request, seconds: Double) -> (turn: Turn, runs: Int, blockRuns: Int) {
    var (runs, blockRuns) = (0, 0)
    let turn = Turn(request) {
      runs += 1
      return seconds
    } runBlocks: {
      blockRuns += 1
      return [seconds / 4, 3 * seconds / 4]
    }
    return (turn, runs, blockRuns)
  }

  @Test("A turn has its warm-ups, its runs block by block and its whole runs")
  func counts() {
    var request = Turn.Request(runs: 5)
    (request.warmUps, request.blockRuns) = (2, 3)
    let (turn, runs, blockRuns) = turn(request, seconds: 0.5)
    #expect(runs == 2 + 5 && blockRuns == 3)
    #expect(turn.milliseconds == [500, 500, 500, 500, 500])
    #expect(turn.blockMilliseconds == [[125, 375], [125, 375], [125, 375]])
  }

  @Test("Whole runs go on until their time is over")
  func time() {
    var request = Turn.Request(runs: 5)
    request.time = .seconds(4)
    #expect(turn(request, seconds: 0.5).turn.milliseconds.count == 8)
    #expect(turn(request, seconds: 2).turn.milliseconds.count == 5)
  }

  @Test("At its limit a turn ends with what it has, one run of each kind at the least")
  func limit() {
    var request = Turn.Request(runs: 100)
    (request.blockRuns, request.limit) = (10, .seconds(7))
    #expect(turn(request, seconds: 100).turn == Turn(milliseconds: [1e5], blockMilliseconds: [[25_000, 75_000]]))
    let few = turn(request, seconds: 1)
    #expect(few.runs == 3 + 1 && few.blockRuns == 4)
    request.time = .seconds(1_000)
    #expect(turn(request, seconds: 1).turn.milliseconds.count == 1)
  }
}

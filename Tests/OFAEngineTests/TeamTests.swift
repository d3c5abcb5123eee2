import OFAEngine
import Testing

@Suite struct TeamTests {
  @Test(
    "Every task is done once and before the run ends, with fewer and with more threads than cores",
    arguments: [1, 2, 3, 16])
  func tasks(threads: Int) {
    let team = ThreadTeam(threads: threads)
    var done = [Int](repeating: 0, count: 40)
    for run in 0..<2_000 {
      let tasks = run % 41
      done.withUnsafeMutableBufferPointer { done in
        nonisolated(unsafe) let done = done
        team.forEach(tasks) { done[$0] += 1 }
        let isOnceEach = done.enumerated().allSatisfy { $1 == ($0 < tasks ? 1 : 0) }
        #expect(isOnceEach, "run \(run)")
        done.update(repeating: 0)
      }
    }
  }
}

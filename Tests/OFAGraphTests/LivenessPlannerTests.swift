import OFAGraph
import Testing

@Suite("Liveness planner")
struct LivenessPlannerTests {
  @Test("Buffers that live at one moment never share space, and the arena holds them all", arguments: [1, 4, 16])
  func placement(alignment: Int) {
    for seed in 0..<400 as Range<UInt64> {
      let planner = drawnPlanner(seed: seed)
      let (offsets, size) = planner.placed(alignment: alignment)
      for (i, a) in planner.buffers.enumerated() where a.size > 0 {
        #expect(offsets[i] >= 0 && offsets[i] % alignment == 0 && offsets[i] + a.size <= size, "seed \(seed)")
        for (j, b) in planner.buffers.enumerated().dropFirst(i + 1)
        where b.size > 0 && a.life.overlaps(b.life) {
          let isApart = offsets[i] + a.size <= offsets[j] || offsets[j] + b.size <= offsets[i]
          #expect(isApart, "seed \(seed): buffers \(i) and \(j) overlap")
        }
      }
      #expect(size >= planner.peak, "seed \(seed)")
    }
  }

  @Test("The peak is the greatest sum of sizes over all moments")
  func peak() {
    for seed in 0..<400 as Range<UInt64> {
      let planner = drawnPlanner(seed: seed)
      let sums = (-1...40).map { moment in
        planner.buffers.reduce(0) { $0 + ($1.life.contains(moment) ? $1.size : 0) }
      }
      #expect(planner.peak == sums.max(), "seed \(seed)")
    }
  }

  @Test("A lengthened life keeps its space for longer")
  func extending() {
    var planner = LivenessPlanner()
    let first = planner.add(size: 10, life: 0...1)
    planner.add(size: 5, life: 3...4)
    #expect(planner.peak == 10)
    planner.extend(first, to: 3)
    #expect(planner.buffers[first].life == 0...3)
    #expect(planner.peak == 15)
    #expect(planner.placed().size == 15)
  }

  @Test("A chain of layers alternates between two places")
  func chain() {
    var planner = LivenessPlanner()
    for moment in 0..<10 { planner.add(size: 8, life: moment...moment + 1) }
    let (offsets, size) = planner.placed()
    #expect(size == 16)
    #expect(offsets.enumerated().allSatisfy { $1 == $0 % 2 * 8 })
  }

  @Test("No buffers need no arena")
  func empty() {
    #expect(LivenessPlanner().peak == 0)
    #expect(LivenessPlanner().placed().size == 0)
  }

  private func drawnPlanner(seed: UInt64) -> LivenessPlanner {
    var generator = CaseGenerator(seed: seed)
    var planner = LivenessPlanner()
    for _ in 0..<Int.random(in: 1...14, using: &generator) {
      let start = Int.random(in: 0...20, using: &generator)
      let end = start + Int.random(in: 0...12, using: &generator)
      planner.add(size: Int.random(in: 0...30, using: &generator), life: start...end)
    }
    return planner
  }
}

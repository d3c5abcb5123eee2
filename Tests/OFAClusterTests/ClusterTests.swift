import Foundation
import OFACluster
import OFAFormats
import TestSupport
import Testing

@Suite("Clusters")
struct ClusterTests {
  @Test("The leader tells and brings together; each rank knows all hosts", arguments: [1, 2, 5])
  func messages(ranks: Int) throws {
    let results = ThreadNetwork(ranks: ranks).run { cluster in
      let told = cluster.leads ? try cluster.tell(["a", "b"]) : try cluster.hear()
      let again = cluster.leads ? try cluster.tell(7) : try cluster.hear()
      let answers = try cluster.gather(10 * cluster.rank)
      var floats: [Float] = cluster.leads ? [1, 2, 3] : [0, 0, 0]
      try floats.withUnsafeMutableBufferPointer { try cluster.share($0) }
      try cluster.leave()
      return (told, again, answers, floats, (0..<ranks).map(cluster.name(of:)))
    }
    for (rank, result) in results.enumerated() {
      let (told, again, answers, floats, names) = try result.get()
      #expect(told == ["a", "b"] && again == 7 && floats == [1, 2, 3])
      #expect(answers == (rank == 0 ? (0..<ranks).map { 10 * $0 } : nil))
      #expect(names == (0..<ranks).map { "rank \($0) on host \($0)" })
    }
  }

  @Test("What is not the same everywhere is refused by the leader with the rank and both values")
  func agreement() throws {
    let results = ThreadNetwork(ranks: 3).run { cluster in
      try cluster.agree(on: "the year", "2026", "wait")
      try cluster.agree(on: "the form", cluster.rank == 2 ? "avx2" : "avx512", else: .badData, "choose one")
    }
    #expect {
      try results[0].get()
    } throws: { error in
      error as? Failure
        == Failure(.badData, "the form: avx512 on rank 0 on host 0, but avx2 on rank 2 on host 2; choose one")
    }
    for result in results.dropFirst() { try result.get() }
  }

  @Test("A rank that gives no sign of life is named by all who wait, whomever they wait for")
  func silence() throws {
    let network = ThreadNetwork(ranks: 3)
    let start = ContinuousClock.now
    let results = network.run(patience: .seconds(2)) { cluster in
      if cluster.rank == 1 {
        network.cutOff(1)
        return
      }
      // Rank 2 waits for the leader, which waits for rank 1.
      if cluster.leads { _ = try cluster.gather(0) } else { _ = try cluster.hear(Int.self) }
    }
    for rank in [0, 2] {
      #expect {
        try results[rank].get()
      } throws: { error in
        error as? Failure == Failure(.inputOutput, "rank 1 on host 1 has given no sign of life for 2 seconds")
      }
    }
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  @Test("A rank that cannot go on tells the leader, which says why for it")
  func failure() throws {
    let results = ThreadNetwork(ranks: 2).run { cluster in
      if cluster.leads {
        defer { #expect(!cluster.isWhole) }
        _ = try cluster.gather(0)
      } else {
        let thread = Thread { _ = cluster.speaks(of: Failure(.missingInput, "no such folder", at: "images")) }
        thread.start()
      }
    }
    #expect {
      try results[0].get()
    } throws: { error in
      error as? Failure == Failure(.missingInput, "rank 1 on host 1: no such folder", at: "images")
    }
  }

  @Test("A farm hands over what its parts come to in their order, whoever did them; ranks take as many as they can do")
  func farm() throws {
    for ranks in [1, 2, 4] {
      let results = ThreadNetwork(ranks: ranks).run { cluster -> (values: [Int], own: Int) in
        var own = 0
        func square(_ number: Int) -> Int {
          own += 1
          // The last rank is slow, and parts come back in another order.
          usleep(cluster.rank == ranks - 1 ? 20_000 : 1_000 * UInt32(number % 3))
          return number * number
        }
        var values: [Int] = []
        if cluster.leads {
          for numbers in [Array(0..<40), [], [7]] {
            try cluster.farm(numbers, square) { place, value in
              if numbers.count > 1 { #expect(place == values.count) }
              values.append(value)
            }
          }
          try cluster.farm(Array(0..<40), while: { $0 < 11 }, square) { _, value in values.append(value) }
        } else {
          try cluster.serve(square)
        }
        try cluster.leave()
        return (values, own)
      }
      let all = try results.map { try $0.get() }
      let squares = (0..<40).map { $0 * $0 }
      #expect(all[0].values == squares + [49] + squares.prefix(11))
      #expect(all.map(\.own).reduce(0, +) == 52)
      if ranks == 4 { #expect(all[3].own < 10 && all[1].own > 8, "\(all.map(\.own))") }
    }
  }

  @Test("Few parts are done at once, one by each rank")
  func fewParts() throws {
    let results = ThreadNetwork(ranks: 4).run { cluster -> [Int] in
      var own: [Int] = []
      func work(_ number: Int) -> Int {
        own.append(number)
        usleep(100_000)
        return number
      }
      if cluster.leads { try cluster.farm(Array(0..<4), work) { _, _ in } } else { try cluster.serve(work) }
      try cluster.leave()
      return own
    }
    #expect(try results.map { try $0.get().count } == [1, 1, 1, 1])
  }

  @Test("A part that cannot be done ends the farm, at the leader as it is, at another with its name")
  func failingPart() throws {
    let results = ThreadNetwork(ranks: 2).run { cluster in
      if cluster.leads {
        try cluster.farm(Array(0..<10)) { (number: Int) in
          number
        } each: { _, _ in
        }
      } else {
        do {
          try cluster.serve { (_: Int) -> Int in throw Failure(.badData, "no image", at: "data") }
        } catch let failure as Failure {
          let thread = Thread { _ = cluster.speaks(of: failure) }
          thread.start()
        }
      }
    }
    #expect {
      try results[0].get()
    } throws: { error in
      error as? Failure == Failure(.badData, "rank 1 on host 1: no image", at: "data")
    }
  }

  @Test("A process that was started alone is alone; one of several says what it lacks to find the others")
  func joining() throws {
    for environment in [[:], ["OMPI_COMM_WORLD_SIZE": "1"], ["SLURM_NTASKS": "4"], ["PMI_SIZE": "x"]] {
      #expect(try Cluster.joined(environment: environment) === Cluster.alone)
    }
    #expect {
      try Cluster.joined(environment: ["SLURM_STEP_NUM_TASKS": "4"])
    } throws: { error in
      (error as? Failure)?.kind == .usage && "\(error)".contains("srun --mpi=pmix")
    }
    #expect(Cluster.ranksHere(environment: [:]) == 1)
    #expect(Cluster.ranksHere(environment: ["OMPI_COMM_WORLD_LOCAL_SIZE": "4"]) == 4)
  }
}

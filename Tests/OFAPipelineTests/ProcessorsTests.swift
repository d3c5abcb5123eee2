import Foundation
import OFAFormats
import TestSupport
import Testing

import OFAHardware
import OFAPipeline
import OFAProfiling
import OFASpace
import OFASupernet

/// The bounds of processors and memory, read from made-up system trees.
@Suite struct ProcessorsTests {
  private func quota(_ files: [String: String]) throws -> Double? {
    try withTemporaryFolder { root in
      for (path, text) in files { try AtomicFile.write(text, to: "\(root)/\(path)") }
      return MachineState.quota { try? String(contentsOfFile: root + $0, encoding: .utf8) }
    }
  }

  @Test("Version 2: the least of the group's quota and of those above it, in the container's root too")
  func unified() throws {
    let group = ["proc/self/cgroup": "0::/a/b\n"]
    #expect(try quota(group) == nil)
    #expect(try quota(group.merging(["sys/fs/cgroup/a/b/cpu.max": "max 100000\n"]) { $1 }) == nil)
    #expect(try quota(group.merging(["sys/fs/cgroup/a/b/cpu.max": "150000 100000\n"]) { $1 }) == 1.5)
    #expect(try quota(group.merging(["sys/fs/cgroup/cpu.max": "50000 100000\n"]) { $1 }) == 0.5)
    let both = ["sys/fs/cgroup/a/b/cpu.max": "400000 100000", "sys/fs/cgroup/a/cpu.max": "200000 100000"]
    #expect(try quota(group.merging(both) { $1 }) == 2)
    #expect(try quota(group.merging(["sys/fs/cgroup/a/b/cpu.max": "nonsense"]) { $1 }) == nil)
  }

  @Test("Version 1: the tree of the processor's controller, under either of its names")
  func separate() throws {
    let group = ["proc/self/cgroup": "4:memory:/x\n3:cpu,cpuacct:/docker/0\n"]
    for tree in ["cpu", "cpu,cpuacct"] {
      for folder in ["docker/0/", ""] {
        let path = "sys/fs/cgroup/\(tree)/\(folder)cpu.cfs_"
        #expect(try quota(group.merging([path + "quota_us": "300000\n", path + "period_us": "100000\n"]) { $1 }) == 3)
        #expect(try quota(group.merging([path + "quota_us": "-1\n", path + "period_us": "100000\n"]) { $1 }) == nil)
      }
    }
    #expect(try quota(group.merging(["sys/fs/cgroup/memory/x/cpu.max": "1 2"]) { $1 }) == nil)
  }

  @Test("The memory is the machine's, or the least that the groups of the program leave of it, of either version")
  func memory() throws {
    let all = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    let group = ["proc/self/cgroup": "5:memory:/x/y\n4:cpu:/\n0::/z\n"]
    for (files, expected) in [
      ([:], all), (["z/memory.max": "max\n"], all), (["z/memory.max": "1048576\n"], 1_048_576),
      (["memory.max": "2097152", "z/memory.max": "4194304"], 2_097_152),
      (["memory/x/y/memory.limit_in_bytes": "9223372036854771712\n"], all),
      (["memory/x/memory.limit_in_bytes": "3145728\n", "cpu/memory.limit_in_bytes": "1"], 3_145_728),
      (["memory/memory.limit_in_bytes": "1000000\n"], 1_000_000), (["z/memory.max": "nonsense"], all),
      (["z/memory.max": "-1"], all), (["z/memory.max": "99999999999999999999999"], all),
    ] as [([String: String], Int)] {
      try withTemporaryFolder { root in
        for (path, text) in files { try AtomicFile.write(text, to: "\(root)/sys/fs/cgroup/\(path)") }
        for (path, text) in group { try AtomicFile.write(text, to: "\(root)/\(path)") }
        #expect(MachineMemory.bytes(in: root) == expected, "\(files)")
      }
    }
    #expect(MachineMemory.bytes(in: "/nowhere") == all)
  }

  @Test("Training asks for the memory of its evaluations too, whatever the batch")
  func evaluations() throws {
    let space = try SearchSpace.named("mini-32")
    let graph = space.graph(of: space.largest)
    let memory = Int(50 * graph.costs.peakActivationBytes)
    func failure(_ evaluated: Int) -> Failure? {
      TestSupport.failure {
        try MachineMemory.check(graph, weights: 10, batch: 1, for: .training, evaluated: evaluated, memory: memory)
      }
    }
    #expect(failure(0) == nil)
    #expect(failure(100)?.kind == .usage && failure(100)?.message.contains("and one of 100 needs") == true)
  }

  @Test("At least one processor is available, at most those that there are")
  func available() throws {
    let all = ProcessInfo.processInfo.activeProcessorCount
    for (text, expected) in [("1000 100000", 1), ("150000 100000", min(all, 2)), ("1e300 1", all), ("max 1", all)] {
      try withTemporaryFolder { root in
        try AtomicFile.write("0::/\n", to: root + "/proc/self/cgroup")
        try AtomicFile.write(text, to: root + "/sys/fs/cgroup/cpu.max")
        #expect(Processors.available(in: root) == expected)
      }
    }
    #expect(Processors.available(in: "/nowhere") == all)
  }

  @Test(
    "Ranks share processors that none is bound to, and a quota in any case",
    arguments: [
      (16, 16, 16, 1, 16), (16, 16, 16, 2, 8), (8, 16, 8, 2, 8), (16, 16, 2, 1, 2), (16, 16, 2, 2, 1), (2, 2, 2, 4, 1),
      (1, 16, 1, 16, 1),
    ])
  func share(allowed: Int, all: Int, paid: Int, ranks: Int, expected: Int) {
    #expect(Processors.share(of: allowed, all: all, paid: paid, ranks: ranks) == expected)
  }
}

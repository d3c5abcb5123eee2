import Foundation
import OFAFormats
import OFAProfiling
import OFASpace
import TestSupport
import Testing

/// Processors, and what systems tell of them.
@Suite struct CoresTests {
  @Test(
    "A list of processors is read, and written in order and without repetition",
    arguments: [
      ("0", "0"), ("4-5", "4-5"), ("0,2-3", "0,2-3"), ("3,0,2,2\n", "0,2-3"), ("1-2,3,5-6", "1-3,5-6"), ("7-7", "7"),
    ])
  func list(text: String, written: String) {
    #expect(Cores(text)?.description == written)
  }

  @Test(
    "What is no list is none",
    arguments: ["", ",", "0,", "a", "0-", "-1", "3-2", "0-1-2", "0 1", "0-99999999", "99999999999999999999"])
  func noList(text: String) {
    #expect(Cores(text) == nil)
  }

  /// A made-up system of processors with the texts of a file each.
  private func system(_ file: String, _ texts: [String], online: String? = nil) -> [String: String] {
    var files = ["/sys/devices/system/cpu/online": online ?? "0-\(texts.count - 1)\n"]
    for (number, text) in texts.enumerated() { files["/sys/devices/system/cpu/cpu\(number)/\(file)"] = text + "\n" }
    return files
  }

  private func fastest(_ files: [String: String], threads: Int = 1) -> String? {
    Cores.fastestKind(threads: threads) { files[$0] }?.description
  }

  private static let clock = "cpufreq/cpuinfo_max_freq"

  @Test("Where all processors are of one kind, none is chosen")
  func oneKind() {
    // A Raspberry Pi, by either file; and cores of one make, each with a highest clock of its own.
    #expect(fastest(system("cpu_capacity", ["1024", "1024", "1024", "1024"])) == nil)
    #expect(fastest(system(Self.clock, ["1500000", "1500000", "1500000", "1500000"])) == nil)
    #expect(fastest(system(Self.clock, ["4600000", "4700000", "4900000", "4700000"])) == nil)
  }

  @Test("The fastest kind is chosen that has a processor for each thread")
  func kinds() {
    // An RK3399; a telephone of three kinds.
    let board = system("cpu_capacity", ["485", "485", "485", "485", "1024", "1024"])
    #expect((1...5).map { fastest(board, threads: $0) } == ["4-5", "4-5", "0-3", "0-3", nil])
    let telephone = system("cpu_capacity", ["405", "405", "405", "405", "871", "871", "871", "1024"])
    #expect((1...4).map { fastest(telephone, threads: $0) } == ["7", "4-6", "4-6", "0-3"])
  }

  @Test("Highest clocks tell kinds apart where capacities do not, as on an x86 of two kinds")
  func clocks() {
    let clocks = Array(repeating: "5100000", count: 4) + ["5200000", "5200000"] + Array(repeating: "3900000", count: 4)
    let hybrid = system(Self.clock, clocks)
    #expect(fastest(hybrid, threads: 6) == "0-5")
    let capacities = system("cpu_capacity", Array(repeating: "1024", count: 10))
    #expect(fastest(hybrid.merging(capacities) { $1 }, threads: 1) == "0-5")
  }

  @Test("A system that tells not all, nothing or nonsense has no kinds")
  func untold() {
    #expect(fastest([:]) == nil)
    #expect(fastest(["/sys/devices/system/cpu/online": "0-5"]) == nil)
    var files = system("cpu_capacity", ["485", "485", "1024"])
    files["/sys/devices/system/cpu/cpu1/cpu_capacity"] = nil
    #expect(fastest(files) == nil)
    for text in ["", "fast", "0", "-3", "nan", "inf", "1e999"] {
      #expect(fastest(system("cpu_capacity", ["485", text, "1024"])) == nil, "\(text)")
    }
    #expect(fastest(system("cpu_capacity", ["485", "1024"], online: "0-60000")) == nil)
    #expect(fastest(system("cpu_capacity", ["485", "1024"], online: "some")) == nil)
    // A processor that is switched off is not asked.
    #expect(fastest(system("cpu_capacity", ["485", "1024", ""], online: "0-1")) == "1")
  }

  #if os(Linux)
    @Test("A body and the threads that it starts run on its processors alone, and what follows where it ran before")
    func pins() throws {
      let before = Self.allowed()
      let cores = try #require(Self.one)
      let seen = try cores.run {
        let (ended, threads) = (DispatchSemaphore(value: 0), Box())
        Thread.detachNewThread {
          threads.text = Self.allowed()
          ended.signal()
        }
        ended.wait()
        return [Self.allowed(), threads.text]
      }
      #expect(seen == [cores.description, cores.description])
      #expect(Self.allowed() == before)
    }

    @Test("Processors that the machine does not have are refused, and nothing is changed")
    func missing() throws {
      let before = Self.allowed()
      for text in ["\(before),1023", "1023", "60000"] {
        #expect(throws: Failure.self) { try #require(Cores(text)).run {} }
        #expect(Self.allowed() == before)
      }
    }

    private final class Box: @unchecked Sendable { var text = "" }
  #endif

  /// The processors that this thread may run on.
  static func allowed() -> String { allowed(in: (try? InputFile.read("/proc/thread-self/status")) ?? []) }

  /// What a thread's status says of that.
  static func allowed(in status: [UInt8]) -> String {
    let lines = String(decoding: status, as: UTF8.self).split(separator: "\n")
    return lines.first { $0.hasPrefix("Cpus_allowed_list:") }?.split(separator: "\t").last.map(String.init) ?? ""
  }

  /// The last processor that this program may run on.
  static var one: Cores? { allowed().split { $0 == "," || $0 == "-" }.last.flatMap { Cores(String($0)) } }

  @Test(
    "Too few processors for the threads, and what is no list, are usage errors of every runner",
    arguments: ["host", "exec:false"])
  func usage(runner: String) throws {
    for (cores, message) in [
      ("0", "0 is too few for 2 threads; name one for each at least"),
      ("big", "\"big\" is no list of processors; write for example 0,2-3"),
    ] {
      #expect(throws: Failure(.usage, message, at: "`cores`")) {
        _ = try Runners.named(runner, space: tinySpace(), threads: 2, cores: cores)
      }
    }
  }

  @Test("This machine's networks run where they were asked to, and the measurement says so")
  func host() throws {
    let (space, cores) = (try tinySpace(), try #require(Self.one))
    let runner = try Runners.named("host", space: space, threads: 1, cores: cores.description)
    #expect(runner.measurement.cores == cores.description)
    #expect(try runner.load([space.graph(of: space.largest)])[0].take(Turn.Request(runs: 2)).milliseconds.count == 2)
    #expect {
      _ = try Runners.named("host", space: space, threads: 1, cores: "1023")
    } throws: {
      ($0 as? Failure)?.kind == .usage && "\($0)".hasPrefix("`cores`: ")
    }
  }
}

import Foundation
import OFAFormats
import OFANumerics
import OFASearch
import OFASpace
import TestSupport
import Testing

/// Networks of a table.
@Suite struct TableTests {
  private static let folder = sharedFolder.map { $0 + "/data/nasbench201/" }

  private func rows(_ text: String) -> [[String]] {
    text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
  }

  private func archive(_ domain: TableDomain, _ kind: SearcherKind, seed: UInt64 = 0, evaluations: Int = 1000) throws
    -> Archive
  {
    var generator = SeededGenerator(seed: seed, stream: "search")
    return try Search(domain, evaluations: evaluations).run(kind.searcher, using: &generator)
  }

  @Test("A table's networks are what its column of texts says; one that is not there, or has no number, fails")
  func small() throws {
    let table = rows(
      """
      index,cell,accuracy,latency
      0,a|x,0.9,10
      1,a|y,0.8,4
      2,b|x,,2
      """)
    let domain = try TableDomain(
      table,
      wishes: [.init("accuracy", isMaximized: true), .init("latency", isMaximized: false)], at: "t.csv")
    let all = try archive(domain, .exhaustive)
    #expect(all.trials.map(\.objectives) == [[-0.9, 10], [-0.8, 4]] && all.failures == 1)
    #expect(all.front.trials.count == 2)
    #expect(all.trials.compactMap { domain.row(of: $0.subnet)?.name } == ["a|x", "a|y"])
    // b|y is a neighbour of a|y that the table does not have.
    #expect(all.trials.flatMap { domain.neighbours(of: $0.subnet) }.contains { !domain.admits($0) })
    let bounded = try TableDomain(
      table, wishes: [.init("accuracy", isMaximized: true)], bounds: [.init("latency", isMaximized: false, limit: 5)],
      at: "t.csv")
    for kind in SearcherKind.allCases where kind.objectives.contains(1) {
      let found = try archive(bounded, kind)
      #expect(found.leading.first?.objectives == [-0.8], "\(kind)")
    }
  }

  @Test(
    "A table that does not say how its networks are made, or says it twice, is refused",
    arguments: [
      ("index,accuracy\n0,0.9", "no column of texts"), ("cell,accuracy\na|b,1\na,2", "no column of texts"),
      ("cell,accuracy\na|b,1\na+b,2", "two rows are of one network"), ("cell,accuracy\na|b", "row 1 has 1 fields"),
      ("", "no column"),
    ])
  func refused(text: String, message: String) {
    #expect {
      _ = try TableDomain(rows(text), wishes: [.init("accuracy", isMaximized: true)], at: "t.csv")
    } throws: {
      "\($0)".contains(message)
    }
  }

  @Test(
    "Each searcher of several objectives reaches 99 % of NAS-Bench-201's true fronts' hypervolume in 1,000 trials",
    .enabled(if: folder != nil, "no ../shared"),
    arguments: [SearcherKind.nsga2, .nsga3, .elites])
  func benchmark(kind: SearcherKind) throws {
    let shares = try benchmarkShares(kind, seeds: 3, evaluations: 1000)
    #expect(shares.count == 21)
    for (name, volumes) in shares {
      #expect(volumes.allSatisfy { 0.98...1.0001 ~= $0 }, "\(name) \(volumes)")
      #expect(volumes.reduce(0, +) / 3 >= 0.99, "\(name) \(volumes)")
    }
  }

  @Test(
    "Models reach 97.5 % of the hypervolume of NAS-Bench-201's hardest fronts in 300 trials",
    .enabled(if: folder != nil, "no ../shared"))
  func models() throws {
    let shares = try benchmarkShares(.linas, of: "ImageNet16-120", seeds: 1, evaluations: 300)
    #expect(shares.count == 7)
    for (name, volumes) in shares { #expect(0.975...1.0001 ~= volumes[0], "\(name) \(volumes)") }
  }

  /// What a searcher reaches of the hypervolumes of fronts of test accuracy and latency, by data set and device; of
  /// all data sets unless told of which.
  private func benchmarkShares(
    _ kind: SearcherKind, of dataset: String? = nil, seeds: UInt64, evaluations: Int
  ) throws -> [String: [Double]] {
    let folder = try #require(Self.folder)
    struct Reference: Decodable {
      var refLatency, refAccuracy, volume: Double

      private enum CodingKeys: String, CodingKey {
        case refLatency = "ref_latency"
        case refAccuracy = "ref_acc"
        case volume = "hv_true"
      }
    }
    let references = try JSON.decode(
      [String: Reference].self, from: InputFile.read(folder + "pareto_reference.json"), at: "pareto_reference.json")
    let table = try CommaSeparatedValues.rows(folder + "nb201_full.csv.gz")
    var shares: [String: [Double]] = [:]
    for (name, reference) in references {
      let parts = name.split(separator: "|").map(String.init)
      guard dataset == nil || dataset == parts[0] else { continue }
      let domain = try TableDomain(
        table, wishes: [.init("\(parts[0])_test", isMaximized: true), .init("lat_\(parts[1])", isMaximized: false)],
        at: "nb201_full.csv.gz")
      shares[name] = try (0..<seeds).map { seed in
        try archive(domain, kind, seed: seed, evaluations: evaluations).front
          .hypervolume(upTo: [-reference.refAccuracy, reference.refLatency]) / reference.volume
      }
    }
    return shares
  }
}

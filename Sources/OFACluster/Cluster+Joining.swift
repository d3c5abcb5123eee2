import Foundation
import OFAFormats

extension Cluster {
  /// The processes that this one was started with, by what `mpirun` or `srun` left in the environment; a process alone
  /// needs nothing of MPI.
  ///
  /// - Parameters:
  ///   - patience: how long a rank may give no sign of life.
  ///   - environment: the process's own.
  /// - Throws: `Failure(.usage)` when there are several and this program knows no MPI, or they do not know each other;
  ///   `Failure(.inputOutput)` when they do not find together.
  public static func joined(
    patience: Duration = .seconds(30), environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws -> Cluster {
    let started = Started(environment)
    guard started.ranks > 1 else { return .alone }
    guard started.knowEachOther else {
      throw Failure(
        .usage,
        "one of \(started.ranks) tasks of srun that do not know each other; start them with: srun --mpi=pmix ofa …")
    }
    #if MPI
      let link = try MPILink()
      guard link.ranks == started.ranks else {
        throw Failure(
          .usage,
          "one of \(started.ranks) processes, of which this program's MPI knows \(link.ranks); start them with Open "
            + "MPI's mpirun, or with: srun --mpi=pmix ofa …")
      }
      return try Cluster(link, patience: patience)
    #else
      throw Failure(
        .usage,
        "one of \(started.ranks) ranks, but this program was built without MPI; install libopenmpi-dev and build "
          + "ofa again with: swift build -c release --traits MPI")
    #endif
  }

  /// Whether this process was started together with others.
  public static func isOneOfSeveral(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Bool {
    Started(environment).ranks > 1
  }

  /// How many ranks of one start run on this machine, and share its processors.
  public static func ranksHere(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Int {
    let names = ["OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS"]
    return max(1, names.lazy.compactMap { environment[$0].flatMap { Int($0) } }.first ?? 1)
  }
}

/// What starters of processes leave in the environment.
private struct Started {
  var ranks: Int
  /// Whether the starter tells them of each other.
  var knowEachOther: Bool

  init(_ environment: [String: String]) {
    func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) } }
    // Open MPI's mpirun; MPICH's, and Slurm's PMI-2; Slurm's PMIx.
    if let ranks = number("OMPI_COMM_WORLD_SIZE") ?? number("PMI_SIZE") {
      (self.ranks, knowEachOther) = (ranks, true)
    } else {
      (ranks, knowEachOther) = (number("SLURM_STEP_NUM_TASKS") ?? 1, environment["PMIX_RANK"] != nil)
    }
  }
}

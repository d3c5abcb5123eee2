import Foundation

/// Trials of which none dominates another: no objective is greater, and one is less.
public struct ParetoFront: Sendable {
  /// The trials, in the order of their last objective, and where these are equal of the ones before.
  public private(set) var trials: [Trial] = []

  /// An empty front.
  public init() {}

  /// The front of some trials.
  public init(_ trials: some Sequence<Trial>) {
    for trial in trials { insert(trial) }
  }

  /// Adds a trial unless one that is there is as good in all, removes those that it dominates, and returns whether it
  /// was added.
  ///
  /// - Complexity: O(front); of two objectives O(log front) to refuse.
  @discardableResult
  public mutating func insert(_ trial: Trial) -> Bool {
    // What has more of the last objective cannot dominate.
    let place = trials.partition(after: trial)
    if trial.objectives.count <= 2 {
      // Of two objectives the first falls as the last rises: the trial before has the least of all those.
      if place > 0, trials[place - 1].objectives[0] <= trial.objectives[0] { return false }
    } else {
      let isBeaten = trials[..<place].contains { other in
        zip(other.objectives, trial.objectives).allSatisfy { $0 <= $1 }
      }
      if isBeaten { return false }
    }
    trials.insert(trial, at: place)
    // What it dominates comes behind it, or beside it where the last objective is equal.
    var kept = trials[...place]
    kept += trials[(place + 1)...].filter { !trial.dominates($0) }
    if kept.count != trials.count { trials = Array(kept) }
    return true
  }

  /// At most `count` of the trials, spread evenly over the range of the last objective, both ends among them.
  ///
  /// - Precondition: at least 2.
  public func spread(_ count: Int) -> [Trial] {
    precondition(count >= 2)
    guard trials.count > count, let first = trials.first?.objectives.last, let last = trials.last?.objectives.last
    else { return trials }
    var chosen: [Int] = []
    for step in 0..<count {
      let wanted = first + (last - first) * Double(step) / Double(count - 1)
      let index = (trials.firstIndex { $0.objectives[$0.objectives.count - 1] > wanted } ?? trials.count) - 1
      let clamped = step == count - 1 ? trials.count - 1 : max(0, index)
      if chosen.last != clamped { chosen.append(clamped) }
    }
    return chosen.map { trials[$0] }
  }

  /// The volume that the front dominates up to a point, in the objectives' units multiplied.
  public func hypervolume(upTo reference: [Double]) -> Double {
    Hypervolume.volume(of: trials.map(\.objectives), upTo: reference)
  }
}

extension [Trial] {
  /// Where a trial belongs among trials that are in the order of their last objective, then of those before.
  fileprivate func partition(after trial: Trial) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if trial.objectives.reversed().lexicographicallyPrecedes(self[middle].objectives.reversed()) {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return low
  }
}

/// The volume that points dominate.
public enum Hypervolume {
  /// The volume of what is no less than one of the points and less than the reference in every objective.
  ///
  /// The points are cut into slices along the last objective; a slice's area is the volume of those that reach it, in
  /// one objective less.
  ///
  /// - Parameters:
  ///   - points: objectives of each, the less the better.
  ///   - reference: the worst that counts.
  /// - Complexity: O(n log n) for two objectives, and n times as much for each further one.
  /// - Note: Zitzler and Thiele, Multiobjective Evolutionary Algorithms, 1999.
  public static func volume(of points: [[Double]], upTo reference: [Double]) -> Double {
    let inside = points.filter { zip($0, reference).allSatisfy { $0 < $1 } }
    return slices(inside, reference[...])
  }

  private static func slices(_ points: [[Double]], _ reference: ArraySlice<Double>) -> Double {
    guard let edge = reference.last else { return 1 }
    let place = reference.count - 1
    guard place > 0 else { return points.map { edge - $0[0] }.max() ?? 0 }
    let sorted = points.sorted { $0[place] < $1[place] }
    var volume = 0.0
    var least = Double.infinity
    for (index, point) in sorted.enumerated() {
      let depth = (index + 1 < sorted.count ? sorted[index + 1][place] : edge) - point[place]
      if place == 1 {
        least = min(least, point[0])
        volume += depth * (reference[reference.startIndex] - least)
      } else if depth > 0 {
        volume += depth * slices(Array(sorted[...index]), reference.dropLast())
      }
    }
    return volume
  }
}

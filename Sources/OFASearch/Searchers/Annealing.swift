import Foundation
import OFASpace

/// Finds the network with the least of one objective by simulated annealing: walks that step to a neighbour always if
/// it is better, and if it is worse by a difference d with the probability exp(-d / temperature), which falls.
///
/// The first temperature is what a step changes in the mean, the last a thousandth of it. Several walks go side by
/// side, so that a predictor is asked for many at a time. Where a walk would break a bound, the excess counts as if it
/// were a difference of the objective.
///
/// - Note: Kirkpatrick, Gelatt and Vecchi, Optimization by Simulated Annealing, 1983.
public struct Annealing: Searcher {
  /// How many walks there are.
  public var walks = 32
  /// How many steps each takes.
  public var steps = 600
  /// How much the temperature falls in all.
  public var cooling = 1e-3

  private var here: [Trial] = []
  private var step = 0
  private var scale = 0.0
  /// How likely each walk takes a step for the worse is drawn when the step is proposed.
  private var luck: [Double] = []

  /// A search with the usual numbers.
  public init() {}

  /// The networks to try next; none when there is nothing more to propose.
  public mutating func ask(
    _ domain: some Domain, knowing archive: Archive, using generator: inout some RandomNumberGenerator
  ) -> [Subnet] {
    if here.isEmpty {
      if step > 0 { return [] }
      return domain.start(walks, using: &generator)
    }
    guard step < steps else { return [] }
    luck = here.map { _ in Double.random(in: 0..<1, using: &generator) }
    return here.map { trial in
      let near = domain.neighbours(of: trial.subnet)
      return near.isEmpty ? trial.subnet : near[Int.random(in: 0..<near.count, using: &generator)]
    }
  }

  /// Takes what came of all that was asked for.
  public mutating func tell(_ trials: [Trial?]) {
    if here.isEmpty {
      let found = trials.compactMap(\.self).sorted { $0.isPreferred(to: $1) }
      here = Array(found.prefix(walks))
      step = 1
      return
    }
    let differences = zip(here, trials).map { here, next in next.map { energy($0) - energy(here) } ?? .infinity }
    if scale == 0 {
      let finite = differences.filter { $0 != 0 && $0.isFinite }.map(abs)
      scale = finite.isEmpty ? 0 : finite.reduce(0, +) / Double(finite.count)
    }
    let temperature = scale * pow(cooling, Double(step) / Double(steps))
    for (walk, difference) in differences.enumerated() {
      if let next = trials[walk], difference <= 0 || luck[walk] < exp(-difference / temperature) { here[walk] = next }
    }
    step += 1
  }

  /// The objective, with what the bounds are broken by in its own scale.
  private func energy(_ trial: Trial) -> Double {
    trial.objectives[0] + 10 * trial.violation * max(abs(trial.objectives[0]), 1e-9)
  }
}

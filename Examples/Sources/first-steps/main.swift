import Foundation
import OFAPipeline

// Trains a small supernet, takes the best subnet within budgets out of it, and classifies a picture with that.

/// Trains on images that the library draws itself; a folder with one folder of pictures a class serves as well.
func train(into run: String) throws -> String {
  var training = Training(output: run, threads: 2)
  training.space = SpaceSource(.named("mini-32"))
  training.data = "shapes"
  training.recipe = "demo"
  training.epochs = 4
  let result = try training.run(monitor: Monitor(warn: { print("warning:", $0) }))
  for corner in result.corners { print(corner.id, "right on", corner.topOneAccuracy) }
  return training.modelFolder
}

/// Finds the best subnet. Every budget is optional; a latency needs a device's profile too.
func specialize(_ model: String) throws -> Specialization.Candidate {
  let budgets = try Budgets(multiplyAccumulates: "2M", peakActivationBytes: "150kB")
  return try Specialization(space: SpaceSource(.model(model)), budgets: budgets).run().best
}

guard CommandLine.arguments.count == 3 else {
  print("usage: first-steps RUN PICTURE")
  exit(64)
}
do {
  let model = try train(into: CommandLine.arguments[1])
  let best = try specialize(model)
  print(best.id, "right on", best.heldOutAccuracy ?? best.predictedAccuracy, "for", best.costs.multiplyAccumulates)
  let classification = Classification(model: model, subnet: best.id, threads: 1)
  try classification.classify([CommandLine.arguments[2]]) { likeliest, others in
    print(likeliest.class, likeliest.probability, "or", others.map(\.class))
  }
} catch let impossible as InfeasibleBudget {
  print("error:", impossible.failure)
  exit(3)
} catch {
  print("error:", error)
  exit(1)
}

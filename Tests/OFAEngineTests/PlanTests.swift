import AllocationCount
import NaiveReference
import OFAEngine
import OFAGraph
import Testing

@Suite(.serialized) struct PlanTests {
  private let team = ThreadTeam(threads: 2)
  private let teamsOfAllForms = KernelForm.available.map { ThreadTeam(threads: 2, form: $0) }

  @Test(
    "A training plan's logits are those of the definition in every kernel form",
    arguments: Network.all + [.largestWindow])
  func forward(_ network: Network) {
    let weights = network.weights(seed: 1)
    let images = network.images(seed: 2)
    let expected = network.reference(weights).forward(images.map(Double.init))
    for team in teamsOfAllForms {
      let plan = TrainingPlan(graph: network.graph, batch: network.batch, layout: network.layout)
      let logits = images.withUnsafeBufferPointer { Array(plan.forward(weights: weights, images: $0, team: team)) }
      let (difference, note) = worst(logits, expected[network.graph.output.node])
      #expect(difference < 1e-5, "\(team.form.name): \(note)")
    }
  }

  @Test("A plan's statistics are the batch's means and biased variances", arguments: Network.all)
  func statistics(_ network: Network) throws {
    let weights = network.weights(seed: 3)
    let images = network.images(seed: 4)
    let results = network.reference(weights).forward(images.map(Double.init))
    let plan = TrainingPlan(graph: network.graph, batch: network.batch, layout: network.layout, backward: false)
    _ = images.withUnsafeBufferPointer { plan.forward(weights: weights, images: $0, team: team) }
    let statistics = plan.statistics
    for node in network.graph.nodes {
      guard case .normalization = node.operation else { continue }
      let channels = node.outputs[0].channels
      let values = results[node.inputs[0].node]
      let columns = (0..<channels).map { c in stride(from: c, to: values.count, by: channels).map { values[$0] } }
      let means = columns.map { $0.reduce(0, +) / Double($0.count) }
      let variances = zip(columns, means).map { column, mean in
        column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(column.count)
      }
      #expect(worst(try #require(statistics.means[node.name]), means).difference < 1e-5)
      #expect(worst(try #require(statistics.variances[node.name]), variances).difference < 1e-5)
    }
  }

  @Test("Every gradient agrees with central differences of the definition in every kernel form", arguments: Network.all)
  func gradients(_ network: Network) {
    let weights = network.weights(seed: 5)
    let images = network.images(seed: 6)
    let count = network.batch * 5
    var draws = Draws(seed: 7)
    let direction = (0..<count).map { _ in draws.uniform() }
    let gradients = teamsOfAllForms.map { team in
      let gradients = TensorArena(network.layout)
      let plan = TrainingPlan(graph: network.graph, batch: network.batch, layout: network.layout)
      images.withUnsafeBufferPointer { images in
        direction.withUnsafeBufferPointer { direction in
          _ = plan.forward(weights: weights, images: images, team: team)
          plan.backward(weights: weights, gradients: gradients, images: images, logitGradients: direction, team: team)
        }
      }
      return (gradients, form: team.form.name, scale: gradients.values.map { Double(abs($0)) }.max() ?? 1)
    }
    // loss = Σ direction · logits, so that its gradient with respect to the logits is the direction.
    var reference = network.reference(weights)
    let pixels = images.map(Double.init)
    func loss() -> Double {
      zip(reference.forward(pixels)[network.graph.output.node], direction).reduce(0) { $0 + $1.0 * Double($1.1) }
    }
    for entry in network.layout.entries {
      // A few places of each tensor, the first and the last among them.
      let places = Set((0..<6).map { $0 * (entry.count - 1) / 5 })
      for place in places {
        let value = reference.tensors[entry.name]?[place] ?? 0
        func shifted(_ by: Double) -> Double {
          reference.tensors[entry.name]?[place] = value + by
          defer { reference.tensors[entry.name]?[place] = value }
          return loss()
        }
        // So short a step seldom goes over a bend of an activation.
        let expected = (shifted(1e-7) - shifted(-1e-7)) / 2e-7
        for (gradients, form, scale) in gradients {
          let found = Double(gradients[entry.name][place])
          #expect(
            abs(found - expected) <= 1e-3 * abs(expected) + 2e-5 * scale,
            "\(form): \(entry.name)[\(place)]: \(found), expected \(expected)")
        }
      }
    }
  }

  @Test("Gradients are added to what is there, and outside a slice there are none")
  func accumulation() throws {
    let network = Network.all[2]
    let weights = network.weights(seed: 8)
    let images = network.images(seed: 9)
    let direction = [Float](repeating: 0.3, count: network.batch * 5)
    let plan = TrainingPlan(graph: network.graph, batch: network.batch, layout: network.layout)
    let gradients = TensorArena(network.layout)
    func run() {
      images.withUnsafeBufferPointer { images in
        direction.withUnsafeBufferPointer { direction in
          _ = plan.forward(weights: weights, images: images, team: team)
          plan.backward(weights: weights, gradients: gradients, images: images, logitGradients: direction, team: team)
        }
      }
    }
    run()
    let once = Array(gradients.values)
    run()
    #expect(worst(gradients.values, once.map { 2 * Double($0) }).difference < 1e-6)
    #expect(once.contains { $0 != 0 })
    // The block uses 24 of 28 middle channels.
    #expect(gradients["block.expand.filter"][(24 * 8)...].allSatisfy { $0 == 0 })
    #expect(gradients["block.depthwise.filter"][(24 * 49)...].allSatisfy { $0 == 0 })
    #expect(gradients["block.project.filter"][24..<28].allSatisfy { $0 == 0 })
  }

  @Test("One, two and three threads give the same bytes", arguments: Network.all)
  func threads(_ network: Network) {
    func run(_ threads: Int) -> [Float] {
      let team = ThreadTeam(threads: threads)
      let weights = network.weights(seed: 10)
      let images = network.images(seed: 11)
      let gradients = TensorArena(network.layout)
      let plan = TrainingPlan(graph: network.graph, batch: network.batch, layout: network.layout)
      var logits: [Float] = []
      images.withUnsafeBufferPointer { images in
        logits = Array(plan.forward(weights: weights, images: images, team: team))
        logits.withUnsafeBufferPointer {
          plan.backward(weights: weights, gradients: gradients, images: images, logitGradients: $0, team: team)
        }
      }
      let inference = InferencePlan(
        graph: network.graph, batch: network.batch, weights: weights, statistics: plan.statistics)
      let inferred = images.withUnsafeBufferPointer { Array(inference.run(images: $0, team: team)) }
      return logits + gradients.values + inferred
    }
    let one = run(1)
    let broken = one.indices.filter { !one[$0].isFinite }
    #expect(broken.isEmpty, "\(broken.prefix(20)) of \(one.count)")
    for threads in 2...3 {
      let others = run(threads)
      let different = one.indices.filter { one[$0].bitPattern != others[$0].bitPattern }
      #expect(different.isEmpty, "\(different.count) of \(one.count) values differ, the first at \(different[0])")
    }
  }

  @Test(
    "An inference plan agrees with the definition under the same statistics in every kernel form",
    arguments: Network.all)
  func inference(_ network: Network) {
    let weights = network.weights(seed: 12)
    let images = network.images(seed: 13)
    let training = TrainingPlan(graph: network.graph, batch: network.batch, layout: network.layout, backward: false)
    _ = images.withUnsafeBufferPointer { training.forward(weights: weights, images: $0, team: team) }
    let statistics = training.statistics
    let others = network.images(seed: 14)
    let expected = network.reference(weights).forward(others.map(Double.init), statistics: statistics)
    let plan = InferencePlan(graph: network.graph, batch: network.batch, weights: weights, statistics: statistics)
    for team in teamsOfAllForms {
      var seconds = [Double](repeating: 0, count: network.graph.blocks.count)
      let logits = others.withUnsafeBufferPointer { Array(plan.run(images: $0, team: team, blockSeconds: &seconds)) }
      let (difference, note) = worst(logits, expected[network.graph.output.node])
      #expect(difference < 1e-5, "\(team.form.name): \(note)")
      #expect(seconds.allSatisfy { $0 > 0 })
    }
  }

  @Test(
    "A plan that has run once allocates nothing when it runs again", .enabled(if: allocation_count() > 0),
    arguments: Network.all)
  func allocations(_ network: Network) {
    let weights = network.weights(seed: 40)
    let images = network.images(seed: 41)
    let gradients = TensorArena(network.layout)
    let direction = [Float](repeating: 1, count: network.batch * 5)
    let team = ThreadTeam(threads: 1)
    let training = TrainingPlan(graph: network.graph, batch: network.batch, layout: network.layout)
    images.withUnsafeBufferPointer { images in
      direction.withUnsafeBufferPointer { direction in
        func step() {
          _ = training.forward(weights: weights, images: images, team: team)
          training.backward(
            weights: weights, gradients: gradients, images: images, logitGradients: direction, team: team)
        }
        step()
        let inference = InferencePlan(
          graph: network.graph, batch: network.batch, weights: weights, statistics: training.statistics)
        inference.run(images: images, team: team)
        let count = allocation_count()
        for _ in 0..<3 {
          step()
          inference.run(images: images, team: team)
        }
        #expect(allocation_count() == count)
      }
    }
    // The count does count.
    let before = allocation_count()
    #expect([Float](repeating: 0, count: images.count).count == images.count && allocation_count() > before)
  }

  @Test("Each step is timed, and the forward steps' multiply-accumulates are the graph's", arguments: Network.all)
  func timings(_ network: Network) {
    let weights = network.weights(seed: 18)
    let plan = TrainingPlan(graph: network.graph, batch: network.batch, layout: network.layout)
    let timings = network.images(seed: 19).withUnsafeBufferPointer {
      plan.timings(
        passes: 3, weights: weights, gradients: TensorArena(network.layout), images: $0, team: ThreadTeam(threads: 1))
    }
    #expect(timings.allSatisfy { $0.seconds > 0 && !$0.kernel.isEmpty })
    let forward = timings.filter { !$0.kernel.contains("backward") }
    let macs = forward.reduce(0) { $0 + $1.multiplyAccumulates }
    #expect(macs == network.batch * network.graph.costs.multiplyAccumulates)
    let backward = timings.reduce(0) { $0 + $1.multiplyAccumulates } - macs
    // Twice the forward pass, but for the first convolution, whose images need no gradient.
    #expect(macs < backward && backward < 2 * macs)
    #expect(timings.filter { $0.multiplyAccumulates > 0 }.allSatisfy { $0.bytes > 0 })

    let inference = InferencePlan(
      graph: network.graph, batch: network.batch, weights: weights, statistics: plan.statistics)
    let inferenceTimings = network.images(seed: 19).withUnsafeBufferPointer {
      inference.timings(passes: 3, images: $0, team: ThreadTeam(threads: 1))
    }
    #expect(inferenceTimings.allSatisfy { $0.seconds > 0 && !$0.kernel.isEmpty })
    #expect(inferenceTimings.reduce(0) { $0 + $1.multiplyAccumulates } == macs)
  }

  @Test("Derived weights are slices and kernel steps of their tensors", arguments: Network.all)
  func derivedWeights(_ network: Network) {
    let weights = network.weights(seed: 15)
    let reference = network.reference(weights)
    for weight in network.graph.nodes.flatMap(\.weights) {
      let (difference, note) = worst(WeightEvaluator.values(of: weight, in: weights), reference.value(weight))
      #expect(difference < 1e-6, "\(weight.tensor) \(note)")
    }
  }

  @Test("Plans that share a workspace give what they give alone")
  func workspace() {
    let shared = Workspace()
    for network in Network.all + Network.all.reversed() {
      let weights = network.weights(seed: 16)
      let images = network.images(seed: 17)
      func logits(_ workspace: Workspace) -> [Float] {
        let plan = TrainingPlan(
          graph: network.graph, batch: network.batch, layout: network.layout, workspace: workspace)
        return images.withUnsafeBufferPointer { Array(plan.forward(weights: weights, images: $0, team: team)) }
      }
      #expect(logits(shared) == logits(Workspace()))
    }
  }

  @Test("Logits that another run may have replaced are not read")
  func replaced() async {
    await #expect(processExitsWith: .failure) {
      let network = Network.all[0]
      let workspace = Workspace()
      let plan = TrainingPlan(graph: network.graph, batch: network.batch, layout: network.layout, workspace: workspace)
      let (weights, images, team) = (network.weights(seed: 1), network.images(seed: 2), ThreadTeam(threads: 1))
      let logits = images.withUnsafeBufferPointer { plan.forward(weights: weights, images: $0, team: team) }
      guard Array(logits).count == 15 else { return }
      _ = images.withUnsafeBufferPointer { plan.forward(weights: weights, images: $0, team: team) }
      _ = Array(logits)
    }
  }
}

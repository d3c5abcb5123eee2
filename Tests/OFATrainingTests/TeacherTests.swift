import OFAEngine
import OFANumerics
import OFASpace
import OFASupernet
import OFATraining
import Testing

@Suite("Teacher")
struct TeacherTests {
  @Test("It answers as the full network with recalibrated statistics at the images' resolution, and does not change")
  func answers() throws {
    let team = ThreadTeam(threads: 1)
    let space = try tinySpace()
    let data = stripeData()
    let evaluator = Evaluator(
      calibration: CalibrationImages(drawing: 40, from: data.train, seed: 1), normalization: data.normalization,
      team: team)
    let student = Supernet(space: space)
    var generator = SeededGenerator(seed: 1, stream: "initialization")
    student.initialize(using: &generator)
    let teacher = Teacher(supernet: student.copy(), evaluator: evaluator, team: team)
    let original = student.copy()
    student.weights.clear()
    for resolution in space.resolutions + [space.resolutions[0]] {
      let images = (0..<4 * resolution * resolution).map { _ in Float(generator.gaussian()) }
      var largest = space.largest
      largest.resolution = resolution
      let statistics = evaluator.statistics(of: largest, in: original)
      let expected = original.logits(of: largest, images: images, statistics: statistics, team: team)
      let answer = teacher.logits(images: images, count: 4, resolution: resolution)
      #expect(answer.values == expected)
      #expect(answer.count == 4 && answer.width == 3)
    }
  }
}

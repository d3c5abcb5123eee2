import Foundation
import OFAData
import OFAExport
import OFAFormats
import OFARegression
import OFASearch
import OFASpace
import OFASupernet
import OFATraining

extension TrainedModel {
  /// What somebody must know to use a file of a subnet.
  ///
  /// - Throws: `.badData` for a predictor's document that is corrupt or of another space.
  func description(of subnet: Subnet) throws -> Description {
    Description(
      subnet: space.id(of: subnet), model: name, space: space.name,
      dataset: model.input.dataset == InputDescription.unknown ? nil : model.input.dataset,
      datasetLicence: model.input.licence, accuracy: try accuracy(of: subnet), preprocessing: preprocessing(of: subnet),
      classNames: model.input.classNames)
  }

  /// What becomes of a picture before a subnet sees it.
  func preprocessing(of subnet: Subnet) -> Preprocessing {
    Preprocessing(
      resolution: subnet.resolution, shorterSide: PictureOptions.shorterSide(for: pictureResolution(of: subnet)),
      centerFraction: model.input.centerFraction ?? 1, means: model.input.means,
      standardDeviations: model.input.standardDeviations)
  }

  /// What the model is called where models are listed: the name of its folder, or of the run's that left it.
  private var name: String {
    URL(fileURLWithPath: RunFolder(ofModel: folder)?.path ?? folder).standardizedFileURL.lastPathComponent
  }

  /// What was measured of a subnet when the model was made, or else what its predictor expects.
  private func accuracy(of subnet: Subnet) throws -> Description.Accuracy? {
    let id = space.id(of: subnet)
    func measured(_ evaluations: [Evaluation]) -> Double? { evaluations.first { $0.id == id }?.topOneAccuracy }
    if let share = measured(model.results.test) { return .test(share) }
    if let share = measured(model.results.heldOut) { return .heldOut(share) }
    let path = Model.predictorPath(in: folder)
    guard InputFile.isFile(path) else { return nil }
    let predictor = try Documents.read(AccuracyPredictor.self, path)
    // Without a layout of its own it reads what a subnet costs, which the space's resolutions alone have.
    guard predictor.resolutions.contains(subnet.resolution),
      predictor.layout != nil || space.resolutions.contains(subnet.resolution)
    else { return nil }
    let share = try PredictedAccuracy(predictor, space: space).accuracies(of: [subnet])[0]
    return .predicted(share, range: predictor.range(of: share))
  }
}

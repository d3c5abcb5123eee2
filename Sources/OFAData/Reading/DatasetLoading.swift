import Foundation
import OFAFormats

extension Dataset {
  /// Loads images from a folder, or draws the built-in set `shapes`.
  ///
  /// A folder holds
  /// - IDX files, each perhaps with `.gz`: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`,
  ///   `t10k-images-idx3-ubyte`, `t10k-labels-idx1-ubyte` (MNIST, Fashion-MNIST), or
  ///   `emnist-letters-train-images-idx3-ubyte` … `-test-…` (EMNIST, whose pictures are turned to stand upright), or
  /// - CIFAR-10 or CIFAR-100 binary files: `data_batch_1.bin` … `data_batch_5.bin` and `test_batch.bin`, or `train.bin`
  ///   and `test.bin`; the length of the files tells which, or
  /// - pictures, JPEG and PNG, in one folder for each class, with or without `train`, `val` and `test` above them.
  ///
  /// Pictures are looked at once, to know which can be read, and then decoded when they are needed, unless there was
  /// memory to keep them.
  ///
  /// A CSV file that lists pictures serves as well, with a line for each: its path, its class, and perhaps its part.
  ///
  /// Where a folder has several sets, `FOLDER/emnist-letters` names the one with that prefix, and `FOLDER/train` the
  /// one without.
  ///
  /// - Parameters:
  ///   - heldOutCount: how many training images are kept for choosing, where the set does not say which; by default a
  ///     tenth, at most 5,000, and 10,000 of the drawn ones.
  ///   - seed: of the held-out draw, and of the drawn images; leave it alone wherever a model meets data again.
  ///   - pictures: how pictures are read.
  ///   - progress: called with the share of the pictures that are looked at.
  ///   - isInterrupted: asked now and then while pictures are read.
  /// - Throws: `Failure(.missingInput)` for what is not there, `Failure(.badData)` for files that are damaged or do not
  ///   fit together, `Failure(.usage)` when several sets are there.
  public static func load(
    _ nameOrFolder: String, heldOutCount: Int? = nil, seed: UInt64 = 0, pictures: PictureOptions = PictureOptions(),
    progress: (Double) -> Void = { _ in }, isInterrupted: () -> Bool = { false }
  ) throws -> Dataset {
    if nameOrFolder == "shapes" { return shapes(heldOutCount: heldOutCount, seed: seed) }
    let stored = try ImageFolder.read(
      nameOrFolder, pictures: pictures, progress: progress, isInterrupted: isInterrupted)
    for set in [stored.training, stored.test] where set.count == 0 {
      throw Failure(.badData, "no images in \(set.name)", at: nameOrFolder)
    }
    let name = URL(fileURLWithPath: nameOrFolder).lastPathComponent
    guard let heldOut = stored.heldOut else {
      return Dataset(
        name: name, training: stored.training, test: stored.test, heldOutCount: heldOutCount, seed: seed,
        report: stored.report)
    }
    return Dataset(
      name: name, train: stored.training, heldOut: heldOut, test: stored.test, report: stored.report)
  }

  /// The built-in set: few images to train on, so that it takes seconds, and many to judge by: an accuracy of 80 % is
  /// uncertain by 0.9 points (one standard deviation) on 2,000 images, by 0.3 on 20,000.
  private static func shapes(heldOutCount: Int?, seed: UInt64) -> Dataset {
    Dataset(
      name: "shapes", training: Shapes.drawn(18_000, .training, seed: seed),
      test: Shapes.drawn(20_000, .test, seed: seed), heldOutCount: heldOutCount ?? 10_000, seed: seed)
  }
}

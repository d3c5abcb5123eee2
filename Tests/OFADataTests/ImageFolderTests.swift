import Foundation
import OFAData
import OFAFormats
import TestSupport
import Testing

/// Folders as people and other tools leave them. Where a message gives advice, the advice is followed.
@Suite("Folders of images")
struct ImageFolderTests {
  typealias Files = IDXTests.Files

  /// Loads what a message says to name: the first word behind one of these.
  private func follow(_ failure: Failure?, sourceLocation: SourceLocation = #_sourceLocation) throws -> Dataset {
    let message = try #require(failure?.message, sourceLocation: sourceLocation)
    let advice = try #require(
      message.firstMatch(of: /(?:such as|name) (\/[^ ,)]+)/), "\(message)", sourceLocation: sourceLocation)
    return try Dataset.load(String(advice.1))
  }

  @Test("hidden files are never data")
  func hidden() throws {
    try withTemporaryFolder { folder in
      try Files().write(to: folder)
      let names = try InputFolder.names(in: folder)
      let whole = try Dataset.load(folder)
      for name in names + ["emnist-letters-train-images-idx3-ubyte", "data_batch_1.bin"] {
        try AtomicFile.write([0, 5, 22, 7] + [UInt8](repeating: 0, count: 100), to: "\(folder)/._\(name)")
      }
      try AtomicFile.write([0], to: folder + "/.DS_Store")
      #expect(try Dataset.load(folder).train.pixels == whole.train.pixels)
    }
  }

  @Test("of several sets each is named as the message says")
  func several() throws {
    try withTemporaryFolder { folder in
      try Files().write(to: folder)
      try Files(test: "test", prefix: "emnist-letters-", firstLabel: 1).write(to: folder)
      try Files(prefix: "k").write(to: folder)
      try Files(prefix: "k-", firstLabel: 7).write(to: folder)
      for name in ["train.bin", "test.bin"] {
        try AtomicFile.write(CIFARTests.records(0..<20), to: "\(folder)/\(name)")
      }
      let failure = failure { try Dataset.load(folder) }
      #expect(failure?.kind == .usage)
      let list = try #require(failure?.message.firstMatch(of: /several image sets: (.*);/)).1.split(separator: ", ")
      #expect(Set(list) == ["train", "emnist-letters", "k", "k-", "train.bin"])
      for name in list { _ = try Dataset.load("\(folder)/\(name)") }
      #expect(try Dataset.load(folder + "/train").classes == 5)
      #expect(try Dataset.load(folder + "/train/").classes == 5)
      #expect(try Dataset.load(folder + "/k-").classNames[0] == "7" && Dataset.load(folder + "/k").classNames[0] == "0")
      #expect(try Dataset.load(folder + "/emnist-letters").classNames[0] == "A")
      #expect(try Dataset.load(folder + "/train.bin").channels == 3)
      _ = try follow(failure)
    }
  }

  @Test("a folder whose set lies below says where", arguments: ["", "emnist-letters-"])
  func below(prefix: String) throws {
    try withTemporaryFolder { folder in
      let raw = folder + "/tv/MNIST/raw"
      try Files(prefix: prefix, firstLabel: 1).write(to: raw)
      try AtomicFile.write("x", to: folder + "/tv/MNIST/README")
      for path in [folder, folder + "/tv", folder + "/tv/MNIST", folder + "/tv/"] {
        let failure = failure { try Dataset.load(path) }
        #expect(failure?.kind == .missingInput)
        #expect(try follow(failure).train.labels.count == 18)
      }
      // Several below are each named so that they can be read.
      try Files().write(to: raw)
      try Files(prefix: "k-").write(to: raw)
      #expect(try follow(failure { try Dataset.load(folder + "/tv") }).classes == 5)
    }
  }

  @Test("a file is no folder: the message names the folder, or the set in it")
  func file() throws {
    try withTemporaryFolder { folder in
      try Files().write(to: folder)
      let images = folder + "/train-images-idx3-ubyte"
      #expect(try follow(failure { try Dataset.load(images) }).classes == 5)
      try Files(prefix: "k-").write(to: folder)
      #expect(try follow(failure { try Dataset.load(images) }).classes == 5)
      try AtomicFile.write("x", to: folder + "/set.zip")
      let archive = failure { try Dataset.load(folder + "/set.zip") }
      #expect(archive?.kind == .missingInput && archive?.message.contains("unpack it") == true)
    }
  }

  @Test("a second download is named, and found once it is renamed as the message says")
  func secondDownload() throws {
    try withTemporaryFolder { folder in
      for name in ["train-images-idx3-ubyte (1)", "train-images-idx3-ubyte.1", "Copy of train-images-idx3-ubyte"] {
        let folder = folder + "/" + name
        var files = Files()
        files.contents[name] = files.contents.removeValue(forKey: "train-images-idx3-ubyte")
        try files.write(to: folder)
        let message = try #require(failure { try Dataset.load(folder) }?.message)
        let advice = try #require(message.firstMatch(of: /if "(.*)" is it, rename that to (.*)$/), "\(message)")
        try FileManager.default.moveItem(atPath: "\(folder)/\(advice.1)", toPath: "\(folder)/\(advice.2)")
        #expect(try Dataset.load(folder).classes == 5)
        // Beside the first download it is of no interest.
        try files.write(to: folder)
        #expect(try Dataset.load(folder).classes == 5)
      }
    }
  }

  @Test("a set without a test part or without a training part says which")
  func parts() throws {
    try withTemporaryFolder { folder in
      var files = Files(prefix: "k-")
      files.contents = files.contents.filter { !$0.key.contains("t10k") }
      try files.write(to: folder + "/a")
      let test = failure { try Dataset.load(folder + "/a") }
      #expect(test?.kind == .missingInput && test?.message.hasPrefix("no test images") == true)
      #expect(test?.message.contains("k-t10k-images-idx3-ubyte or k-test-images-idx3-ubyte") == true)
      files = Files()
      files.contents = files.contents.filter { $0.key.contains("t10k") }
      try files.write(to: folder + "/b")
      #expect(failure { try Dataset.load(folder + "/b") }?.message.hasPrefix("no training images") == true)
      try AtomicFile.write(CIFARTests.records(0..<20), to: folder + "/c/test.bin")
      #expect(failure { try Dataset.load(folder + "/c") }?.place == folder + "/c/train.bin")
    }
  }

  @Test(
    "what other tools leave is called by its name",
    arguments: [
      (["cifar-10-batches-py/data_batch_1", "cifar-10-batches-py/batches.meta"], "CIFAR-10's Python version"),
      (["cifar-10-batches-mat/data_batch_1.mat"], "CIFAR-10's Matlab version"),
      (["cifar-100-python/train", "cifar-100-python/test", "cifar-100-python/meta"], "CIFAR-100's Python version"),
      (["train.mat", "test.mat", "meta.mat"], "CIFAR-100's Matlab version"),
      (["train/cat/1.webp", "test/cat/2.GIF"], "such as test/cat/2.GIF, of a kind that is not read"),
      (["1.png"], "such as 1.png, but no classes"), (["cifar-10-binary.tar.gz"], "unpack it"),
      (["mnist.npz", "notes"], "it has mnist.npz, notes"), ([".DS_Store"], "it is empty"),
    ])
  func foreign(names: [String], words: String) throws {
    try withTemporaryFolder { folder in
      for name in names { try AtomicFile.write("x", to: "\(folder)/\(name)") }
      let failure = failure { try Dataset.load(folder) }
      #expect(
        failure?.kind == .missingInput && failure?.message.contains(words) == true, "\(String(describing: failure))")
    }
  }
}

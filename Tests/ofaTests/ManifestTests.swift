import Foundation
import OFAFormats
import TestSupport
import Testing

/// The manifest as the package manager understands it.
private struct Manifest: Decodable {
  struct Target: Decodable {
    let name: String
    let type: String
    let path: String?
    let dependencies: [Dependency]
    let exclude: [String]

    /// The folder of its sources.
    var folder: String { path ?? (type == "test" ? "Tests/" : "Sources/") + name }
    /// What imports call it.
    var module: String { name.replacing("-", with: "_") }
  }

  /// A target of the package, or a library of another.
  struct Dependency: Decodable {
    let byName, target, product: [Part]?
    var name: String? { (byName ?? target ?? product)?.lazy.compactMap(\.name).first }
  }

  /// A part of what names it: the name, or something else.
  struct Part: Decodable {
    let name: String?
    init(from decoder: any Decoder) throws { name = try? decoder.singleValueContainer().decode(String.self) }
  }

  let targets: [Target]
}

@Suite("Manifest") struct ManifestTests {
  /// The compiler finds the modules of all targets that are built before, declared or not, and the package manager's
  /// own check of imports (`--explicit-target-dependency-import-check`) lets undeclared ones pass in Swift 6.3.
  @Test("The manifest's edges are the code's: each target declares what it imports, and imports what it declares")
  func edges() throws {
    let manifest = try withTemporaryFolder { folder in
      let text = try Command.shell(
        "swift package --package-path '\(packageRoot)' --scratch-path '\(folder)' dump-package")
      return try JSON.decode(Manifest.self, from: text, at: "Package.swift")
    }
    let modules = Dictionary(uniqueKeysWithValues: manifest.targets.map { ($0.name, $0.module) })
    // Programs are run by those that declare them.
    let programs = Set(manifest.targets.filter { $0.type == "executable" }.map(\.module))
    let declared = manifest.targets.map { target in
      Set(target.dependencies.compactMap(\.name).map { modules[$0] ?? $0 })
    }
    let known = Set(modules.values).union(declared.joined())
    for (target, declared) in zip(manifest.targets, declared) where target.type != "system" {
      let imported = try imports(of: target, headers: headers(of: manifest)).intersection(known)
        .subtracting([target.module])
      #expect(imported.union(declared.intersection(programs)) == declared, "\(target.name)")
    }
    #expect(manifest.targets.count > 30)
  }

  /// The modules of the public headers of targets in C.
  private func headers(of manifest: Manifest) -> [String: String] {
    var headers: [String: String] = [:]
    for target in manifest.targets {
      let folder = "\(packageRoot)/\(target.folder)/include"
      for header in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
        headers[header] = target.module
      }
    }
    return headers
  }

  /// The modules that a target's sources name.
  private func imports(of target: Manifest.Target, headers: [String: String]) throws -> Set<String> {
    let folder = "\(packageRoot)/\(target.folder)"
    var modules: Set<String> = []
    let files = try #require(FileManager.default.enumerator(atPath: folder)).compactMap { $0 as? String }
    for file in files where !target.exclude.contains(where: file.hasPrefix) {
      guard [".swift", ".c", ".h"].contains(where: file.hasSuffix) else { continue }
      let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
      for line in text.split(separator: "\n") {
        if line.hasPrefix("#include"), let header = line.firstMatch(of: /[<"](.+?)[>"]/)?.output.1 {
          if let module = headers[String(header)] { modules.insert(module) }
        } else if line.contains("import "), let module = line.prefixMatch(of: Self.importing)?.output.1 {
          modules.insert(String(module))
        }
      }
    }
    return modules
  }

  private static var importing: Regex<(Substring, Substring)> {
    #/
    \ *(?:@\w+\ +|public\ +|package\ +|internal\ +|private\ +)*
    import\ +(?:(?:struct|class|enum|protocol|func|var|let|typealias)\ +)?(\w+)
    /#
  }
}

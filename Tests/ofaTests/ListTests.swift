import Foundation
import OFAFormats
import OFASpace
import TestSupport
import Testing
import TinyWorld

/// What is there to be taken by a name or a path.
@Suite struct ListTests {
  private let world: TinyWorld

  init() throws { world = try TinyWorld() }

  private struct Entry: Decodable, Equatable {
    let name: String
    let path: String?
  }

  /// What a list has, asked for in the world's folder.
  private func list(_ arguments: String) throws -> [Entry] {
    let lines = try Command.shell("\"$ofa\" list \(arguments) --json", in: world.folder).split(separator: "\n")
    for line in lines { #expect(try keys(String(line)) == ["name", "path"]) }
    return try lines.map { try JSON.decode(Entry.self, from: String($0), at: "list") }
  }

  @Test("Spaces and recipes are those built in, which all can be used, and a folder's documents by their paths")
  func documents() throws {
    for (kind, own, use) in [
      ("spaces", Entry(name: "tiny", path: "space.json"), ["space"]),
      ("recipes", Entry(name: "tiny", path: "recipe.json"), ["train", "--print-recipe"]),
    ] {
      let entries = try list(kind)
      #expect(entries.last == own && entries.count { $0.path != nil } == 1 && entries.count > 4, "\(entries)")
      for entry in entries where entry.path == nil {
        #expect(try Command.run(use + [entry.name]).status == 0, "\(entry)")
      }
      #expect(try list("\(kind) \(world.folder)").last?.path == "\(world.folder)/\(own.path ?? "")")
      #expect(try list("\(kind) data").allSatisfy { $0.path == nil })
    }
    let table = try Command.shell("\"$ofa\" list spaces", in: world.folder)
    #expect(table.contains("\nmini-32") && table.contains("built in\n") && table.contains("\ntiny"), "\(table)")
    // One that is damaged does not keep the others from being listed.
    try AtomicFile.write(#"{"format": "ofa-space", "version": 1}"#, to: world.path("a.json"))
    let warned = try Command.shell(
      "\"$ofa\" list spaces --json 2>&1 | grep -v '\"path\":null'; echo $?", in: world.folder)
    #expect(warned.contains("warning: a.json: ") && warned.contains("\"space.json\"") && warned.hasSuffix("\n0\n"))
    #expect(try Command.run(["list", "spaces", world.path("none")]).status == 66)
  }

  @Test("Models are listed by their folders and by the runs that left them, and each can be used")
  func models() throws {
    let all = ["mbv3-32-mnist", "mbv3-32-wide-cifar10", "mbv3-96-sign-digits"].map {
      Entry(name: $0, path: packageRoot + "/Models/" + $0)
    }
    #expect(try list("models") == all)
    let shipped = packageRoot + "/Models/mbv3-32-mnist"
    for place in ["runs/one/model", "Models/mine"] {
      try FileManager.default.createDirectory(
        atPath: (world.path(place) as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: shipped, toPath: world.path(place))
    }
    mkdir(world.path("runs/two"), 0o777)
    let (mine, one) = (Entry(name: "mine", path: "Models/mine"), Entry(name: "one", path: "runs/one/model"))
    #expect(try list("models") == [mine, one])
    #expect(try list("models runs") == [one])
    for entry in [mine, one] {
      let used = try Command.run([
        "cost", "--model", world.path(entry.path ?? ""), "--subnets", "r24-33.33-33.33-33.33-33.33-33.33",
      ])
      #expect(used.status == 0, "\(used.errors)")
    }
    #expect(try Command.run(["list", "models", world.path("none")]).status == 66)
    let away = try Command.shell(
      "mkdir away; cp $ofa away/; cd away; ./ofa list models 2>&1; echo $?", in: world.folder)
    #expect(away == "error: Models: no such folder, here or around this program; name another\n66\n")
  }
}

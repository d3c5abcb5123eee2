import OFAFormats

extension SearchSpace {
  // The documents of Spaces/, one entry a file; what they are called stands in them.
  private static let embedded: [[UInt8]] = [
    PackageResources.mbv3_32_json,
    PackageResources.mbv3_32_wide_json,
    PackageResources.mbv3_96_json,
    PackageResources.mini_32_json,
    PackageResources.ofa_mbv3_d234_e346_k357_w1_0_json,
    PackageResources.ofa_mbv3_d234_e346_k357_w1_2_json,
    PackageResources.ofa_proxyless_d234_e346_k357_w1_3_json,
    PackageResources.ofa_resnet50_json,
  ]

  private static let builtIn: Result<[SearchSpace], any Error> = Result {
    try embedded.map {
      try Documents.decode(SearchSpace.self, from: String(decoding: $0, as: UTF8.self), at: "built-in space")
    }
  }

  /// The names of the spaces that are built in.
  public static var builtInNames: [String] {
    (try? builtIn.get().map(\.name)) ?? []
  }

  /// The built-in space of a name, else the one in the document that the name is the path of.
  ///
  /// - Throws: `Failure` of usage for a name that is neither, which lists the names; for a file what reading a
  ///   document throws.
  public static func named(_ nameOrFile: String) throws -> SearchSpace {
    let spaces = try builtIn.get()
    if let space = spaces.first(where: { $0.name == nameOrFile }) { return space }
    do {
      return try Documents.read(SearchSpace.self, nameOrFile)
    } catch let failure as Failure where failure.kind == .missingInput && !looksLikePath(nameOrFile) {
      let names = spaces.map(\.name).joined(separator: ", ")
      throw Failure(
        .usage, "unknown space '\(nameOrFile)'; built in are \(names); or name a JSON file that describes one")
    }
  }

  private static func looksLikePath(_ text: String) -> Bool {
    text.utf8.contains(UInt8(ascii: "/")) || text.hasSuffix(".json")
  }
}

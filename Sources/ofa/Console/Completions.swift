import ArgumentParser
import Foundation
import OFAFormats
import OFAPipeline
import OFASpace

/// What a shell offers for what is typed.
extension CompletionKind {
  /// Search spaces: those built in, and JSON files.
  static let spaces = custom { _, _, typed in SearchSpace.builtInNames + documents(typed) }
  /// Recipes: those built in, and JSON files.
  static let recipes = custom { _, _, typed in Training.recipeNames + documents(typed) }

  /// The JSON files and folders that a path may become.
  private static func documents(_ typed: String) -> [String] {
    let folder = typed.lastIndex(of: "/").map { String(typed[...$0]) } ?? ""
    return ((try? InputFolder.names(in: folder.isEmpty ? "." : folder)) ?? []).map { folder + $0 }
      .filter { $0.hasPrefix(typed) && ($0.hasSuffix(".json") || InputFile.isFolder($0)) }
  }
}

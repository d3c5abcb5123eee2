import Foundation
import PackagePlugin

/// Puts the sources of the board's program into the target that can write them out again.
@main
struct ProbeSources: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let sources = context.package.directoryURL.appendingPathComponent("Sources")
    // Inference needs none of the kernels of training.
    let paths = try ["CRuntime", "ofa-probe"].flatMap { folder in
      try FileManager.default.subpathsOfDirectory(atPath: sources.appendingPathComponent(folder).path)
        .map { "\(folder)/\($0)" }
    }.filter { ($0.hasSuffix(".c") || $0.hasSuffix(".h")) && !$0.hasPrefix("CRuntime/training/") }.sorted()
    let output = context.pluginWorkDirectoryURL.appendingPathComponent("ProbeSources.swift")
    return [
      .buildCommand(
        displayName: "Embedding the sources of the board's program",
        executable: try context.tool(named: "embed-sources").url, arguments: [output.path, sources.path] + paths,
        inputFiles: paths.map { sources.appendingPathComponent($0) }, outputFiles: [output])
    ]
  }
}

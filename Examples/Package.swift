// swift-tools-version: 6.1
// How another package uses this one: `swift run --package-path Examples -c release first-steps`.
import PackageDescription

let package = Package(
  name: "Examples",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "ofa", path: "..")],
  targets: [
    .executableTarget(name: "first-steps", dependencies: [.product(name: "OFAPipeline", package: "ofa")])
  ]
)

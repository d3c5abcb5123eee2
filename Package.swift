// swift-tools-version: 6.1
// Targets stand bottom to top: imports only point up this list. A target exists where it removes an edge.
import PackageDescription

let package = Package(
  name: "ofa",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "ofa", targets: ["ofa"]),
    .executable(name: "ofa-probe", targets: ["ofa-probe"]),
    .library(name: "OFAPipeline", targets: ["OFAPipeline"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.0.0"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.30.0"),
    .package(url: "https://github.com/attaswift/BigInt", from: "6.0.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
  ],
  targets: [
    // System libraries.
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CJSON", pkgConfig: "json-c", providers: [.apt(["libjson-c-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    // The runtime and the foundations.
    .target(name: "CRuntime", linkerSettings: [.linkedLibrary("m")]),
    .target(name: "OFANumerics", dependencies: ["COpenBLAS", .product(name: "RealModule", package: "swift-numerics")]),
    .target(name: "OFAFormats", dependencies: ["CJSON", "CZlib", .product(name: "Yams", package: "Yams")]),
    .target(name: "OFAGraph"),

    // Spaces and the engine.
    .target(
      name: "OFASpace",
      dependencies: [
        "OFAGraph", "OFAFormats", .product(name: "BigInt", package: "BigInt"),
      ],
      resources: [.embedInCode("Spaces")]),
    .target(name: "OFAEngine", dependencies: ["CRuntime", "OFAGraph", "OFANumerics"]),
    .target(name: "OFARegression", dependencies: ["OFANumerics", "OFAFormats"]),

    // Training.
    .target(name: "OFASupernet", dependencies: ["OFASpace", "OFAEngine"]),
    .target(name: "OFAData", dependencies: ["OFANumerics", "OFAFormats"]),
    .target(name: "OFATraining", dependencies: ["OFASupernet", "OFAData"]),

    // Devices and search.
    .target(name: "OFAHardware", dependencies: ["OFAGraph", "OFAFormats"]),
    .target(
      name: "OFAExport",
      dependencies: ["OFASupernet", .product(name: "SwiftProtobuf", package: "swift-protobuf")],
      exclude: ["Schema/onnx.proto"]),
    .target(
      name: "OFAProfiling",
      dependencies: ["OFAHardware", "OFASpace", "OFAEngine", "OFAExport", "OFARegression"]),
    .target(name: "OFASearch", dependencies: ["OFASpace", "OFAHardware", "OFARegression"]),
    .target(name: "OFAReport", dependencies: ["OFAFormats", "OFASpace", "OFAHardware"]),

    // What joins them, and the programs.
    .target(name: "OFAPipeline", dependencies: ["OFATraining", "OFAProfiling", "OFASearch", "OFAReport"]),
    .executableTarget(
      name: "ofa",
      dependencies: [
        "OFAPipeline", "OFAFormats", "OFAHardware", "OFAReport", "OFASpace",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(name: "ofa-probe", dependencies: ["CRuntime"]),

    // One test target a module.
    .testTarget(name: "OFANumericsTests", dependencies: ["OFANumerics"]),
    .testTarget(name: "OFAFormatsTests", dependencies: ["OFAFormats", "TestSupport"]),
    .testTarget(name: "OFAGraphTests", dependencies: ["OFAGraph"]),
    .testTarget(name: "OFASpaceTests", dependencies: ["OFASpace", "OFANumerics", "TestSupport"]),
    .testTarget(
      name: "OFAEngineTests", dependencies: ["OFAEngine", "ofa-probe", "TestSupport", "AllocationCount"],
      exclude: ["Replay"]),
    .testTarget(name: "OFARegressionTests", dependencies: ["OFARegression", "TestSupport"]),
    .testTarget(name: "OFASupernetTests", dependencies: ["OFASupernet", "TestSupport"]),
    .testTarget(name: "OFADataTests", dependencies: ["OFAData", "TestSupport"]),
    .testTarget(name: "OFATrainingTests", dependencies: ["OFATraining", "TestSupport"]),
    .testTarget(name: "OFAHardwareTests", dependencies: ["OFAHardware", "TestSupport"]),
    .testTarget(name: "OFAExportTests", dependencies: ["OFAExport"]),
    .testTarget(name: "OFAProfilingTests", dependencies: ["OFAProfiling"]),
    .testTarget(name: "OFASearchTests", dependencies: ["OFASearch", "TestSupport"]),
    .testTarget(name: "OFAReportTests", dependencies: ["OFAReport"]),
    .testTarget(name: "OFAPipelineTests", dependencies: ["OFAPipeline", "TinyWorld", "TestSupport"]),
    .testTarget(
      name: "ofaTests", dependencies: ["ofa", "ofa-fuzz", "OFAFormats", "TinyWorld", "TestSupport"],
      exclude: ["Snapshots"]),

    // What the tests of several modules need.
    .target(name: "TestSupport", dependencies: ["OFAFormats"], path: "Tests/TestSupport"),
    .target(name: "AllocationCount", path: "Tests/AllocationCount"),
    // A space, images and a recipe that train in a moment, on disk, for the tests of whole paths.
    .target(name: "TinyWorld", dependencies: ["OFAPipeline"], path: "Tests/TinyWorld"),
    // Damaged input for every reader, forever: `make fuzz`.
    .executableTarget(
      name: "ofa-fuzz",
      dependencies: [
        "OFAPipeline", "TinyWorld", "TestSupport", "CRuntime", "CZlib", "ofa", "ofa-probe",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/Fuzzing"),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c11
)

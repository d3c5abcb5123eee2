// swift-tools-version: 6.1
// Targets stand bottom to top: imports only point up this list. A target exists where it removes an edge, and declares
// each that it imports and no other; a test holds these edges against the sources.
import PackageDescription

let package = Package(
  name: "ofa",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "ofa", targets: ["ofa"]),
    .executable(name: "ofa-probe", targets: ["ofa-probe"]),
    .library(name: "OFAPipeline", targets: ["OFAPipeline"]),
  ],
  // With it, training on several machines is built in; it needs Open MPI (libopenmpi-dev).
  traits: [.trait(name: "MPI", description: "Train on several machines, by MPI.")],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.0.0"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.30.0"),
    .package(url: "https://github.com/attaswift/BigInt", from: "6.0.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
    .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
  ],
  targets: [
    // System libraries.
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CJSON", pkgConfig: "json-c", providers: [.apt(["libjson-c-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),

    // The runtime and the foundations.
    .target(name: "CRuntime", linkerSettings: [.linkedLibrary("m")]),
    .target(name: "OFANumerics", dependencies: ["COpenBLAS", .product(name: "RealModule", package: "swift-numerics")]),
    .target(
      name: "OFAFormats",
      dependencies: [
        "CJSON", "CZlib", .product(name: "SwiftCSV", package: "SwiftCSV"), .product(name: "Yams", package: "Yams"),
      ]),
    .target(
      name: "OFACluster", dependencies: ["OFAFormats", .target(name: "CMPI", condition: .when(traits: ["MPI"]))]),
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
    .target(
      name: "OFASupernet", dependencies: ["OFANumerics", "OFAFormats", "OFAGraph", "OFASpace", "OFAEngine"]),
    .target(name: "OFAData", dependencies: ["CTurboJPEG", "CPNG", "CZlib", "OFANumerics", "OFAFormats"]),
    .target(
      name: "OFATraining",
      dependencies: [
        "OFANumerics", "OFAFormats", "OFACluster", "OFAGraph", "OFASpace", "OFAEngine", "OFASupernet", "OFAData",
      ]),

    // Devices and search.
    .target(name: "OFAHardware", dependencies: ["OFAGraph", "OFAFormats", "OFARegression"]),
    .target(
      name: "OFAExport",
      dependencies: [
        "OFAFormats", "OFAGraph", "OFAEngine", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["Schema/onnx.proto"], resources: [.embedInCode("predict.py")]),
    .target(
      name: "OFAProfiling",
      dependencies: [
        "OFANumerics", "OFAFormats", "OFAGraph", "OFASpace", "OFAEngine", "OFARegression", "OFASupernet", "OFAHardware",
        "OFAExport",
      ],
      resources: [.embedInCode("Lines/onnxruntime_lines.py")], plugins: ["ProbeSources"]),
    .plugin(name: "ProbeSources", capability: .buildTool(), dependencies: ["embed-sources"]),
    .executableTarget(name: "embed-sources"),
    .target(
      name: "OFASearch",
      dependencies: ["OFANumerics", "OFAFormats", "OFAGraph", "OFASpace", "OFARegression", "OFAHardware"]),
    .target(name: "OFAReport", dependencies: ["OFAFormats"]),

    // What joins them, and the programs.
    .target(
      name: "OFAPipeline",
      dependencies: [
        "OFANumerics", "OFAFormats", "OFACluster", "OFAGraph", "OFASpace", "OFAEngine", "OFARegression", "OFASupernet",
        "OFAData", "OFATraining", "OFAHardware", "OFAExport", "OFAProfiling", "OFASearch", "OFAReport",
      ]),
    .executableTarget(
      name: "ofa",
      dependencies: [
        "OFAPipeline", "OFAFormats", "OFACluster", "OFAHardware", "OFAProfiling", "OFAReport", "OFASpace",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(name: "ofa-probe", dependencies: ["CRuntime"]),

    // One test target a module.
    .testTarget(name: "OFANumericsTests", dependencies: ["OFANumerics"]),
    .testTarget(name: "OFAFormatsTests", dependencies: ["OFAFormats", "TestSupport"]),
    .testTarget(name: "OFAClusterTests", dependencies: ["OFAFormats", "OFACluster", "TestSupport"]),
    .testTarget(name: "OFAGraphTests", dependencies: ["OFAGraph"]),
    // A family of blocks that only a test knows goes all the way.
    .testTarget(
      name: "OFASpaceTests",
      dependencies: [
        "OFANumerics", "OFAFormats", "OFAGraph", "OFASpace", "OFAEngine", "OFASupernet", "OFAHardware", "OFASearch",
        "TestSupport", .product(name: "BigInt", package: "BigInt"),
      ]),
    // The board's program is run.
    .testTarget(
      name: "OFAEngineTests",
      dependencies: [
        "CRuntime", "OFAGraph", "OFAEngine", "ofa-probe", "NaiveReference", "TestSupport", "AllocationCount",
      ],
      exclude: ["Replay"]),
    .testTarget(
      name: "OFARegressionTests", dependencies: ["OFANumerics", "OFAFormats", "OFARegression", "TestSupport"]),
    .testTarget(
      name: "OFASupernetTests",
      dependencies: [
        "OFANumerics", "OFAFormats", "OFAGraph", "OFASpace", "OFAEngine", "OFASupernet", "NaiveReference",
        "TestSupport",
      ]),
    .testTarget(name: "OFADataTests", dependencies: ["OFANumerics", "OFAFormats", "OFAData", "TestSupport"]),
    .testTarget(
      name: "OFATrainingTests",
      dependencies: [
        "OFANumerics", "OFAFormats", "OFACluster", "OFASpace", "OFAEngine", "OFASupernet", "OFAData", "OFATraining",
        "TestSupport",
      ]),
    .testTarget(
      name: "OFAHardwareTests",
      dependencies: ["OFANumerics", "OFAFormats", "OFAGraph", "OFARegression", "OFAHardware", "TestSupport"]),
    .testTarget(
      name: "OFAExportTests",
      dependencies: [
        "OFAFormats", "OFAGraph", "OFASpace", "OFAEngine", "OFASupernet", "OFAExport",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]),
    // The board's program is run.
    .testTarget(
      name: "OFAProfilingTests",
      dependencies: [
        "OFANumerics", "OFAFormats", "OFAGraph", "OFASpace", "OFARegression", "OFAHardware", "OFAExport",
        "OFAProfiling", "ofa-probe", "TestSupport",
      ]),
    .testTarget(
      name: "OFASearchTests",
      dependencies: [
        "OFANumerics", "OFAFormats", "OFASpace", "OFARegression", "OFAHardware", "OFASearch", "TestSupport",
      ]),
    .testTarget(name: "OFAReportTests", dependencies: ["OFAReport"]),
    .testTarget(
      name: "OFAPipelineTests",
      dependencies: [
        "OFANumerics", "OFAFormats", "OFACluster", "OFASpace", "OFAEngine", "OFARegression", "OFASupernet", "OFAData",
        "OFATraining", "OFAHardware", "OFAProfiling", "OFASearch", "OFAReport", "OFAPipeline", "TinyWorld",
        "TestSupport",
      ]),
    // The command and the fuzzer are run.
    .testTarget(
      name: "ofaTests",
      dependencies: [
        "ofa", "ofa-fuzz", "OFANumerics", "OFAFormats", "OFASpace", "OFAData", "OFAReport", "TinyWorld", "TestSupport",
      ],
      exclude: ["Snapshots"]),

    // What the tests of several modules need.
    .target(
      name: "TestSupport", dependencies: ["OFAFormats", "OFACluster"], path: "Tests/TestSupport",
      exclude: ["pictures.py"]),
    .target(name: "AllocationCount", path: "Tests/AllocationCount"),
    // What networks compute, from the definition of each operation.
    .target(name: "NaiveReference", dependencies: ["OFAGraph", "OFAEngine"], path: "Tests/NaiveReference"),
    // A space, images and a recipe that train in a moment, on disk, for the tests of whole paths.
    .target(
      name: "TinyWorld", dependencies: ["OFANumerics", "OFAFormats", "OFASpace", "OFATraining"],
      path: "Tests/TinyWorld"),
    // Damaged input for every reader, forever: `make fuzz`. It runs the command and the board's program.
    .executableTarget(
      name: "ofa-fuzz",
      dependencies: [
        "CRuntime", "CZlib", "OFANumerics", "OFAFormats", "OFAGraph", "OFASpace", "OFAEngine", "OFARegression",
        "OFASupernet", "OFAData", "OFATraining", "OFAHardware", "OFAProfiling", "OFASearch", "OFAReport",
        "OFAPipeline", "TinyWorld", "TestSupport", "ofa", "ofa-probe",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/Fuzzing"),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c11
)

// swift-tools-version: 6.1
import PackageDescription

let swiftSettings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// The Makefile sets the variable to build the shared library. SwiftPM refuses a versioned dependency
/// on a package with unsafe flags, so other packages must not see the flags.
let buildsSharedLibrary = Context.environment["SPARKCHAT_SHARED_LIBRARY"] != nil

/// Without these flags a stray `contains` links 2 MB of regular expressions into the shared library.
let sharedLibrarySettings: [SwiftSetting] = [
  .unsafeFlags([
    "-Xfrontend", "-disable-implicit-string-processing-module-import",
    "-Xfrontend", "-disable-implicit-concurrency-module-import",
    // Nothing in it prints a value by reflection: 119 KB less.
    "-Xfrontend", "-disable-reflection-metadata",
  ]),
  // Run-time checks for overlapping accesses cost 4% of a token, and a trap would kill the host.
  // Tests, which are not release builds, keep the checks.
  .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

let librarySettings = swiftSettings + (buildsSharedLibrary ? sharedLibrarySettings : [])

/// Linker settings of the shipped library only: no test depends on the target that carries them,
/// because SwiftPM applies a target's linker settings to test runners as well.
let dylibFlags = [
  "-static-stdlib",
  "-Xlinker", "--version-script=\(Context.packageDirectory)/Sources/SparkChatDylib/sparkchat.map",
  "-Xlinker", "-soname=libsparkchat.so.0",
  "-Xlinker", "-z", "-Xlinker", "nodelete",
  "-Xlinker", "-z", "-Xlinker", "defs",
  "-Xlinker", "-z", "-Xlinker", "relro",
  "-Xlinker", "-z", "-Xlinker", "now",
  "-Xlinker", "--build-id=sha1",
  // Merges identical functions whose addresses are not taken: 94 KB less.
  "-Xlinker", "--icf=safe",
]

let package = Package(
  name: "sparkchat",
  products: [
    .library(name: "SparkChat", targets: ["SparkChat"]),
    .library(name: "sparkchat", type: .dynamic, targets: ["SparkChatABI", "SparkChatDylib"]),
  ],
  targets: [
    .systemLibrary(name: "CSparkChat"),
    .systemLibrary(
      name: "COpenSSL", pkgConfig: "openssl",
      providers: [.apt(["libssl-dev"]), .yum(["openssl-devel"])]),
    .systemLibrary(
      name: "CJansson", pkgConfig: "jansson",
      providers: [.apt(["libjansson-dev"]), .yum(["jansson-devel"])]),
    .systemLibrary(name: "CSystem"),
    .target(
      name: "SparkWire", dependencies: ["COpenSSL", "CJansson", "CSystem"],
      swiftSettings: librarySettings),
    .target(
      name: "SparkTransport", dependencies: ["SparkWire", "COpenSSL", "CSystem"],
      swiftSettings: librarySettings),
    .target(
      name: "SparkCore", dependencies: ["SparkWire", "SparkTransport"],
      swiftSettings: librarySettings),
    .target(
      name: "SparkChat", dependencies: ["SparkCore", "SparkTransport", "SparkWire"],
      swiftSettings: swiftSettings),
    .target(
      name: "SparkChatABI",
      dependencies: [
        "SparkCore", "SparkTransport", "SparkWire", "CSparkChat", "COpenSSL", "CJansson",
      ],
      swiftSettings: librarySettings),
    .target(name: "CEnvironment"),
    .target(
      name: "SparkChatDylib", dependencies: ["CEnvironment"], exclude: ["sparkchat.map"],
      linkerSettings: buildsSharedLibrary ? [.unsafeFlags(dylibFlags)] : []),
    .testTarget(
      name: "SparkWireTests", dependencies: ["SparkWire"], swiftSettings: swiftSettings),
    .testTarget(
      name: "SparkTransportTests", dependencies: ["SparkTransport", "SparkWire"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "SparkCoreTests", dependencies: ["SparkCore", "SparkTransport", "SparkWire"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "SparkChatTests", dependencies: ["SparkChat", "SparkCore", "SparkWire"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "SparkChatABITests", dependencies: ["SparkChatABI", "CSparkChat"],
      swiftSettings: swiftSettings),
  ],
  swiftLanguageModes: [.v6]
)

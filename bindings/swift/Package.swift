// swift-tools-version: 6.1
import PackageDescription

// The address of libsparkchat: the one that you clone, or file:// and the path of your clone.
let url = Context.environment["SPARKCHAT_PACKAGE"] ?? "file:///path/to/libsparkchat"

let package = Package(
  name: "answer",
  dependencies: [.package(url: url, from: "0.1.0")],
  targets: [
    .executableTarget(
      name: "Answer", dependencies: [.product(name: "SparkChat", package: "libsparkchat")])
  ],
  swiftLanguageModes: [.v6]
)

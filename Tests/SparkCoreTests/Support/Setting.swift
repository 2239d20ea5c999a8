import SparkCore
import SparkWire
import Testing

/// A change of a configuration, with a name for the test's output.
struct Setting: CustomTestStringConvertible, Sendable {
  let testDescription: String
  private let body: @Sendable (inout Configuration) throws -> Void

  init(_ name: String, _ body: @escaping @Sendable (inout Configuration) throws -> Void) {
    testDescription = name
    self.body = body
  }

  func apply(to configuration: inout Configuration) throws(SparkError) {
    do {
      try body(&configuration)
    } catch let error as SparkError {
      throw error
    } catch {
      Issue.record(error)
    }
  }
}

extension Configuration {
  mutating func setAPIKey(_ text: String) throws {
    try [UInt8](text.utf8).withUnsafeBytes { try setAPIKey($0) }
  }

  mutating func setAPISecret(_ text: String) throws {
    try [UInt8](text.utf8).withUnsafeBytes { try setAPISecret($0) }
  }

  /// Returns a configuration with everything that a client needs.
  static func complete() throws -> Configuration {
    var configuration = Configuration()
    try configuration.setAppID("a1b2c3d4")
    try configuration.setAPIKey("key")
    try configuration.setAPISecret("secret")
    return configuration
  }
}

/// Returns the error of making a client with the configuration; nil if there is none.
func rejection(_ configuration: Configuration) -> SparkError? {
  failure { () throws(SparkError) in _ = try Client(configuration) }
}

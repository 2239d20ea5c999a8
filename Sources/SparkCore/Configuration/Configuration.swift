internal import SparkTransport
package import SparkWire

/// The settings of a client, under construction.
package struct Configuration: Sendable {
  /// The variables that options come from; nil: the environment has not been loaded.
  var variables: [String: String]?
  package private(set) var appID: String?
  package private(set) var apiKey: Secret?
  package private(set) var apiSecret: Secret?
  package private(set) var apiPassword: Secret?
  package private(set) var transport: Transport?
  package private(set) var model: String?
  package private(set) var url: String?
  package private(set) var domain: String?
  var environmentURL: String?
  var environmentDomain: String?
  var testService: String?
  /// nil: the service's own.
  package private(set) var embeddingURL: String?
  package private(set) var userID: String?
  package private(set) var patchID: String?
  package private(set) var caFile: String?
  package private(set) var caDirectory: String?
  package private(set) var timeouts = Timeouts()
  package private(set) var maxMessageSize = 4 << 20
  package private(set) var maxAnswerSize = 64 << 20
  package private(set) var keepsRaw = false
  package internal(set) var retry = RetryPolicy()
  package internal(set) var log = Logger()
  var identity: ClientIdentity?
  var pins: PublicKeyPins?
  /// nil: not set. A setting may also say that no proxy is used.
  var proxySetting: ProxySetting?
  var maxRate = 0.0
  var maxConcurrency = 0
  var limiter: (any Limiter)?
  package internal(set) var maxIdleConnections = 8
  var keepalive = Keepalive()
  package internal(set) var setterErrors = SetterErrors()

  private static let sizes = 1024...(1 << 30)

  package init() {}

  var trust: TrustStore {
    caFile == nil && caDirectory == nil
      ? .system : .custom(file: caFile, directory: caDirectory)
  }

  package mutating func setAppID(_ value: String) throws(SparkError) {
    try setterErrors.attempt("app id") { () throws(SparkError) in
      appID = try Self.visible(value, "the app id", max: 64)
    }
    variables?["app id"] = nil
  }

  package mutating func setAPIKey(_ value: UnsafeRawBufferPointer) throws(SparkError) {
    try setterErrors.attempt("API key") { () throws(SparkError) in
      apiKey = try Self.secret(value, "the API key")
    }
    variables?["API key"] = nil
  }

  package mutating func setAPISecret(_ value: UnsafeRawBufferPointer) throws(SparkError) {
    try setterErrors.attempt("API secret") { () throws(SparkError) in
      apiSecret = try Self.secret(value, "the API secret")
    }
    variables?["API secret"] = nil
  }

  package mutating func setAPIPassword(_ value: UnsafeRawBufferPointer) throws(SparkError) {
    try setterErrors.attempt("API password") { () throws(SparkError) in
      apiPassword = try Self.secret(value, "the API password")
    }
    variables?["API password"] = nil
  }

  /// - Parameter value: nil chooses the transport by URL, model and credentials.
  package mutating func setTransport(_ value: Transport?) {
    setterErrors.forget("transport")
    transport = value
  }

  package mutating func setModel(_ value: String) throws(SparkError) {
    try setterErrors.attempt("model") { () throws(SparkError) in
      model = try Self.name(value, "the model")
    }
  }

  package mutating func setURL(_ value: String) throws(SparkError) {
    try setterErrors.attempt("URL") { () throws(SparkError) in url = try Self.url(value) }
  }

  static func url(_ value: String) throws(SparkError) -> String {
    try CopiedText.check(value.unicodeScalars, "the URL")
    do throws(SparkError) {
      return try ServiceURL(value).description
    } catch {
      throw SparkError(.invalidArgument, error.message, hint: error.hint)
    }
  }

  package mutating func setDomain(_ value: String) throws(SparkError) {
    try setterErrors.attempt("domain") { () throws(SparkError) in domain = try Self.domain(value) }
  }

  static func domain(_ value: String) throws(SparkError) -> String {
    try name(value, "the domain")
  }

  package mutating func setEmbeddingURL(_ value: String) throws(SparkError) {
    try setterErrors.attempt("embedding URL") { () throws(SparkError) in
      try CopiedText.check(value.unicodeScalars, "the URL for embeddings")
      do throws(SparkError) {
        embeddingURL = try Endpoint.embedding(at: value).url.description
      } catch {
        throw SparkError(.invalidArgument, error.message, hint: error.hint)
      }
    }
    variables?["embedding URL"] = nil
  }

  package mutating func setUserID(_ value: String) throws(SparkError) {
    try setterErrors.attempt("user id") { () throws(SparkError) in
      userID = try Self.bounded(value, "the user id", max: 32)
    }
  }

  package mutating func setPatchID(_ value: String) throws(SparkError) {
    try setterErrors.attempt("patch id") { () throws(SparkError) in
      // It becomes a header over HTTP.
      patchID = try Self.visible(value, "the patch id", max: 32)
    }
  }

  package mutating func setCAFile(_ value: String) throws(SparkError) {
    try setterErrors.attempt("CA file") { () throws(SparkError) in
      caFile = try Self.bounded(value, "the CA file's path", max: 4096)
    }
  }

  package mutating func setCADirectory(_ value: String) throws(SparkError) {
    try setterErrors.attempt("CA directory") { () throws(SparkError) in
      caDirectory = try Self.bounded(value, "the CA directory's path", max: 4096)
    }
  }

  package mutating func setTimeout(
    _ member: WritableKeyPath<Timeouts, Int32>, _ name: String, _ milliseconds: Int32
  ) throws(SparkError) {
    try setterErrors.attempt("\(name) timeout") { () throws(SparkError) in
      timeouts[keyPath: member] = try Self.timeout(milliseconds, name)
    }
  }

  package mutating func setFirstTokenTimeout(_ milliseconds: Int32) throws(SparkError) {
    try setterErrors.attempt("first token timeout") { () throws(SparkError) in
      timeouts.firstToken = try Self.timeout(milliseconds, "first token")
    }
  }

  package mutating func setMaxMessageSize(_ bytes: Int) throws(SparkError) {
    try setterErrors.attempt("message size") { () throws(SparkError) in
      maxMessageSize = try Self.size(bytes, "the largest message size")
    }
  }

  package mutating func setKeepRaw(_ enabled: Bool) {
    keepsRaw = enabled
  }

  package mutating func setMaxAnswerSize(_ bytes: Int) throws(SparkError) {
    try setterErrors.attempt("answer size") { () throws(SparkError) in
      maxAnswerSize = try Self.size(bytes, "the largest answer size")
    }
  }

  /// Records a failure that was found before the value reached this type.
  package mutating func reject(_ option: String, _ error: SparkError) -> SparkError {
    setterErrors.note(option, error)
    return error
  }

  static func timeout(_ value: Int32, _ name: String) throws(SparkError) -> Int32 {
    guard value >= 0 else {
      throw SparkError(
        .invalidArgument, "the \(name) timeout is \(value) ms", hint: "use 0 for no timeout")
    }
    return value
  }

  private static func size(_ bytes: Int, _ what: String) throws(SparkError) -> Int {
    guard sizes.contains(bytes) else {
      throw SparkError(
        .invalidArgument, "\(what) is \(bytes) bytes",
        hint: "use a value from \(sizes.lowerBound) to \(sizes.upperBound)")
    }
    return bytes
  }

  static func bounded(
    _ value: String, _ what: String, max: Int
  ) throws(SparkError) -> String {
    let count = value.unicodeScalars.count
    guard (1...max).contains(count) else {
      throw SparkError(
        .invalidArgument, "\(what) has \(count) characters", hint: "use 1 to \(max) characters")
    }
    return value
  }

  private static func name(_ value: String, _ what: String) throws(SparkError) -> String {
    try CopiedText.check(value.unicodeScalars, what)
    return try bounded(value, what, max: 128)
  }

  private static func visible(
    _ value: String, _ what: String, max: Int
  ) throws(SparkError) -> String {
    try CopiedText.check(value.unicodeScalars, what)
    guard value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw SparkError(
        .invalidArgument, "\(what) has a character that is not visible ASCII",
        hint: "copy it from the console again, without spaces or line ends")
    }
    return try bounded(value, what, max: max)
  }

  private static func secret(
    _ value: UnsafeRawBufferPointer, _ what: String
  ) throws(SparkError) -> Secret {
    try CopiedText.check(value.lazy.map { Unicode.Scalar($0) }, what)
    guard value.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") }) else {
      throw SparkError(
        .invalidArgument, "\(what) has a space, a quotation mark or another unusual character",
        hint: "copy it from the console again, without spaces or line ends")
    }
    guard (1...256).contains(value.count) else {
      throw SparkError(
        .invalidArgument, "\(what) has \(value.count) characters", hint: "use 1 to 256 characters")
    }
    return Secret(copying: value)
  }
}

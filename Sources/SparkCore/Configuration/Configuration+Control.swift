internal import SparkTransport
package import SparkWire

/// The proxy to use.
struct ProxySetting: Sendable {
  /// nil: no proxy is used, unless there is a `failure`.
  var proxy: Proxy?
  /// The environment's value is not a valid proxy. This matters only if the proxy would be used.
  var failure: SparkError?
  /// Hosts that are reached directly, in the form of `no_proxy`.
  var exceptions = ""
}

/// Retries, pacing, proxies, identity and log.
extension Configuration {
  package mutating func setMaxAttempts(_ attempts: Int32) throws(SparkError) {
    try setterErrors.attempt("max attempts") { () throws(SparkError) in
      guard (1...10).contains(attempts) else {
        throw SparkError(
          .invalidArgument, "the number of attempts is \(attempts)", hint: "use 1 to 10")
      }
      retry.maxAttempts = attempts
    }
  }

  package mutating func setRetryBudget(_ milliseconds: Int32) throws(SparkError) {
    try setterErrors.attempt("retry budget") { () throws(SparkError) in
      guard milliseconds >= 0 else {
        throw SparkError(
          .invalidArgument, "the retry budget is \(milliseconds) ms", hint: "use 0 for no retries")
      }
      retry.budgetMilliseconds = milliseconds
    }
  }

  package mutating func setRetryBackoff(base: Int32, max: Int32) throws(SparkError) {
    try setterErrors.attempt("retry backoff") { () throws(SparkError) in
      guard base >= 0, max >= base else {
        throw SparkError(
          .invalidArgument, "the retry backoff is \(base) to \(max) ms",
          hint: "use a base of at least 0, and a longest wait that is not shorter")
      }
      retry.baseMilliseconds = base
      retry.maxMilliseconds = max
    }
  }

  package mutating func setClockCorrection(_ enabled: Bool) {
    retry.correctsClock = enabled
  }

  package mutating func setMaxRate(_ perSecond: Double) throws(SparkError) {
    try setterErrors.attempt("max rate") { () throws(SparkError) in
      guard perSecond == 0 || perSecond >= 0.001 && perSecond <= 100_000 else {
        throw SparkError(
          .invalidArgument, "the rate is \(perSecond) requests per second",
          hint: "use 0.001 to 100000, or 0 for no limit")
      }
      maxRate = perSecond
    }
  }

  package mutating func setMaxConcurrency(_ questions: Int32) throws(SparkError) {
    try setterErrors.attempt("max concurrency") { () throws(SparkError) in
      guard (0...1_000_000).contains(questions) else {
        throw SparkError(
          .invalidArgument, "the number of concurrent requests is \(questions)",
          hint: "use 1 to 1000000, or 0 for no limit")
      }
      maxConcurrency = Int(questions)
    }
  }

  package mutating func setMaxIdleConnections(_ count: Int32) throws(SparkError) {
    try setterErrors.attempt("max idle connections") { () throws(SparkError) in
      guard (0...10_000).contains(count) else {
        throw SparkError(
          .invalidArgument, "the number of idle connections is \(count)",
          hint: "use 0 to 10000; 0 keeps none")
      }
      maxIdleConnections = Int(count)
    }
  }

  package mutating func setKeepalive(_ idleMilliseconds: Int32) throws(SparkError) {
    try setterErrors.attempt("keepalive") { () throws(SparkError) in
      let range = Keepalive.milliseconds
      guard idleMilliseconds == 0 || range.contains(idleMilliseconds) else {
        throw SparkError(
          .invalidArgument, "the keepalive time is \(idleMilliseconds) ms",
          hint: "use \(range.lowerBound) to \(range.upperBound) ms, or 0 to turn keepalive off")
      }
      keepalive.idleMilliseconds = idleMilliseconds
    }
  }

  /// - Parameter url: Empty for no proxy.
  package mutating func setProxy(_ url: UnsafeRawBufferPointer) throws(SparkError) {
    try setterErrors.attempt("proxy") { () throws(SparkError) in
      proxySetting = ProxySetting(proxy: url.isEmpty ? nil : try Proxy(url))
    }
  }

  package mutating func setClientCertificate(
    _ certificate: String, key: String
  ) throws(SparkError) {
    try setterErrors.attempt("client certificate") { () throws(SparkError) in
      identity = ClientIdentity(
        certificate: try Self.bounded(certificate, "the certificate's path", max: 4096),
        key: try Self.bounded(key, "the key's path", max: 4096))
    }
  }

  package mutating func setPinnedPublicKey(_ pins: String) throws(SparkError) {
    try setterErrors.attempt("pinned public key") { () throws(SparkError) in
      self.pins = try PublicKeyPins(pins)
    }
  }

  package mutating func setLog(_ logger: Logger) throws(SparkError) {
    try setterErrors.attempt("log") { log = logger }
  }

  /// - Parameter limiter: nil for no limiter.
  package mutating func setLimiter(_ limiter: (any Limiter)?) throws(SparkError) {
    try setterErrors.attempt("limiter") { self.limiter = limiter }
  }

  /// - Parameter other: See `Pacer.init`.
  func makePacer(sharing other: Pacer?) -> Pacer {
    Pacer(
      perSecond: maxRate, maxUnderWay: maxConcurrency, limiter: limiter, throttle: Throttle(retry),
      sharing: other)
  }

  func proxy(for url: ServiceURL) throws(SparkError) -> Proxy? {
    guard let setting = proxySetting,
      !NoProxy.covers(setting.exceptions, host: url.host, port: url.port)
    else { return nil }
    if let failure = setting.failure { throw failure }
    return setting.proxy
  }
}

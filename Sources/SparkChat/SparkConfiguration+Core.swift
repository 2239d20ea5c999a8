internal import SparkCore
internal import SparkWire

extension SparkConfiguration {
  /// Properties that are set take precedence over the environment.
  func core() throws(SparkWire.SparkError) -> Configuration {
    var core = Configuration()
    try setIdentity(&core)
    try setTimeouts(&core)
    try setLimits(&core)
    if usesEnvironment { try core.loadEnvironment() }
    switch proxy {
    case .environment: if usesEnvironment { core.loadProxyEnvironment() }
    case Proxy.none:
      try "".withBytes { url throws(SparkWire.SparkError) in try core.setProxy(url) }
    case .url(let url):
      try url.withBytes { url throws(SparkWire.SparkError) in try core.setProxy(url) }
    }
    return core
  }

  private func setIdentity(_ core: inout Configuration) throws(SparkWire.SparkError) {
    if let appID { try core.setAppID(appID) }
    if let apiKey {
      try apiKey.withBytes { key throws(SparkWire.SparkError) in try core.setAPIKey(key) }
    }
    if let apiSecret {
      try apiSecret.withBytes { key throws(SparkWire.SparkError) in try core.setAPISecret(key) }
    }
    if let apiPassword {
      try apiPassword.withBytes { key throws(SparkWire.SparkError) in
        try core.setAPIPassword(key)
      }
    }
    if let model { try core.setModel(model) }
    core.setTransport(transport.map { $0 == .http ? .http : .webSocket })
    if let url { try core.setURL(url) }
    if let domain { try core.setDomain(domain) }
    if let embeddingURL { try core.setEmbeddingURL(embeddingURL) }
    if let userID { try core.setUserID(userID) }
    if let patchID { try core.setPatchID(patchID) }
    if let caFile { try core.setCAFile(caFile) }
    if let caDirectory { try core.setCADirectory(caDirectory) }
    if let clientCertificate {
      try core.setClientCertificate(clientCertificate.certificate, key: clientCertificate.key)
    }
    if let pinnedPublicKey { try core.setPinnedPublicKey(pinnedPublicKey) }
  }

  private func setTimeouts(_ core: inout Configuration) throws(SparkWire.SparkError) {
    let deadlines: [(Duration?, WritableKeyPath<SparkCore.Timeouts, Int32>, String)] = [
      (timeouts.resolve, \.resolve, "resolve"), (timeouts.connect, \.connect, "connect"),
      (timeouts.tls, \.tls, "TLS"), (timeouts.upgrade, \.upgrade, "upgrade"),
      (timeouts.idle, \.idle, "idle"), (timeouts.total, \.total, "total"),
      (timeouts.queue, \.queue, "queue"), (timeouts.close, \.close, "close"),
    ]
    for case (let duration?, let member, let name) in deadlines {
      try core.setTimeout(member, name, duration.milliseconds)
    }
    if let firstToken = timeouts.firstToken {
      try core.setFirstTokenTimeout(firstToken.milliseconds)
    }
    if let keepalive { try core.setKeepalive(keepalive.milliseconds) }
  }

  private func setLimits(_ core: inout Configuration) throws(SparkWire.SparkError) {
    if let maxAttempts = retry.maxAttempts {
      try core.setMaxAttempts(Int32(clamping: maxAttempts))
    }
    if let budget = retry.budget { try core.setRetryBudget(budget.milliseconds) }
    if let backoff = retry.backoff {
      try core.setRetryBackoff(
        base: backoff.lowerBound.milliseconds, max: backoff.upperBound.milliseconds)
    }
    core.setClockCorrection(retry.correctsClock)
    if let maxRate { try core.setMaxRate(maxRate) }
    if let maxConcurrency { try core.setMaxConcurrency(Int32(clamping: maxConcurrency)) }
    if let limiter { try core.setLimiter(LimiterAdapter(limiter)) }
    if let maxIdleConnections {
      try core.setMaxIdleConnections(Int32(clamping: maxIdleConnections))
    }
    if let maxMessageSize { try core.setMaxMessageSize(maxMessageSize) }
    if let maxAnswerSize { try core.setMaxAnswerSize(maxAnswerSize) }
    core.setKeepRaw(keepsRaw)
    if let log { try core.setLog(log.core) }
  }
}

extension Duration {
  /// The duration in milliseconds, rounded up so that a short deadline does not become 0, and clamped to the range.
  var milliseconds: Int32 {
    let (seconds, attoseconds) = components
    let (whole, overflows) = seconds.multipliedReportingOverflow(by: 1_000)
    guard !overflows else { return seconds < 0 ? .min : .max }
    let (unit, rest) = attoseconds.quotientAndRemainder(dividingBy: 1_000_000_000_000_000)
    let (sum, isTooMuch) = whole.addingReportingOverflow(unit + (rest > 0 ? 1 : 0))
    // Less than a millisecond below zero must stay negative.
    let rounded = rest < 0 && sum == 0 ? -1 : sum
    return isTooMuch ? (seconds < 0 ? .min : .max) : Int32(clamping: rounded)
  }
}

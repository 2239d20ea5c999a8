/// Finds out why the service refused the WebSocket upgrade (protocol 2.5) or a request over HTTP
/// (6.4): the clock, the key, the secret, the address, the path, or something else.
package struct RefusalDiagnosis {
  private let transport: Transport
  private let isSigned: Bool
  private let head: HTTPResponseHead
  private let body: String
  private let failure: ServiceFailure?
  private var details: SparkError.HTTPErrorDetails

  /// - Parameter isSigned: Whether the request's URL is signed; nil: over WebSocket only.
  package init(
    _ head: HTTPResponseHead, body: String, over transport: Transport, isSigned: Bool? = nil,
    ourUnixSeconds: Int64
  ) {
    self.transport = transport
    self.isSigned = isSigned ?? (transport == .webSocket)
    self.head = head
    self.body = body
    var bytes = Array(body.utf8)
    failure = bytes.withUnsafeMutableBytes { ServiceFailure(body: $0) }
    details = SparkError.HTTPErrorDetails(httpStatus: Int32(clamping: head.status))
    details.body = body.isEmpty ? nil : body
    details.serverDate = head.first("Date")
    let serverSeconds = details.serverDate.flatMap { HTTPDate.unixSeconds($0) }
    details.clockSkewSeconds = serverSeconds.map { ourUnixSeconds - $0 }
    details.retryAfterMilliseconds = Self.delay(
      head.first("Retry-After"), from: serverSeconds ?? ourUnixSeconds)
  }

  package var error: SparkError {
    var error: SparkError
    if let failure, failure.code != 0 {
      error = failure.error(otherwise: verdict)
    } else {
      let words = failure.map(\.message) ?? body
      let reason = words.isEmpty ? "" : ": \(Self.oneLine(words))"
      let what =
        isSuccess
        ? "the server sent an unexpected response"
        : "the server refused the \(transport == .http ? "request" : "connection")"
      error = SparkError(
        verdict.status, "\(what) with HTTP status \(head.status)\(reason)", hint: verdict.hint,
        retryable: verdict.retryable)
      // No request is sent before the upgrade: a sid in its refusal is a gateway's own.
      error.sid = transport == .http ? failure?.sid : nil
    }
    error.httpDetails = details
    return error
  }

  private var isSuccess: Bool { (200..<300).contains(head.status) }

  /// The body counts more than the status: the service's gateways refuse users' mistakes with 500
  /// (protocol 10.3).
  private var verdict: Verdict {
    if let failure, failure.code != Int32(clamping: head.status), let verdict = failure.verdict,
      failure.code != 0 || !isAboutKey(failure, verdict)
    {
      return verdict
    }
    if let verdict = failure?.verdictByType,
      !(400..<500).contains(head.status) || verdict.status != .invalidRequest
    {
      return verdict
    }
    if failure != nil, isSuccess, transport == .http { return .unknown }
    // With status 200 or 500, an unknown code may mean anything.
    if let failure, failure.code != 0, isSuccess || head.status == 500 { return .unknown }
    return verdictByStatus
  }

  /// Whether the status says more than the words. A wrong key is also called an invalid request, by words
  /// and by types.
  private func isAboutKey(_ failure: ServiceFailure, _ verdict: Verdict) -> Bool {
    switch head.status {
    case 401:
      [.invalidRequest, .auth].contains(verdict.status) || failure.onlyQuotes(status: 401)
    case 403: verdict.status == .auth
    default: false
    }
  }

  private var verdictByStatus: Verdict {
    switch head.status {
    case 401, 403:
      Verdict(.auth, isSigned ? signatureHint : bearerHint)
    case 404:
      Verdict(
        .handshake,
        isSigned
          ? "check the path of the URL"
          : "check the URL's path: it ends with the version, or with "
            + "\(Model.Address.completionsPath)")
    case 301, 302, 303, 307, 308:
      Verdict(
        .handshake,
        "set the URL to where the server redirects"
          + " (\(excerpt(head.first("Location") ?? "no Location")))"
      )
    case 402:
      .usedUp
    case 408:
      Verdict(
        .service, retryable: true, "the server did not receive the request in time; try again")
    case 413:
      Verdict(.tooLarge, "the request is larger than the server accepts: shorten it")
    case 429:
      Verdict(
        .rateLimited, retryable: true,
        "too many \(transport == .http ? "requests" : "connections"): wait and try again, or limit"
          + " them with max_rate and max_concurrency")
    case 529: .overloaded
    case 500..<600:
      Verdict(
        .service, retryable: true, "the server or a gateway in front of it failed; try again")
    case 400..<500 where transport == .http: .invalidRequest
    default:
      Verdict(.handshake, "check that the URL is a Spark \(transport.name) endpoint")
    }
  }

  private var bearerHint: String {
    if details.saysAddressIsRefused { return Self.addressHint }
    if details.saysKeyIsUnknown { return unknownKeyHint }
    return "check the API password, or API key and API secret: each model has its own password"
      + " in the console"
  }

  private var signatureHint: String {
    let allowed = SparkError.HTTPErrorDetails.allowedSkewSeconds
    if let skew = details.clockSkewSeconds, skew.magnitude > allowed {
      let direction = skew > 0 ? "ahead of" : "behind"
      let seconds = skew.magnitude
      return "set this machine's clock: it is \(seconds) s \(direction) the server's, and the"
        + " service allows \(allowed) s; or switch on clock_correction"
    }
    if details.saysAddressIsRefused { return Self.addressHint }
    if details.blamesClock {
      return "set this machine's clock: the signature's date is not the server's"
    }
    if details.saysKeyIsUnknown { return unknownKeyHint }
    if body.mentions("does not match") {
      return "check the API secret, and that no gateway changes host or path of the URL"
    }
    if body.mentions("Unauthorized") {
      return "the signature did not arrive; check that no gateway removes the URL's query"
    }
    return "check the API key and the API secret"
  }

  private var unknownKeyHint: String {
    isSigned
      ? "the API key is unknown: copy it from the console again, and check that key and secret are"
        + " not swapped"
      : "the API password, or API key and secret, is unknown: copy it from the console again, and"
        + " check that it belongs to this address"
  }

  private static let addressHint =
    "the app only allows certain IP addresses; add this machine's in the console"

  /// Parses seconds, or a date (RFC 9110, 10.2.3).
  private static func delay(_ value: String?, from now: Int64) -> Int64 {
    guard let value else { return -1 }
    let isNumber = !value.isEmpty && value.utf8.allSatisfy(\.isDigit)
    let seconds =
      isNumber
      ? min(Int64(value) ?? .max, 1_000_000_000)
      : HTTPDate.unixSeconds(value).map { max($0 - now, 0) }
    return seconds.map { $0 * 1000 } ?? -1
  }

  private static func oneLine(_ text: String) -> String {
    excerpt(text.split { $0.isWhitespace }.joined(separator: " "), limit: 300)
  }
}

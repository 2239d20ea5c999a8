/// The service refused the WebSocket upgrade (protocol 2.5), or a question over HTTP (6.4): which of
/// clock, key, secret, address and path is to blame, or what else.
package struct Refusal {
  private let transport: Transport
  private let head: HTTPResponseHead
  private let body: String
  private let failure: ServiceFailure?
  private var details: SparkError.Refusal

  /// The most that the service allows between its clock and the signature's (protocol 2.4).
  private static let allowedSkewSeconds: Int64 = 300

  package init(
    _ head: HTTPResponseHead, body: String, over transport: Transport, ourUnixSeconds: Int64
  ) {
    self.transport = transport
    self.head = head
    self.body = body
    var bytes = Array(body.utf8)
    failure = transport == .http ? bytes.withUnsafeMutableBytes { ServiceFailure(body: $0) } : nil
    details = SparkError.Refusal(httpStatus: Int32(clamping: head.status))
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
      error = failure.error
    } else {
      let (status, retryable, hint) = classification
      let words = failure.map(\.message) ?? body
      let reason = words.isEmpty ? "" : ": \(Self.oneLine(words))"
      let what =
        (200..<300).contains(head.status)
        ? "the server gave another answer than the service's"
        : "the server refused the \(transport == .http ? "request" : "connection")"
      error = SparkError(
        status, "\(what) with HTTP status \(head.status)\(reason)", hint: hint,
        retryable: retryable)
      error.sid = failure?.sid
    }
    error.refusal = details
    return error
  }

  private var classification: (status: Status, retryable: Bool, hint: String) {
    switch head.status {
    case 401, 403:
      (.auth, false, transport == .http ? bearerHint : signatureHint)
    case 404:
      (
        .handshake, false,
        transport == .http
          ? "check the URL's path: it ends with the version, or with "
            + "\(Model.Address.completionsPath)" : "check the path of the URL"
      )
    case 301, 302, 303, 307, 308:
      (
        .handshake, false,
        "the server points elsewhere (\(excerpt(head.first("Location") ?? "no Location"))); set that URL"
      )
    case 402:
      (.quota, false, "what is paid for is used up; see the console")
    case 408:
      (.service, true, "the server waited in vain for the question; try again")
    case 413:
      (.tooLarge, false, "the question is larger than the server takes: shorten it")
    case 429:
      (
        .rateLimited, true,
        "too many \(transport == .http ? "questions" : "connections"); wait and try again"
      )
    case 500..<600:
      (
        .service, true,
        "a fault of the server or of a gateway before it; try again"
      )
    case 400..<500 where transport == .http:
      (.invalidRequest, false, "correct what the message names")
    default:
      (.handshake, false, "check that the URL is a Spark \(transport.name) endpoint")
    }
  }

  private var bearerHint: String {
    if body.mentions("IP address") { return Self.addressHint }
    return "check the API password, or API key and API secret: each model has a password of its own"
      + " in the console"
  }

  private var signatureHint: String {
    if let skew = details.clockSkewSeconds,
      skew > Self.allowedSkewSeconds || skew < -Self.allowedSkewSeconds
    {
      let direction = skew > 0 ? "ahead of" : "behind"
      let seconds = skew.magnitude
      return "set this machine's clock: it is \(seconds) s \(direction) the server's, and the"
        + " service allows \(Self.allowedSkewSeconds) s"
    }
    if body.mentions("IP address") { return Self.addressHint }
    if body.mentions("date header is required") {
      return "set this machine's clock; the signature's date is not the server's"
    }
    if body.mentions("retrieve credential") {
      return "the API key is unknown: check that key and secret are not swapped"
    }
    if body.mentions("does not match") {
      return "check the API secret, and that no gateway changes host or path of the URL"
    }
    if body.mentions("Unauthorized") {
      return "the signature did not arrive; check that no gateway removes the URL's query"
    }
    return "check the API key and the API secret"
  }

  private static let addressHint =
    "the app only allows certain IP addresses; add this machine's in the console"

  /// Seconds, or a date (RFC 9110, 10.2.3).
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

/// The service refused the WebSocket upgrade (protocol 2.5): which of clock, key, secret, address
/// and path is to blame.
package enum HandshakeRefusal {
  /// The most that the service allows between its clock and the signature's (protocol 2.4).
  private static let allowedSkewSeconds: Int64 = 300

  package static func error(
    _ head: HTTPResponseHead, body: String, ourUnixSeconds: Int64
  ) -> SparkError {
    let date = head.first("Date")
    var refusal = SparkError.Refusal(httpStatus: Int32(clamping: head.status))
    refusal.body = body.isEmpty ? nil : body
    refusal.serverDate = date
    refusal.clockSkewSeconds = date.flatMap { HTTPDate.unixSeconds($0) }.map { ourUnixSeconds - $0 }
    let (status, retryable, hint) = classify(head, body: body, skew: refusal.clockSkewSeconds)
    let reason = body.isEmpty ? "" : ": \(oneLine(body))"
    var error = SparkError(
      status, "the server refused the connection with HTTP status \(head.status)\(reason)",
      hint: hint, retryable: retryable)
    error.refusal = refusal
    return error
  }

  private static func classify(
    _ head: HTTPResponseHead, body: String, skew: Int64?
  ) -> (status: Status, retryable: Bool, hint: String) {
    switch head.status {
    case 401, 403:
      (.auth, false, authenticationHint(body, skew: skew))
    case 404:
      (.handshake, false, "check the path of the URL")
    case 300..<400:
      (
        .handshake, false,
        "the server points elsewhere (\(excerpt(head.first("Location") ?? "no Location"))); set that URL"
      )
    case 429:
      (.rateLimited, true, "too many connections; wait and try again")
    case 500..<600:
      (.service, true, "a fault of the server or of a gateway before it; try again")
    default:
      (.handshake, false, "check that the URL is a Spark WebSocket endpoint")
    }
  }

  private static func authenticationHint(_ body: String, skew: Int64?) -> String {
    if let skew, skew > allowedSkewSeconds || skew < -allowedSkewSeconds {
      let direction = skew > 0 ? "ahead of" : "behind"
      let seconds = skew.magnitude
      return "set this machine's clock: it is \(seconds) s \(direction) the server's, and the"
        + " service allows \(allowedSkewSeconds) s"
    }
    if body.mentions("IP address") {
      return "the app only allows certain IP addresses; add this machine's in the console"
    }
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

  private static func oneLine(_ text: String) -> String {
    excerpt(text.split { $0.isWhitespace }.joined(separator: " "), limit: 300)
  }
}

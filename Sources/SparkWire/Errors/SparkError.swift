/// The one error type of the library, from the parsers up to the C interface.
///
/// `message` and `hint` are one line each and never hold a credential or a signature. The details
/// of an HTTP refusal are in `httpDetails`.
package struct SparkError: Error, Sendable, Hashable {
  /// An HTTP response that refused the upgrade or the request.
  package struct HTTPErrorDetails: Sendable, Hashable {
    package var httpStatus: Int32
    package var body: String?
    package var serverDate: String?
    /// Our clock minus the server's.
    package var clockSkewSeconds: Int64?
    /// How long the server asks you to wait; -1 if it does not.
    package var retryAfterMilliseconds: Int64 = -1

    package init(
      httpStatus: Int32, body: String? = nil, serverDate: String? = nil,
      clockSkewSeconds: Int64? = nil
    ) {
      self.httpStatus = httpStatus
      self.body = body
      self.serverDate = serverDate
      self.clockSkewSeconds = clockSkewSeconds
    }
  }

  package var status: Status
  package var message: String
  package var hint: String
  package var retryable: Bool
  package var phase: Phase = .none
  package var serviceCode: Int32 = 0
  package var sid: String?
  package var osErrno: Int32 = 0
  /// The service may have received the request and may be answering it: a retry may be billed
  /// again.
  package var mayBeBilled = false
  package var httpDetails: HTTPErrorDetails?

  package init(_ status: Status, _ message: String, hint: String = "", retryable: Bool = false) {
    self.status = status
    self.message = message
    self.hint = hint
    self.retryable = retryable
  }

  /// Appends `more` to the hint.
  package mutating func append(hint more: String) {
    hint += hint.isEmpty ? more : "; \(more)"
  }

  /// Puts `more`, which is more probable, before the hint.
  package mutating func prepend(hint more: String) {
    hint = hint.isEmpty ? more : "\(more); \(hint)"
  }

  /// Returns the error for a server that broke a protocol.
  package static func violation(_ message: String) -> SparkError {
    SparkError(
      .protocol, message,
      hint: "check that the URL is a Spark endpoint and that nothing on the way rewrites the"
        + " traffic")
  }
}

internal import COpenSSL
internal import SparkWire

/// Turns OpenSSL's per-thread error queue into errors. The host may use OpenSSL on the same thread, so
/// the queue is emptied before each call and left empty.
enum TLSFailure {
  static func clear() {
    if ERR_peek_error() != 0 { ERR_clear_error() }
  }

  /// The contents of the queue.
  struct Report {
    /// The last reason, unless the system or a lack of memory has caused an earlier one.
    var reason: String?
    var errno: Int32 = 0
    var isOutOfMemory = false
    /// The server has refused the connection with an alert: it does speak TLS.
    var isAlert = false

    /// Adds an entry of the queue, from the oldest to the newest.
    fileprivate mutating func add(_ code: UInt) {
      if sparkchat_shim_is_malloc_failure(code) != 0 {
        // OpenSSL also adds this entry to other failures, such as of its random numbers.
        if reason == nil { isOutOfMemory = true }
        return
      }
      reason = ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(code)"
      isAlert = sparkchat_shim_is_alert(code) != 0
      if errno == 0 { errno = sparkchat_shim_error_errno(code) }
    }

    /// Returns the error if the failure is on our side of the connection; else nil.
    func ownFailure(during what: String) -> SparkError? {
      if isOutOfMemory { return SparkError(.noMemory, "out of memory: \(what) failed") }
      guard errno != 0 else { return nil }
      return .system(.tls, "\(what) failed: a file could not be read", errno: errno)
    }
  }

  /// Empties the queue and returns its contents.
  static func take() -> Report {
    var report = Report()
    while true {
      let code = ERR_get_error()
      guard code != 0 else { break }
      report.add(code)
    }
    if report.errno != 0 { report.reason = SparkError.describe(errno: report.errno) }
    if report.isOutOfMemory { report.reason = "out of memory" }
    return report
  }

  /// Empties the queue and returns the reason.
  static func takeReason() -> String? { take().reason }

  /// Where the administrator configures what OpenSSL may do.
  static let configuration = "OpenSSL's configuration (openssl.cnf, or the file in OPENSSL_CONF)"

  static func handshake(_ connection: OpaquePointer, _ report: Report, host: String) -> SparkError {
    let reason = report.reason ?? "the server closed the connection"
    return SparkError(
      .tls, "TLS with \(host) failed: \(reason)",
      hint: hint(connection, for: reason, isAlert: report.isAlert), retryable: false)
  }

  /// Returns the error for a connection that was good until now: nothing about the URL explains it.
  static func afterHandshake(reason: String?, during what: String) -> SparkError {
    let reason = reason ?? "unknown reason"
    // With TLS 1.3, a server refuses a client's certificate only now.
    let isCertificate = blamesCertificate(reason)
    var error = SparkError(
      .tls, "\(what) failed: \(reason)",
      hint: isCertificate
        ? certificateHint
        : "the encrypted connection was corrupted or interfered with (by a proxy, the network or the"
          + " server): try again",
      retryable: !isCertificate)
    error.mayBeBilled = true
    return error
  }

  private static let certificateHint = "set a client certificate that the server trusts"

  private static func blamesCertificate(_ reason: String) -> Bool {
    reason.mentions("alert") && (reason.mentions("certificate") || reason.mentions("unknown ca"))
  }

  private static func hint(
    _ connection: OpaquePointer, for reason: String, isAlert: Bool
  ) -> String {
    if ["version number", "http request", "packet length"].contains(where: { reason.mentions($0) })
    {
      return SparkError.plainServerHint
    }
    if reason.mentions("no protocols available") || reason.mentions("no ciphers available") {
      return "allow TLS 1.2 or newer and its ciphers in \(configuration)"
    }
    if reason.mentions("unsupported protocol") || reason.mentions("protocol version") {
      return sparkchat_shim_requires_tls_1_3(connection) == 1
        ? "the server must offer TLS 1.3, which \(configuration) requires"
        : "the server must offer TLS 1.2 or newer"
    }
    // With TLS 1.2, a server that misses a certificate only says "handshake failure".
    let isHandshakeFailure = reason.mentions("handshake failure")
    if blamesCertificate(reason) || isHandshakeFailure && SSL_get0_peer_CA_list(connection) != nil {
      return certificateHint
    }
    if let weak = weaknessHint(for: reason, level: SSL_get_security_level(connection)) {
      return weak
    }
    guard isAlert else {
      let isOurs = reason.mentions("internal error") || reason == "unsupported"
      return isOurs
        ? "check \(configuration)" : "check that the URL's host and port are those of a TLS server"
    }
    let hint = "the server refuses the connection: check that the URL's host and port are its own"
    guard isHandshakeFailure || reason.mentions("insufficient security") else { return hint }
    return "\(hint); if they are, it accepts none of the versions and ciphers that"
      + " \(configuration) allows"
  }

  /// Returns what to do if a key, a group or a hash was refused as too weak; else nil.
  static func weaknessHint(for reason: String, level: Int32) -> String? {
    let words = [
      "key too small", "key size too small", "modulus too small", "key too weak", "md too weak",
      "wrong signature type", "legacy sigalg",
    ]
    guard words.contains(where: { reason.mentions($0) }) else { return nil }
    return "a stronger one is needed: this machine's OpenSSL refuses it at security level \(level)"
  }
}

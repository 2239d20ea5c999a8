internal import COpenSSL
internal import SparkWire

/// Turns OpenSSL's per-thread error queue into errors. The queue is shared with whatever else the
/// host does on this thread, so it is emptied before each call and left empty.
enum TLSFailure {
  static func clear() {
    if ERR_peek_error() != 0 { ERR_clear_error() }
  }

  /// What the queue said.
  struct Report {
    /// The last reason, unless an earlier one is of the system or of memory.
    var reason: String?
    var errno: Int32 = 0
    var isOutOfMemory = false

    /// What has failed on our side of the connection; nil where nothing has.
    func ownFailure(during what: String) -> SparkError? {
      if isOutOfMemory { return SparkError(.noMemory, "out of memory: \(what) failed") }
      guard errno != 0 else { return nil }
      return .system(.tls, "\(what) failed: a file could not be read", errno: errno)
    }
  }

  /// Empties the queue.
  static func take() -> Report {
    var report = Report()
    while true {
      let code = ERR_get_error()
      guard code != 0 else { break }
      report.reason = ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(code)"
      report.isOutOfMemory = report.isOutOfMemory || sparkchat_shim_is_malloc_failure(code) != 0
      if report.errno == 0 { report.errno = sparkchat_shim_error_errno(code) }
    }
    if report.errno != 0 { report.reason = SparkError.describe(errno: report.errno) }
    if report.isOutOfMemory { report.reason = "out of memory" }
    return report
  }

  /// The reason in the queue, which is emptied.
  static func takeReason() -> String? { take().reason }

  static func handshake(reason: String?, host: String) -> SparkError {
    let reason = reason ?? "the server closed the connection"
    var hint = "check that the URL's host and port are those of a TLS server"
    if ["version number", "http request", "packet length"].contains(where: { reason.mentions($0) })
    {
      hint = SparkError.plainServerHint
    } else if reason.mentions("protocol") {
      hint = "the server must offer TLS 1.2 or newer"
    } else if reason.mentions("alert"),
      reason.mentions("certificate") || reason.mentions("unknown ca")
    {
      hint = "the server wants a client certificate that it trusts"
    }
    return SparkError(.tls, "TLS with \(host) failed: \(reason)", hint: hint, retryable: false)
  }

  static func certificate(_ result: Int, host: String) -> SparkError {
    let reason =
      X509_verify_cert_error_string(result).map { String(cString: $0) } ?? "unknown reason"
    return SparkError(
      .certificate, "the certificate of \(host) was refused: \(reason)", hint: hint(for: result))
  }

  private static func hint(for result: Int) -> String {
    switch Int32(clamping: result) {
    case X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID:
      "compare this machine's clock with the certificate's dates"
    case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
      "use the host name that the certificate was made for"
    default:
      "install the system's CA certificates (ca-certificates), or set the CA file or directory"
        + " that the server's certificate comes from"
    }
  }
}

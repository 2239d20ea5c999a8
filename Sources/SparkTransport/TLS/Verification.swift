internal import COpenSSL
internal import SparkWire

/// Details of a failed verification of a server's certificates, in addition to OpenSSL's code.
final class Verification {
  /// How far above the server's own certificate the refused certificate is.
  private var depth: Int32 = 0
  private var subject = ""
  private var issuer = ""

  /// OpenSSL calls this for each certificate of a chain, and for each fault.
  static let callback: @convention(c) (Int32, OpaquePointer?) -> Int32 = { isGood, context in
    guard isGood == 0, let context,
      let certificate = X509_STORE_CTX_get_current_cert(context)
    else { return isGood }
    explainMissingIssuer(of: certificate, in: context)
    let index = SSL_get_ex_data_X509_STORE_CTX_idx()
    if let connection = X509_STORE_CTX_get_ex_data(context, index) {
      TLSConnection.owner(of: OpaquePointer(connection))?.verification
        .note(certificate, depth: X509_STORE_CTX_get_error_depth(context))
    }
    return 0
  }

  /// Finds out why an existing issuer was skipped: OpenSSL would only report that there is no issuer.
  private static func explainMissingIssuer(
    of certificate: OpaquePointer, in context: OpaquePointer
  ) {
    switch X509_STORE_CTX_get_error(context) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
      X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      var reason = sparkchat_shim_trusted_passed_over(context, certificate)
      if reason == X509_V_OK {
        reason = sparkchat_shim_passed_over(X509_STORE_CTX_get0_untrusted(context), certificate)
      }
      if reason != X509_V_OK { X509_STORE_CTX_set_error(context, reason) }
    default:
      break
    }
  }

  private func note(_ certificate: OpaquePointer, depth: Int32) {
    self.depth = depth
    subject = Self.text(of: X509_get_subject_name(certificate))
    issuer = Self.text(of: X509_get_issuer_name(certificate))
  }

  /// Returns `name` in visible ASCII, truncated if it is long.
  private static func text(of name: OpaquePointer?) -> String {
    var text = [CChar](repeating: 0, count: 200)
    guard X509_NAME_oneline(name, &text, Int32(text.count)) != nil else { return "" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Returns the error for a connection whose certificates were refused. `trusted` is where the trusted
  /// certificates come from.
  func failure(_ connection: OpaquePointer, host: String, trusted: Trusted) -> SparkError {
    let result = SSL_get_verify_result(connection)
    let fault = CertificateFault(Int32(clamping: result))
    var reason =
      X509_verify_cert_error_string(result).map { String(cString: $0) }
      ?? "unknown reason"
    if fault == .unknownIssuer {
      reason += " (\(issuer))"
    } else if depth > 0 {
      reason += " (certificate of the authority \(subject))"
    }
    var error = SparkError(
      .certificate, "the certificate of \(host) was refused: \(reason)",
      hint: fault.hint(trusted: trusted.name, level: SSL_get_security_level(connection)))
    if fault == .unknownIssuer || fault == .selfSigned, let lost = trusted.lostDirectory {
      error.hint =
        "the directory of trusted certificates \"\(lost.path.string)\" is gone, perhaps by chroot(2):"
        + " set a CA file, which is read when the client is made"
    }
    return error
  }
}

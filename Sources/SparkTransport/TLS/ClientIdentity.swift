internal import COpenSSL
internal import SparkWire

/// The certificate that the client presents to the server, and its private key.
package struct ClientIdentity: Sendable {
  private let certificate: String
  private let key: String

  package init(certificate: String, key: String) {
    self.certificate = certificate
    self.key = key
  }

  func load(into context: OpaquePointer) throws(SparkError) {
    TLSFailure.clear()
    // Otherwise OpenSSL asks for a password on the terminal.
    SSL_CTX_set_default_passwd_cb(context) { _, _, _, _ in 0 }
    guard SSL_CTX_use_certificate_chain_file(context, certificate) == 1 else {
      throw failure(context, "the client certificate \"\(certificate)\" could not be read")
    }
    guard SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1 else {
      throw failure(context, "the private key \"\(key)\" could not be read")
    }
    guard SSL_CTX_check_private_key(context) == 1 else {
      throw failure(context, "the private key \"\(key)\" does not match \"\(certificate)\"")
    }
  }

  private func failure(_ context: OpaquePointer, _ what: String) -> SparkError {
    let reason = TLSFailure.takeReason() ?? "unknown reason"
    let weak = TLSFailure.weaknessHint(
      for: reason, level: SSL_CTX_get_security_level(context))
    return SparkError(
      .tls, "\(what): \(reason)",
      hint: weak ?? "use PEM files for certificate and key, and a key that is not encrypted")
  }
}

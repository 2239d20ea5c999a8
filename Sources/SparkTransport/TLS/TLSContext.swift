internal import COpenSSL
package import SparkWire

/// What all TLS connections of a client share, to any server. The chain and the name are always
/// verified, and TLS 1.2 or newer is required; neither can be turned off. OpenSSL's configuration may
/// require more, and the library never relaxes it.
///
/// `@unchecked Sendable`: OpenSSL allows many threads to make connections from one context.
package final class TLSContext: @unchecked Sendable {
  private let context: OpaquePointer
  let pins: PublicKeyPins?
  /// Where the trusted certificates come from, for errors.
  private(set) var trusted = Trusted()

  package init(
    trust: TrustStore, identity: ClientIdentity?, pins: PublicKeyPins?
  ) throws(SparkError) {
    self.pins = pins
    try OpenSSLGate.shared.enter()
    defer { OpenSSLGate.shared.leave() }
    TLSFailure.clear()
    guard let context = SSL_CTX_new(TLS_client_method()) else {
      let reason = TLSFailure.takeReason() ?? "unknown reason"
      throw SparkError(
        .tls, "OpenSSL could not be set up: \(reason)", hint: "check \(TLSFailure.configuration)")
    }
    self.context = context
    guard sparkchat_shim_require_tls_1_2(context) == 1 else {
      TLSFailure.clear()
      throw SparkError(
        .tls, "OpenSSL's configuration allows neither TLS 1.2 nor a newer version",
        hint: "raise MaxProtocol in \(TLSFailure.configuration)")
    }
    // Level 0 would allow ciphers without encryption, and servers without a certificate.
    SSL_CTX_set_security_level(context, max(SSL_CTX_get_security_level(context), 1))
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, Verification.callback)
    // Any trusted certificate may end the chain, even an intermediate authority's (RFC 5280, 6.1).
    X509_VERIFY_PARAM_set_flags(
      SSL_CTX_get0_param(context), UInt(X509_V_FLAG_PARTIAL_CHAIN))
    // With TLS 1.2 a server could otherwise present another certificate in the middle of an answer, after
    // the check of the pinned keys.
    sparkchat_shim_refuse_renegotiation(context)
    // A waiting connection releases its buffers.
    _ = sparkchat_shim_set_mode(
      context,
      Int(SSL_MODE_ENABLE_PARTIAL_WRITE) | Int(SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER)
        | Int(SSL_MODE_RELEASE_BUFFERS))
    keepSessions()
    trusted = try trust.load(into: context)
    try identity?.load(into: context)
  }

  private func keepSessions() {
    _ = sparkchat_shim_keep_sessions(context)
    SSL_CTX_sess_set_new_cb(context) { connection, session in
      guard let session, let owner = TLSConnection.owner(of: connection) else { return 0 }
      owner.sessions.put(session)
      return 1
    }
  }

  deinit {
    OpenSSLGate.shared.ifOpen { SSL_CTX_free(context) }
  }

  /// Returns a new connection, owned by the caller; nil if memory runs out.
  ///
  /// - Parameter sessions: The sessions of the same server; the connection may resume one of them.
  func makeConnection(resuming sessions: TLSSessionCache) -> OpaquePointer? {
    TLSFailure.clear()
    let connection = SSL_new(context)
    if let connection { sessions.offer(to: connection) }
    TLSFailure.clear()
    return connection
  }
}

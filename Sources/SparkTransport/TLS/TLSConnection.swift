internal import COpenSSL
internal import Glibc
internal import SparkWire

/// One TLS connection over a socket.
final class TLSConnection {
  private let connection: OpaquePointer
  private let gate = OpenSSLGate.shared
  /// The handshake, or the last read, must send something before it can continue.
  private var waitsToAnswer = false
  private let source: BIOSource
  private let host: String
  private let pins: PublicKeyPins?
  private let trusted: Trusted
  let verification = Verification()
  let sessions: TLSSessionCache

  init(context: TLSContext, socket: Socket, route: Route) throws(SparkError) {
    let url = route.url
    source = BIOSource(socket)
    host = url.host
    sessions = route.sessions
    pins = context.pins
    trusted = context.trusted
    try OpenSSLGate.shared.enter()
    defer { OpenSSLGate.shared.leave() }
    guard let connection = context.makeConnection(resuming: sessions) else {
      throw SparkError(.noMemory, "out of memory while preparing TLS")
    }
    guard let bio = SocketBIO.make(for: source) else {
      SSL_free(connection)
      throw SparkError(.noMemory, "out of memory while preparing TLS")
    }
    self.connection = connection
    SSL_set_bio(connection, bio, bio)
    SSL_set_connect_state(connection)
    SSL_set_ex_data(connection, 0, Unmanaged.passUnretained(self).toOpaque())
    let named: Bool
    if url.isLiteralAddress {
      named = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), host) == 1
    } else {
      // A common name does not count as a host name (RFC 9525, section 2).
      SSL_set_hostflags(
        connection,
        UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
      named =
        SSL_set1_host(connection, host) == 1
        && sparkchat_shim_set_server_name(connection, host) == 1
    }
    guard named else {
      throw TLSFailure.handshake(connection, TLSFailure.take(), host: host)
    }
  }

  /// Returns the object that belongs to `connection`, for OpenSSL's callbacks.
  static func owner(of connection: OpaquePointer?) -> TLSConnection? {
    connection.flatMap { SSL_get_ex_data($0, 0) }
      .map { Unmanaged<TLSConnection>.fromOpaque($0).takeUnretainedValue() }
  }

  var isResumed: Bool { SSL_session_reused(connection) == 1 }

  /// Whether a read, or the handshake, might make progress without waiting.
  var mayRead: Bool {
    // OpenSSL answers some records, and reads no more before the answer is sent.
    if waitsToAnswer, !source.mayWrite { return false }
    return source.mayRead || SSL_pending(connection) > 0
  }

  deinit {
    gate.ifOpen {
      SSL_free(connection)
      TLSFailure.clear()
    }
  }

  /// Returns true once the handshake is done; false while it waits for the socket.
  func handshake() throws(SparkError) -> Bool {
    try gate.enter()
    defer { gate.leave() }
    TLSFailure.clear()
    source.beginCall()
    let result = SSL_do_handshake(connection)
    waitsToAnswer = false
    if result == 1 {
      try pins?.check(connection, host: host)
      return true
    }
    switch SSL_get_error(connection, result) {
    case SSL_ERROR_WANT_READ:
      return false
    case SSL_ERROR_WANT_WRITE:
      waitsToAnswer = true
      return false
    default:
      let report = TLSFailure.take()
      // If a file could not be read or memory ran out, the certificate is not to blame.
      if let failure = report.ownFailure(during: "the TLS handshake with \(host)") { throw failure }
      guard SSL_get_verify_result(connection) == Int(X509_V_OK) else {
        throw verification.failure(connection, host: host, trusted: trusted)
      }
      var failure = failure(report, during: "the TLS handshake with \(host)", isOpen: false)
      if failure.status == .io {
        failure.hint =
          "try again; if it always fails, check that the URL's host and port are those of a TLS server,"
          + " and whether a firewall or proxy ends the connection"
      }
      throw failure
    }
  }

  func read(_ target: UnsafeMutableRawBufferPointer) throws(SparkError) -> IOOutcome {
    try perform("reading from \(host)", isReading: true) { count in
      SSL_read_ex(connection, target.baseAddress, target.count, &count)
    }
  }

  func write(_ source: UnsafeRawBufferPointer) throws(SparkError) -> IOOutcome {
    try perform("writing to \(host)") { count in
      SSL_write_ex(connection, source.baseAddress, source.count, &count)
    }
  }

  /// Notifies the server that no more data follows, if that is possible without waiting.
  func shutDown() {
    gate.ifOpen {
      TLSFailure.clear()
      source.beginCall()
      SSL_shutdown(connection)
      TLSFailure.clear()
    }
  }

  private func perform(
    _ what: @autoclosure () -> String, isReading: Bool = false,
    _ operation: (inout Int) -> Int32
  ) throws(SparkError) -> IOOutcome {
    guard gate.admits() else { throw gate.turnAway() }
    defer { gate.leave() }
    TLSFailure.clear()
    source.beginCall(isReading: isReading)
    var count = 0
    let result = operation(&count)
    guard !source.isFlooded else {
      throw .violation("\(what()) failed: the server requests too many new keys or handshakes")
    }
    if isReading { waitsToAnswer = false }
    if result == 1 { return .bytes(count) }
    switch SSL_get_error(connection, result) {
    case SSL_ERROR_WANT_READ:
      return .wouldBlock
    case SSL_ERROR_WANT_WRITE:
      // A blocked write does not block reads: the server may refuse the request before all of it is sent.
      waitsToAnswer = isReading
      return .wouldBlock
    case SSL_ERROR_ZERO_RETURN:
      return .end
    default:
      throw failure(TLSFailure.take(), during: what())
    }
  }

  private func failure(
    _ report: TLSFailure.Report, during what: String, isOpen: Bool = true
  ) -> SparkError {
    if source.failure == ENOMEM {
      return SparkError(.noMemory, "out of memory while \(what)")
    }
    if source.failure != 0 {
      return .system(.io, "\(what) failed", errno: source.failure, retryable: true)
    }
    if source.sawEnd {
      return SparkError(
        .io, "\(what) failed: the server closed the connection", hint: "try again", retryable: true)
    }
    if let failure = report.ownFailure(during: what) { return failure }
    return isOpen
      ? TLSFailure.afterHandshake(reason: report.reason, during: what)
      : TLSFailure.handshake(connection, report, host: host)
  }
}

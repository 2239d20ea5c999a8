internal import COpenSSL
internal import SparkWire

/// One TLS connection over a socket.
final class TLSSession {
  /// What the BIO reads and writes, and what it met there.
  final class Carrier {
    /// What one call may take from the socket: many tokens' records, or one of the largest.
    private static let readSize = 16_384 + 512

    let socket: Socket
    var sawEnd = false
    var failure: Int32 = 0
    private var arrived = ByteBuffer()

    init(_ socket: Socket) {
      self.socket = socket
    }

    var hasArrived: Bool { !arrived.isEmpty }

    /// Takes all that has arrived at once and hands it out in the small pieces that OpenSSL asks
    /// for. (Its own way to read ahead moves what is left for each record.)
    func receive(_ target: UnsafeMutableRawBufferPointer) -> IOOutcome {
      if arrived.isEmpty {
        let room = arrived.reserve(Self.readSize)
        switch socket.receive(room) {
        case .bytes(let count): arrived.commit(count)
        case let outcome:
          arrived.clear(keeping: 0)
          return outcome
        }
      }
      let piece = arrived.readable.prefix(target.count)
      target.copyBytes(from: piece)
      arrived.consume(piece.count)
      // A connection that waits keeps no memory.
      if arrived.isEmpty { arrived.clear(keeping: 0) }
      return .bytes(piece.count)
    }
  }

  /// What the last operation waits for.
  private(set) var waitsToWrite = false

  private let connection: OpaquePointer
  private let carrier: Carrier
  private let host: String
  private let pins: PublicKeyPins?

  init(context: TLSContext, socket: Socket, url: ServiceURL) throws(SparkError) {
    carrier = Carrier(socket)
    host = url.host
    pins = context.pins
    guard let connection = context.makeConnection() else {
      throw SparkError(.noMemory, "out of memory while preparing TLS")
    }
    guard let bio = SocketBIO.make(for: carrier) else {
      SSL_free(connection)
      throw SparkError(.noMemory, "out of memory while preparing TLS")
    }
    self.connection = connection
    SSL_set_bio(connection, bio, bio)
    SSL_set_connect_state(connection)
    let named: Bool
    if url.isLiteralAddress {
      named = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), host) == 1
    } else {
      // A common name is no host name (RFC 9525, section 2).
      SSL_set_hostflags(
        connection,
        UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
      named =
        SSL_set1_host(connection, host) == 1
        && sparkchat_shim_set_server_name(connection, host) == 1
    }
    guard named else {
      throw TLSFailure.handshake(reason: TLSFailure.takeReason(), host: host)
    }
  }

  var isResumed: Bool { SSL_session_reused(connection) == 1 }

  /// Whether bytes have been taken from the socket and not been read yet.
  var hasBuffered: Bool { carrier.hasArrived || SSL_has_pending(connection) == 1 }

  deinit {
    SSL_free(connection)
    TLSFailure.clear()
  }

  /// True once the handshake is done; false while it waits for the socket.
  func handshake() throws(SparkError) -> Bool {
    TLSFailure.clear()
    let result = SSL_do_handshake(connection)
    if result == 1 {
      waitsToWrite = false
      try pins?.check(connection, host: host)
      return true
    }
    switch SSL_get_error(connection, result) {
    case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE:
      noteWait()
      return false
    default:
      let verification = SSL_get_verify_result(connection)
      if verification != Int(X509_V_OK) {
        TLSFailure.clear()
        throw TLSFailure.certificate(verification, host: host)
      }
      throw failure(TLSFailure.takeReason(), during: "the TLS handshake with \(host)")
    }
  }

  func read(_ target: UnsafeMutableRawBufferPointer) throws(SparkError) -> IOOutcome {
    try perform("reading from \(host)") { count in
      SSL_read_ex(connection, target.baseAddress, target.count, &count)
    }
  }

  func write(_ source: UnsafeRawBufferPointer) throws(SparkError) -> IOOutcome {
    try perform("writing to \(host)") { count in
      SSL_write_ex(connection, source.baseAddress, source.count, &count)
    }
  }

  /// Tells the server that no more data follows, if that can be done without waiting.
  func shutDown() {
    TLSFailure.clear()
    SSL_shutdown(connection)
    TLSFailure.clear()
  }

  private func perform(
    _ what: @autoclosure () -> String, _ operation: (inout Int) -> Int32
  ) throws(SparkError) -> IOOutcome {
    TLSFailure.clear()
    // Where sending has failed, reading may still bring the reason.
    carrier.failure = 0
    var count = 0
    let result = operation(&count)
    if result == 1 {
      waitsToWrite = false
      return .bytes(count)
    }
    switch SSL_get_error(connection, result) {
    case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE:
      noteWait()
      return .wouldBlock
    case SSL_ERROR_ZERO_RETURN:
      return .end
    default:
      throw failure(TLSFailure.takeReason(), during: what())
    }
  }

  private func noteWait() {
    waitsToWrite = SSL_want(connection) == SSL_WRITING
  }

  private func failure(_ reason: String?, during what: String) -> SparkError {
    if carrier.failure != 0 {
      return .system(.io, "\(what) failed", errno: carrier.failure, retryable: true)
    }
    if carrier.sawEnd {
      return SparkError(
        .io, "\(what) failed: the server closed the connection", hint: "try again", retryable: true)
    }
    return TLSFailure.handshake(reason: reason, host: host)
  }
}

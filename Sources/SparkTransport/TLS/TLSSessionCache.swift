internal import COpenSSL
internal import SparkWire

/// The TLS sessions that a client's connections to one server may resume. They are kept in memory only. A
/// TLS 1.3 session is used only once.
///
/// `@unchecked Sendable`: the sessions are only touched under the lock.
final class TLSSessionCache: @unchecked Sendable {
  private static let limit = 32

  private let sessions = Locked<[SessionReference]>([])

  private struct SessionReference: @unchecked Sendable {
    let raw: OpaquePointer
  }

  deinit {
    // In a child process, the lock may look held forever by a thread of the parent.
    let left = sessions.withLockIfAvailable { $0 } ?? []
    OpenSSLGate.shared.ifOpen {
      for session in left { SSL_SESSION_free(session.raw) }
    }
  }

  /// Keeps `session`, whose reference now belongs to the cache.
  func put(_ session: OpaquePointer) {
    let reference = SessionReference(raw: session)
    let oldest = sessions.withLock { sessions -> SessionReference? in
      sessions.append(reference)
      return sessions.count > Self.limit ? sessions.removeFirst() : nil
    }
    if let oldest { SSL_SESSION_free(oldest.raw) }
  }

  /// Lets `connection` resume the newest session, if there is one.
  func offer(to connection: OpaquePointer) {
    guard let session = sessions.withLock({ $0.popLast() }) else { return }
    guard SSL_SESSION_is_resumable(session.raw) == 1, SSL_set_session(connection, session.raw) == 1,
      SSL_SESSION_get_protocol_version(session.raw) < TLS1_3_VERSION
    else {
      SSL_SESSION_free(session.raw)
      return
    }
    put(session.raw)
  }
}

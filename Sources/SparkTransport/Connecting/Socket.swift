internal import CSystem
internal import Glibc

/// The result of one read or write that does not block.
enum IOOutcome {
  case bytes(Int)
  case wouldBlock
  case end
  case failed(errno: Int32)
}

/// A connected stream socket. Nothing here blocks or raises SIGPIPE.
final class Socket {
  let descriptor: Descriptor
  private var readiness = Readiness()
  /// How many bytes the system has accepted; the peer may have received fewer.
  private(set) var bytesTaken: UInt64 = 0

  init(_ descriptor: Descriptor) {
    self.descriptor = descriptor
  }

  private var raw: Int32 { descriptor.raw }

  /// What to wait for: only operations that would block.
  var interest: Interest? {
    guard readiness.isReadBlocked || readiness.isWriteBlocked else { return nil }
    return Interest(
      descriptor, reading: readiness.isReadBlocked, writing: readiness.isWriteBlocked)
  }

  /// Whether a read might return data without waiting.
  var mayRead: Bool { !readiness.isReadBlocked }
  /// Whether a write might accept data without waiting.
  var mayWrite: Bool { !readiness.isWriteBlocked }

  func becameReady() { readiness.forget() }

  func receive(_ target: UnsafeMutableRawBufferPointer) -> IOOutcome {
    if readiness.isReadBlocked { return .wouldBlock }
    while true {
      let count = recv(raw, target.baseAddress, target.count, 0)
      if count > 0 {
        // After a short read, another read before the system reports more data is wasted.
        readiness.noteRead(blocked: count < target.count)
        return .bytes(count)
      }
      if count == 0 { return .end }
      if errno == EINTR { continue }
      if errno == EAGAIN || errno == EWOULDBLOCK {
        readiness.noteRead(blocked: true)
        return .wouldBlock
      }
      return .failed(errno: errno)
    }
  }

  /// Discards unread data: closing a socket with unread data resets the connection, and the peer may then
  /// not read our close notification.
  func discardArrived() {
    withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { scratch in
      var rounds = 0
      while rounds < 64, recv(raw, scratch.baseAddress, scratch.count, 0) == scratch.count {
        rounds += 1
      }
    }
  }

  /// Whether the peer's system has acknowledged any byte after the first `start` bytes. True if our system
  /// cannot tell.
  func hasAcknowledged(behind start: UInt64) -> Bool {
    guard let open = UInt64(exactly: sparkchat_shim_unacknowledged(raw)) else { return true }
    return open < bytesTaken &- start
  }

  func send(_ source: UnsafeRawBufferPointer) -> IOOutcome {
    while true {
      let count = Glibc.send(raw, source.baseAddress, source.count, Int32(MSG_NOSIGNAL))
      if count >= 0 {
        readiness.noteWrite(blocked: false)
        bytesTaken &+= UInt64(count)
        return .bytes(count)
      }
      if errno == EINTR { continue }
      if errno == EAGAIN || errno == EWOULDBLOCK {
        readiness.noteWrite(blocked: true)
        return .wouldBlock
      }
      return .failed(errno: errno)
    }
  }
}

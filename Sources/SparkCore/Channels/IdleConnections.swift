internal import SparkTransport
internal import SparkWire

/// Idle connections of a client, kept for the next requests over HTTP. No thread drives them: a dead
/// connection is detected only when it is needed.
///
/// `@unchecked Sendable`: a connection in here has no other owner, and it changes threads under the lock.
final class IdleConnections: @unchecked Sendable {
  fileprivate struct Idle {
    let connection: BufferedConnection
    /// Decodes the rest of the previous answer: the end of its body.
    var rest: HTTPBodyDecoder
    let since: Instant
  }

  /// Servers usually keep idle connections for 60 s or more.
  private static let maxMilliseconds: Int32 = 30_000

  private let process: ProcessStamp
  private let maxCount: Int
  private let isUsed = Locked(())
  private var idle: [Idle] = []

  init(maxCount: Int, process: ProcessStamp) {
    self.maxCount = maxCount
    self.process = process
  }

  deinit {
    // In a child process the connections belong to the parent: no close message may be sent.
    guard !process.isForeign else { return }
    for idle in idle { idle.connection.close() }
  }

  func keep(_ connection: BufferedConnection, rest: HTTPBodyDecoder) {
    let now = Instant.now()
    isUsed.withLock { _ in
      idle.append(Idle(connection: connection, rest: rest, since: now))
      dropOld(now)
    }
  }

  /// Returns the most recently used connection that is still usable; nil if there is none.
  func take() -> BufferedConnection? {
    guard maxCount > 0 else { return nil }
    let now = Instant.now()
    return isUsed.withLock { _ in
      dropOld(now)
      while var last = idle.popLast() {
        if last.isGood { return last.connection }
        last.connection.close()
      }
      return nil
    }
  }

  func drop() {
    isUsed.withLock { _ in
      for idle in idle { idle.connection.close() }
      idle = []
    }
  }

  private func dropOld(_ now: Instant) {
    while let first = idle.first,
      idle.count > maxCount || first.since.advanced(byMilliseconds: Self.maxMilliseconds) < now
    {
      idle.removeFirst()
      first.connection.close()
    }
  }
}

extension IdleConnections.Idle {
  /// Whether the previous answer has ended correctly, and nothing has arrived since. False if the server
  /// sent more than one step reads.
  fileprivate var isGood: Bool {
    mutating get {
      connection.becameReady()
      connection.beginStep()
      var skipped = ByteBuffer()
      while true {
        guard let isComplete = try? rest.decode(&connection.incoming, into: &skipped) else {
          return false
        }
        guard connection.incoming.isEmpty, skipped.count <= 4096 else { return false }
        switch try? connection.read() {
        case .bytes: continue
        case .wouldBlock: return isComplete && !connection.mayRead
        case .end, nil: return false
        }
      }
    }
  }
}

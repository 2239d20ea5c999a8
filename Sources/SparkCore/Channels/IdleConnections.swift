internal import SparkTransport
internal import SparkWire

/// Connections of a client that wait for the next question over HTTP. None of them is driven: that
/// one has died is found out when it is wanted.
///
/// `@unchecked Sendable`: a connection in here belongs to nobody else, and the lock hands it on.
final class IdleConnections: @unchecked Sendable {
  fileprivate struct Idle {
    let connection: BufferedConnection
    /// What is still to come of the answer before: the end of its body.
    var rest: HTTPBodyDecoder
    let since: Instant
  }

  /// Servers usually wait for 60 s or more.
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
    // In a child process they are the parent's: they must not hear a goodbye.
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

  /// The connection that was used last, if it is still good.
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
  /// Whether the answer before has ended as it should, and nothing has come since. A server that says
  /// more than one step reads is not waited for.
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

package import SparkWire

/// A connection with its unread input and unsent output.
package final class BufferedConnection {
  /// The smallest size fits the messages of many tokens; a longer message makes the buffer grow.
  private static let readSizes = 2_048...65_536
  /// A server that floods us must not delay the caller's deadlines.
  private static let mostReadsInOneStep = 4
  /// Enough for megabytes, which may have arrived while the caller was away.
  private static let mostReadsInLastStep = 64

  private let connection: Connection
  package var incoming = ByteBuffer()
  /// Wiped because requests contain credentials.
  package var outgoing = ByteBuffer(wiping: true)
  private var readSize = readSizes.lowerBound
  private var readsLeft = mostReadsInOneStep
  /// After a failed write, the server would misread anything that follows.
  private var isWriteBroken = false

  package init(_ connection: Connection) {
    self.connection = connection
  }

  package var phase: Phase { connection.phase }
  package var isResumed: Bool { connection.isResumed }
  package var bytesSent: UInt64 { connection.bytesSent }
  package var bytesReceived: UInt64 { connection.bytesReceived }
  package var wakeAt: Instant? { connection.wakeAt }

  package func advance(now: Instant) throws(SparkError) -> Phase {
    try connection.advance(now: now)
  }

  package func explained(timeout: SparkError) -> SparkError {
    connection.explained(timeout: timeout)
  }

  package func beginRequest() { connection.beginRequest() }

  package var isRequestAcknowledged: Bool { connection.isRequestAcknowledged }

  /// Allows as many reads as one step of an exchange may take.
  /// - Parameter isLate: the deadline has passed, and this step decides.
  package func beginStep(isLate: Bool = false) {
    readsLeft = isLate ? Self.mostReadsInLastStep : Self.mostReadsInOneStep
  }

  package var hasReadsLeft: Bool { readsLeft > 0 }

  /// Whether a read might return data without waiting, in this step or the next.
  package var mayRead: Bool { connection.mayRead }

  package func appendInterests(to list: inout [Interest]) {
    connection.appendInterests(to: &list)
  }

  package func becameReady() { connection.becameReady() }

  /// Reads what has arrived, unless this step has no reads left. The read size grows while reads fill it,
  /// so that a large message costs few calls and an idle connection little memory.
  package func read() throws(SparkError) -> Connection.ReadOutcome {
    guard readsLeft > 0, connection.mayRead else { return .wouldBlock }
    readsLeft -= 1
    let outcome = try connection.read(into: &incoming, size: readSize)
    if case .bytes(let count) = outcome {
      readSize =
        count < readSize ? Self.readSizes.lowerBound : min(readSize * 2, Self.readSizes.upperBound)
    }
    return outcome
  }

  /// Sends what can be sent without waiting.
  ///
  /// A server that refuses a request says why before it closes the connection. A failed write is
  /// therefore not reported here: the next read returns the server's reason, or the end. A failure that
  /// the server has no part in is thrown, because no read would report it.
  package func flush() throws(SparkError) {
    guard !outgoing.isEmpty else { return }
    guard !isWriteBroken else { return outgoing.clear() }
    do throws(SparkError) {
      try connection.write(from: &outgoing)
    } catch {
      isWriteBroken = true
      outgoing.clear()
      guard error.status == .io else { throw error }
    }
  }

  /// Drops unsent data because the server has answered early. Nothing may be sent after it.
  package func abandonUnsent() {
    guard !outgoing.isEmpty else { return }
    isWriteBroken = true
    outgoing.clear()
  }

  /// Whether another request may follow: all of the last one was sent.
  package var isReusable: Bool { outgoing.isEmpty && !isWriteBroken }

  /// Moves the connection and its unread input to a new object for another owner; this one is closed.
  package func handOver() -> BufferedConnection {
    let heir = BufferedConnection(connection.handOver())
    swap(&heir.incoming, &incoming)
    return heir
  }

  package func close() {
    connection.close()
  }
}

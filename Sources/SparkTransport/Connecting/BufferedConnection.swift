package import SparkWire

/// A connection with what has arrived on it, and what is still to be sent.
package final class BufferedConnection {
  /// A token's message fits many times; a longer one makes the buffer grow.
  private static let readSizes = 2_048...65_536
  /// A server that floods us must not keep the caller from its deadlines.
  private static let mostReadsInOneStep = 4

  private let connection: Connection
  package var incoming = ByteBuffer()
  /// What is sent holds credentials.
  package var outgoing = ByteBuffer(wiping: true)
  private var readSize = readSizes.lowerBound
  private var readsLeft = mostReadsInOneStep
  /// What is written behind a failure would not be what the server expects.
  private var isWriteBroken = false

  package init(_ connection: Connection) {
    self.connection = connection
  }

  package var phase: Phase { connection.phase }
  package var isResumed: Bool { connection.isResumed }
  package var bytesSent: UInt64 { connection.bytesSent }
  package var bytesReceived: UInt64 { connection.bytesReceived }
  package var wakeAt: Instant? { connection.wakeAt }
  package var obstacle: String? { connection.obstacle }

  package func advance(now: Instant) throws(SparkError) -> Phase {
    try connection.advance(now: now)
  }

  package func beginRequest() { connection.beginRequest() }

  package var isRequestAcknowledged: Bool { connection.isRequestAcknowledged }

  /// Allows as many reads as one step of an exchange may take.
  package func beginStep() { readsLeft = Self.mostReadsInOneStep }

  package var hasReadsLeft: Bool { readsLeft > 0 }

  /// Whether a read might bring something without waiting: in this step, or in the next.
  package var mayRead: Bool { connection.mayRead }

  package func appendInterests(to list: inout [Interest]) {
    connection.appendInterests(to: &list)
  }

  package func becameReady() { connection.becameReady() }

  /// Reads what has arrived, unless this step has read enough. Reads larger pieces while they come full, so
  /// that a large message costs few calls and an idle connection little memory.
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
  /// A server that refuses what is being sent says why before it closes: a failure to send is left
  /// to the next read, which brings its words, or the end. Where the server has no part in it, no
  /// read would.
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

  /// The server has answered before all was sent. What is left must not be sent, nor anything behind it.
  package func abandonUnsent() {
    guard !outgoing.isEmpty else { return }
    isWriteBroken = true
    outgoing.clear()
  }

  /// Another request may follow: all of the last one was sent.
  package var isReusable: Bool { outgoing.isEmpty && !isWriteBroken }

  /// The connection for another owner, with what has arrived on it; this one is closed.
  package func handOver() -> BufferedConnection {
    let heir = BufferedConnection(connection.handOver())
    swap(&heir.incoming, &incoming)
    return heir
  }

  package func close() {
    connection.close()
  }
}

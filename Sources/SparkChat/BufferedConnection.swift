internal import SparkTransport
internal import SparkWire

/// A connection with what has arrived on it, and what is still to be sent.
final class BufferedConnection {
  /// A token's message fits many times; a longer one makes the buffer grow.
  private static let readSizes = 4096...65_536

  let connection: Connection
  var incoming = ByteBuffer()
  /// What is sent holds credentials.
  var outgoing = ByteBuffer(wiping: true)
  private var readSize = readSizes.lowerBound

  init(_ connection: Connection) {
    self.connection = connection
  }

  /// Reads larger pieces while they come full, so that a large message costs few calls and an
  /// idle connection little memory.
  func read() throws(SparkError) -> Connection.ReadOutcome {
    let outcome = try connection.read(into: &incoming, size: readSize)
    if case .bytes(let count) = outcome {
      readSize =
        count < readSize ? Self.readSizes.lowerBound : min(readSize * 2, Self.readSizes.upperBound)
    }
    return outcome
  }

  /// A server that refuses what is being sent says why before it closes: a failure to send is left
  /// to the next read, which brings its words, or the end. Where the server has no part in it, no
  /// read would.
  func flush() throws(SparkError) {
    guard !outgoing.isEmpty else { return }
    do throws(SparkError) {
      _ = try connection.write(from: &outgoing)
    } catch {
      outgoing.clear()
      guard error.status == .io else { throw error }
    }
  }

  func close() {
    connection.close()
  }
}

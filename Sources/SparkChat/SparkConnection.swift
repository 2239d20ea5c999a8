internal import SparkCore
internal import SparkTransport
internal import SparkWire

/// A connection that is there before its question; see `SparkClient.connect()`.
///
/// It takes a question at a time. Where the service has closed it meanwhile, the question makes another. Letting go
/// of it closes it.
public final class SparkConnection: Sendable {
  /// `@unchecked Sendable`: whoever takes it out of the lock has it alone.
  private struct Parked: @unchecked Sendable {
    let stream: ChatStream
  }

  private let client: SparkClient
  /// nil: an answer is under way, or has failed.
  private let parked: Locked<Parked?>

  init(client: SparkClient, stream: ChatStream) {
    self.client = client
    parked = Locked(Parked(stream: stream))
  }

  /// Asks on this connection, and waits for the whole answer.
  public func ask(_ request: SparkRequest) async throws(SparkError) -> SparkResponse {
    try await stream(request).response()
  }

  /// Asks on this connection, and gives the answer as it comes.
  public func stream(_ request: SparkRequest) -> SparkStream {
    SparkStream(asker: ConnectionAsker(connection: self, request: request))
  }

  fileprivate func send(_ request: SparkRequest, _ purpose: Feed.Purpose) throws(SparkError) -> Feed
  {
    let taken = parked.withLock { parked in
      defer { parked = nil }
      return parked
    }
    guard let taken else {
      throw SparkError(
        .state, "a question is under way on this connection, or one has failed on it",
        hint: "wait for the end of its answer, or connect anew")
    }
    do throws(SparkWire.SparkError) {
      try taken.stream.send(request.core())
    } catch {
      // What was not sent leaves the connection as it was.
      if !taken.stream.hasFailed { parked.withLock { $0 = taken } }
      throw SparkError(error)
    }
    return client.feed(taken.stream, purpose)
  }

  fileprivate func take(back stream: ChatStream) {
    parked.withLock { $0 = Parked(stream: stream) }
  }
}

private struct ConnectionAsker: Asker {
  let connection: SparkConnection
  let request: SparkRequest

  func begin(_ purpose: Feed.Purpose) async throws(SparkError) -> Feed {
    try connection.send(request, purpose)
  }

  func goOn(
    after feed: Feed, _ failure: SparkError?, _ purpose: Feed.Purpose
  ) async throws(SparkError) -> Feed? {
    if let failure { throw failure }
    connection.take(back: feed.stream)
    return nil
  }
}

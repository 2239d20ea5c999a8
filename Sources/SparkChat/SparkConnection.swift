internal import SparkCore
internal import SparkTransport
internal import SparkWire

/// A connection that is made before its question; see `SparkClient.connect()`.
///
/// It handles one question at a time. If the service has closed it meanwhile, a new one is made. Releasing
/// the object closes the connection.
public final class SparkConnection: Sendable {
  /// `@unchecked Sendable`: only the caller that takes it out of the lock uses it.
  private struct Parked: @unchecked Sendable {
    let stream: ChatStream
  }

  private let client: SparkClient
  /// nil: an answer is in progress, or has failed.
  private let parked: Locked<Parked?>

  init(client: SparkClient, stream: ChatStream) {
    self.client = client
    parked = Locked(Parked(stream: stream))
  }

  /// Sends a request on this connection, and waits for the whole answer.
  public func ask(_ request: SparkRequest) async throws(SparkError) -> SparkResponse {
    try await stream(request).response()
  }

  /// Returns the answer to a request on this connection as a stream of events.
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
        .state, "a question is in progress on this connection, or one has failed on it",
        hint: "wait for the end of its answer, or connect again")
    }
    do throws(SparkWire.SparkError) {
      try taken.stream.send(request.core())
    } catch {
      // If nothing was sent, the connection is unchanged.
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

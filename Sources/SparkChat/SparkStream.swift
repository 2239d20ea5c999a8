internal import SparkWire

/// The events of an answer, as they arrive.
///
/// Each loop over a stream sends the request again; nothing is sent before the first loop. Leaving a loop early, or
/// cancelling its task, stops the service. If the loop is slower than the service, up to 64 events are buffered, and
/// then the library stops reading from the connection until there is room. No event is lost.
public struct SparkStream: AsyncSequence, Sendable {
  /// A piece of the answer.
  public typealias Element = SparkEvent
  /// The type that the loop throws; `SparkError.response` has the part of the answer received before.
  public typealias Failure = SparkError

  let asker: any Asker

  /// Returns an iterator, whose first step sends the request.
  public func makeAsyncIterator() -> Iterator {
    Iterator(reader: Reader(asker, .events))
  }

  /// An iterator over the events of one answer, for one task.
  public struct Iterator: AsyncIteratorProtocol {
    let reader: Reader

    /// Returns the next event, or nil after the last one, `.finished`.
    public mutating func next(
      isolation actor: isolated (any Actor)? = #isolation
    ) async throws(SparkError) -> SparkEvent? {
      try await reader.next()
    }
  }

  /// Waits for the whole answer.
  func response(isolation: isolated (any Actor)? = #isolation) async throws(SparkError)
    -> SparkResponse
  {
    let reader = Reader(asker, .response)
    while let event = try await reader.next() {
      if case .finished(let response) = event { return response }
    }
    throw SparkError(.internal, "the answer has no end")
  }
}

/// The source of an answer: one request, or the turn of a conversation.
protocol Asker: Sendable {
  /// Opens the first request. The task has not been cancelled.
  func begin(_ purpose: Feed.Purpose) async throws(SparkError) -> Feed
  /// Returns the request that follows the end of another one, or nil.
  func goOn(
    after feed: Feed, _ failure: SparkError?, _ purpose: Feed.Purpose
  ) async throws(SparkError) -> Feed?
}

/// Reads one answer. Releasing the reader stops the answer.
final class Reader {
  private let asker: any Asker
  private let purpose: Feed.Purpose
  private var feed: Feed?
  /// The events that are still to be returned, in reverse order.
  private var events: [SparkEvent] = []
  private var isOver = false

  init(_ asker: any Asker, _ purpose: Feed.Purpose) {
    (self.asker, self.purpose) = (asker, purpose)
  }

  deinit {
    feed?.stop()
  }

  func next(isolation: isolated (any Actor)? = #isolation) async throws(SparkError) -> SparkEvent? {
    // A cancelled task gets no more events.
    if Task.isCancelled { events = [] }
    if let event = events.popLast() { return event }
    guard !isOver else { return nil }
    do throws(SparkError) {
      while true {
        let current = if let feed { feed } else { try await begin() }
        feed = current
        let batch = await current.batch()
        events = batch.events.reversed()
        if let event = events.popLast() { return event }
        guard let (response, failure) = batch.end else { continue }
        feed = try await asker.goOn(after: current, failure, purpose)
        guard feed == nil else { continue }
        isOver = true
        return .finished(response)
      }
    } catch {
      (isOver, feed) = (true, nil)
      throw error
    }
  }

  /// A cancelled task sends nothing, because requests may be billed.
  private func begin(isolation: isolated (any Actor)? = #isolation) async throws(SparkError) -> Feed
  {
    try checkNotCancelled()
    return try await asker.begin(purpose)
  }
}

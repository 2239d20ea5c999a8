internal import SparkWire

/// The events of an answer, as they come.
///
/// Nothing is asked before the first loop, and each loop asks anew. Leaving a loop early, or cancelling its
/// task, stops the service. A loop that is slower than the service loses nothing: up to 64 events wait, then the
/// connection is not read until there is room again.
public struct SparkStream: AsyncSequence, Sendable {
  /// A piece of the answer.
  public typealias Element = SparkEvent
  /// What the loop throws; `SparkError.response` has what came before.
  public typealias Failure = SparkError

  let asker: any Asker

  /// Starts to ask.
  public func makeAsyncIterator() -> Iterator {
    Iterator(reader: Reader(asker, .events))
  }

  /// One answer, for one task.
  public struct Iterator: AsyncIteratorProtocol {
    let reader: Reader

    /// The next event; nil behind the last one, `.finished`.
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

/// Where an answer comes from: one request, or the turn of a conversation.
protocol Asker: Sendable {
  /// Opens the first request. The task has not been cancelled.
  func begin(_ purpose: Feed.Purpose) async throws(SparkError) -> Feed
  /// What follows the end of a request: another one, or with nil, nothing.
  func goOn(
    after feed: Feed, _ failure: SparkError?, _ purpose: Feed.Purpose
  ) async throws(SparkError) -> Feed?
}

/// Reads one answer. Whoever lets go of it has no more use for it.
final class Reader {
  private let asker: any Asker
  private let purpose: Feed.Purpose
  private var feed: Feed?
  /// What is still to be returned, the first event last.
  private var events: [SparkEvent] = []
  private var isOver = false

  init(_ asker: any Asker, _ purpose: Feed.Purpose) {
    (self.asker, self.purpose) = (asker, purpose)
  }

  deinit {
    feed?.stop()
  }

  func next(isolation: isolated (any Actor)? = #isolation) async throws(SparkError) -> SparkEvent? {
    // Who has cancelled wants no more.
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

  /// Who has been cancelled asks nothing: what is asked may be billed.
  private func begin(isolation: isolated (any Actor)? = #isolation) async throws(SparkError) -> Feed
  {
    try checkNotCancelled()
    return try await asker.begin(purpose)
  }
}

internal import SparkCore
internal import SparkTransport

/// Carries the events of a stream from the driver's thread to the task that reads them.
///
/// It holds `capacity` events. While it is full, the stream is not in the group and its connection is not read, so the
/// service waits; no event is lost.
///
/// `@unchecked Sendable`: from `Driver.drive` to the end, only the driver's thread uses the stream.
final class Feed: @unchecked Sendable {
  struct Batch {
    var events: [SparkEvent] = []
    /// The answer, or the part received, and the failure; nil: more events may follow.
    var end: (response: SparkResponse, failure: SparkError?)?
  }

  enum Purpose {
    /// The task reads the events as they arrive.
    case events
    /// The task only waits for the response.
    case response
    /// There is no question yet: the feed ends when the connection is made.
    case connection
  }

  private struct State {
    var batch = Batch()
    var isFull = false
    var isStopped = false
    var waiters: [CheckedContinuation<Void, Never>] = []

    var isReady: Bool { !batch.events.isEmpty || batch.end != nil }

    mutating func takeWaiters() -> [CheckedContinuation<Void, Never>] {
      defer { waiters = [] }
      return waiters
    }
  }

  static let capacity = 64

  let stream: ChatStream
  let purpose: Purpose
  private let driver: Driver
  private let state = Locked(State())

  /// Begins immediately.
  init(_ stream: ChatStream, _ purpose: Purpose, driver: Driver) {
    (self.stream, self.purpose, self.driver) = (stream, purpose, driver)
    driver.drive(self)
  }

  // MARK: For the reader

  /// Waits for events or the end, and returns what has arrived since the last call. Later calls return the end again.
  ///
  /// If the task is cancelled, this stops the stream, and waits for its end, which follows soon.
  func batch(isolation: isolated (any Actor)? = #isolation) async -> Batch {
    await withTaskCancellationHandler {
      await end(or: { $0.isReady })
    } onCancel: {
      stop()
    }
    let (batch, wasFull) = state.withLock { state in
      defer { (state.batch.events, state.isFull) = ([], false) }
      return (state.batch, state.isFull)
    }
    if wasFull { driver.drive(self) }
    return batch
  }

  /// Waits for the end without taking events, so the stream must have been stopped.
  func end(isolation: isolated (any Actor)? = #isolation) async {
    await end(or: { _ in false })
  }

  private func end(
    or isReady: @Sendable (borrowing State) -> Bool, isolation: isolated (any Actor)? = #isolation
  ) async {
    while state.withLock({ !isReady($0) && $0.batch.end == nil }) {
      await withCheckedContinuation { waiter in
        let isThere = state.withLock { state in
          let isThere = isReady(state) || state.batch.end != nil
          if !isThere { state.waiters.append(waiter) }
          return isThere
        }
        if isThere { waiter.resume() }
      }
    }
  }

  /// Stops the stream if it has not ended, and drops its events. Any thread may call this.
  func stop() {
    let isRunning = state.withLock { state in
      defer {
        state.isStopped = true
        (state.batch.events, state.isFull) = ([], false)
      }
      return !state.isStopped && state.batch.end == nil
    }
    guard isRunning else { return }
    stream.cancel()
    driver.drive(self)
  }

  var isStopped: Bool { state.withLock { $0.isStopped } }

  /// The response, once the stream has ended.
  var response: SparkResponse? { state.withLock { $0.batch.end?.response } }

  // MARK: For the driver

  var hasEnded: Bool { state.withLock { $0.batch.end != nil } }

  /// Returns false if the feed is full.
  func put(_ event: SparkEvent) -> Bool {
    let (waiters, isFull) = state.withLock { state in
      if !state.isStopped {
        state.batch.events.append(event)
        state.isFull = state.batch.events.count >= Self.capacity
      }
      return (state.takeWaiters(), state.isFull)
    }
    for waiter in waiters { waiter.resume() }
    return !isFull
  }

  func end(_ response: SparkResponse, _ failure: SparkError?) {
    let waiters = state.withLock { state in
      if state.batch.end == nil { state.batch.end = (response, failure) }
      return state.takeWaiters()
    }
    for waiter in waiters { waiter.resume() }
  }
}

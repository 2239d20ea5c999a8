internal import SparkCore
internal import SparkTransport

/// What a stream brings, from the driver's thread to the task that reads it.
///
/// It holds `capacity` events. While it is full the stream is out of the group and its connection is not
/// read, so the service waits; nothing is lost.
///
/// `@unchecked Sendable`: the stream is the driver's thread's, from `Driver.drive` to the end.
final class Feed: @unchecked Sendable {
  struct Batch {
    var events: [SparkEvent] = []
    /// The answer, or what there is of it, and the failure; nil: more may come.
    var end: (response: SparkResponse, failure: SparkError?)?
  }

  enum Purpose {
    /// The task wants events as they come.
    case events
    /// It only wants the response.
    case response
    /// There is no question yet: the end is a connection.
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

  /// Begins at once.
  init(_ stream: ChatStream, _ purpose: Purpose, driver: Driver) {
    (self.stream, self.purpose, self.driver) = (stream, purpose, driver)
    driver.drive(self)
  }

  // MARK: The reader's

  /// What has come since the last call; waits for something. The end stays.
  ///
  /// Where the task is cancelled, the stream is stopped, and its end is waited for: it is near.
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

  /// Waits for the end. What comes before is not taken, so it is for streams that have been stopped.
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

  /// Stops the stream, if it has not ended: nobody wants its events any more. Safe on any thread.
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

  /// What the end has brought.
  var response: SparkResponse? { state.withLock { $0.batch.end?.response } }

  // MARK: The driver's

  var hasEnded: Bool { state.withLock { $0.batch.end != nil } }

  /// False: that is enough for now.
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

package import SparkTransport
package import SparkWire

/// One exchange as the caller sees it: events are pulled with `next`, whatever happens the
/// response stays readable, and the exchange ends in exactly one outcome.
///
/// `next` is for one thread at a time; `cancel` is for any.
package final class ChatStream {
  package enum Event {
    /// Connected, and the question is on its way.
    case ready
    case answer(AnswerEvent)
  }

  package enum Next {
    case event(Event)
    case done
    case again
    case interrupted
  }

  package let response: Response
  package let interruption = Interruption()
  package let process: ProcessStamp

  private let client: Client
  private let exchange: Exchange
  private let totalDeadline: Instant?
  private var announcedReady = false
  private var failure: SparkError?
  private var poller = Poller()

  init(client: Client, message: consuming ByteBuffer) {
    self.client = client
    process = client.process
    response = Response(maxSize: client.maxAnswerSize)
    let now = Instant.now()
    let total = client.timeouts.total
    totalDeadline = total > 0 ? now.advanced(byMilliseconds: total) : nil
    exchange = Exchange(client: client, message: message, interruption: interruption, now: now)
  }

  deinit {
    // In a child process the connection is the parent's: it must not hear a goodbye.
    if !process.isForeign, !exchange.isOver { exchange.close() }
  }

  /// Stops the exchange. Safe on any thread and in a signal handler.
  package func cancel() {
    interruption.cancel()
  }

  /// Ends the exchange for the caller's own reason.
  package func stop(_ reason: SparkError) -> SparkError {
    end(with: reason)
  }

  /// Waits for the next event, for `timeoutMilliseconds` at most; negative: without limit.
  package func next(timeoutMilliseconds: Int32) throws(SparkError) -> Next {
    try process.check()
    if response.outcome == .complete { return .done }
    if response.outcome != .pending, let failure { throw failure }
    do throws(SparkError) {
      return try advance(timeoutMilliseconds)
    } catch {
      throw end(with: error)
    }
  }

  private func advance(_ timeoutMilliseconds: Int32) throws(SparkError) -> Next {
    if interruption.isCancelled { throw Self.cancelled }
    if let event = try dequeue() { return .event(.answer(event)) }
    if let failure { throw failure }
    _ = try guarding { () throws(SparkError) in try exchange.readBuffered() }
    if let event = try dequeue() { return .event(.answer(event)) }
    if let failure { throw failure }
    return try wait(timeoutMilliseconds)
  }

  private func wait(_ timeoutMilliseconds: Int32) throws(SparkError) -> Next {
    var now = Instant.now()
    let limit = timeoutMilliseconds < 0 ? nil : now.advanced(byMilliseconds: timeoutMilliseconds)
    while true {
      let progress = try guarding { () throws(SparkError) in try exchange.advance(now: now) }
      if !announcedReady, exchange.isOpen {
        announcedReady = true
        return .event(.ready)
      }
      if let event = try dequeue() { return .event(.answer(event)) }
      if let failure { throw failure }
      if exchange.isOver { return complete() }
      try checkDeadlines(now)
      if exchange.isOver { return complete() }
      if interruption.isCancelled { throw Self.cancelled }
      guard progress == .waiting else {
        now = Instant.now()
        continue
      }
      switch try poll(now, limit) {
      case .ready:
        exchange.becameReady()
      case .timedOut:
        if let limit, limit <= Instant.now() { return .again }
      case .interrupted:
        return .interrupted
      }
      now = Instant.now()
    }
  }

  private func poll(_ now: Instant, _ limit: Instant?) throws(SparkError) -> Poller.Outcome {
    var until = limit
    for moment in [exchange.wakeAt, totalDeadline] {
      if let moment { until = until.map { min($0, moment) } ?? moment }
    }
    return try poller.wait(
      interruption, timeoutMilliseconds: until.map { now.milliseconds(until: $0) }
    ) { exchange.appendInterests(to: &$0) }
  }

  /// Runs a step of the exchange. Events that came before a failure are delivered before it.
  private func guarding<Result>(
    _ step: () throws(SparkError) -> Result
  ) throws(SparkError) -> Result? {
    do throws(SparkError) {
      return try step()
    } catch {
      guard exchange.hasEvents else { throw error }
      failure = error
      return nil
    }
  }

  private func dequeue() throws(SparkError) -> AnswerEvent? {
    guard let event = exchange.nextEvent() else { return nil }
    if response.sid == nil { response.sid = exchange.sid }
    try response.append(event)
    return event
  }

  private func checkDeadlines(_ now: Instant) throws(SparkError) {
    if let totalDeadline, totalDeadline <= now {
      throw Exchange.timeout(.total, client.timeouts.total)
    }
    try exchange.checkDeadline(now: now)
  }

  private func complete() -> Next {
    response.outcome = .complete
    response.sid = exchange.sid
    return .done
  }

  /// Ends the exchange; the same error is thrown from now on.
  private func end(with error: SparkError) -> SparkError {
    if response.outcome != .pending, let failure { return failure }
    var error = error
    if error.sid == nil { error.sid = exchange.sid?.string }
    if error.phase == .none { error.phase = exchange.currentPhase }
    response.sid = exchange.sid
    response.outcome =
      switch error.status {
      case .truncated: .truncated
      case .cancelled, .callback: .cancelled
      case .timeout: .timeout
      default: .failed
      }
    failure = error
    exchange.close()
    return error
  }

  private static var cancelled: SparkError {
    SparkError(.cancelled, "the exchange was cancelled")
  }
}

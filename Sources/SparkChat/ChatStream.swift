package import SparkTransport
package import SparkWire

/// One exchange as the caller sees it: events are pulled, whatever happens the response stays
/// readable, and each question ends in exactly one outcome.
///
/// A stream is driven either by `next`, which waits, or by a group, which calls `step`. All but
/// `cancel` is for one thread at a time.
package final class ChatStream {
  package enum Event {
    /// Connected, and the question is on its way if there is one.
    case ready
    case answer(AnswerEvent)
  }

  package enum Step {
    case event(Event)
    case done
    /// Nothing more can be done before something that is waited for happens.
    case waiting
    /// There is more to do.
    case busy
    /// Connected, or done, and without a question.
    case parked
  }

  package enum Next {
    case event(Event)
    case done
    case again
    case interrupted
  }

  enum Stage {
    /// In line, where the client limits how much is asked.
    case queued(until: Instant?)
    /// Between two attempts.
    case pausing(until: Instant)
    case running
    /// Nothing is under way.
    case parked
  }

  package private(set) var response: Response
  package let interruption = Interruption()
  package let process: ProcessStamp
  /// The group that drives the stream.
  package internal(set) weak var group: Group?
  /// Whom the caller knows the stream as.
  package var owner: UnsafeMutableRawPointer?
  /// The group's own mark for the stream.
  var token: UInt64 = 0

  let client: Client
  var exchange: Exchange?
  var question: Question?
  var stage = Stage.parked
  var ticket: Pacer.Ticket?
  var totalDeadline: Instant?
  var queuedSince = Instant.distantPast
  var queueWakeAt: Instant?
  var firstAttempt = Instant.distantPast
  private var announcesReady = true
  var hasDelivered = false
  var hasCorrectedClock = false
  var failure: SparkError?
  var now: Instant
  var poller = Poller()

  /// - Parameter question: nil connects first.
  init(client: Client, question: Question?) {
    self.client = client
    self.question = question
    process = client.process
    now = Instant.now()
    response = Response(maxSize: client.maxAnswerSize, start: now)
    startClock()
    line()
  }

  deinit {
    // In a child process the connection is the parent's: it must not hear a goodbye.
    guard !process.isForeign else { return }
    leaveLine()
    exchange?.close()
  }

  /// Stops the exchange. Safe on any thread and in a signal handler.
  package func cancel() {
    interruption.cancel()
  }

  /// Ends the exchange for the caller's own reason.
  package func stop(_ reason: SparkError) -> SparkError {
    end(with: reason)
  }

  /// Whether a question, or connecting for one, is under way.
  package var isUnderWay: Bool {
    if case .parked = stage { false } else { true }
  }

  /// Whether the exchange has failed: nothing more can be done with it.
  package var hasFailed: Bool { failure != nil && response.outcome != .pending }

  /// Asks on a stream that has no question under way.
  package func send(_ request: ChatRequest) throws(SparkError) {
    try process.check()
    guard !hasFailed else {
      throw SparkError(
        .state, "the exchange has failed: \(failure?.message ?? "")", hint: "open a new stream")
    }
    guard question == nil else {
      throw SparkError(
        .state, "a question is under way on this stream", hint: "wait for the end of its answer")
    }
    let question = try client.encode(request)
    // A cancel that came after the end of an answer is not for the next one.
    if response.outcome == .complete { interruption.forgetCancel() }
    self.question = question
    now = Instant.now()
    response = Response(maxSize: client.maxAnswerSize, start: now)
    (announcesReady, hasDelivered, hasCorrectedClock) = (true, false, false)
    startClock()
    line()
    do throws(SparkError) {
      _ = try takeTurn()
    } catch {
      throw end(with: error)
    }
    group?.noteWork(self)
  }

  /// Waits for the next event, for `timeoutMilliseconds` at most; negative: without limit.
  package func next(timeoutMilliseconds: Int32) throws(SparkError) -> Next {
    guard group == nil else {
      throw SparkError(.state, "the stream is in a group", hint: "use the group's own next")
    }
    if let event = try buffered() { return .event(event) }
    var limit: Instant?
    var step = isQuiet ? Step.waiting : try step()
    while true {
      if limit == nil, timeoutMilliseconds >= 0 {
        limit = Instant.now().advanced(byMilliseconds: timeoutMilliseconds)
      }
      switch step {
      case .event(let event): return .event(event)
      case .done: return .done
      case .busy: if let limit, limit <= now { return .again }
      case .parked:
        throw SparkError(
          .state, "no question is under way on this stream", hint: "send a question first")
      case .waiting:
        switch try poll(limit) {
        case .ready: becameReady()
        case .interrupted: return .interrupted
        case .timedOut:
          // A deadline that has passed is met in the next step, also by a caller who never waits.
          if let limit, limit <= Instant.now(), wakeAt.map({ limit < $0 }) ?? true { return .again }
        }
      }
      step = try self.step()
    }
  }

  private var isQuiet: Bool {
    guard case .running = stage, let exchange, failure == nil, !announcesReady else { return false }
    return exchange.isQuiet
  }

  /// Does what can be done without waiting.
  package func step() throws(SparkError) -> Step {
    if let event = try buffered() { return .event(event) }
    guard isUnderWay else { return try stepParked() }
    now = Instant.now()
    do throws(SparkError) {
      return try proceed()
    } catch {
      throw end(with: error)
    }
  }

  /// An event that is there already, without a system call or a look at the clock.
  private func buffered() throws(SparkError) -> Event? {
    try process.check()
    if let failure, response.outcome != .pending { throw failure }
    do throws(SparkError) {
      if interruption.isCancelled, isUnderWay { throw Self.cancelled }
      if let event = try dequeue() { return .answer(event) }
      guard failure == nil, let exchange, case .running = stage else { return nil }
      do throws(SparkError) {
        try exchange.readBuffered()
      } catch {
        try recover(from: error)
      }
      return try dequeue().map { .answer($0) }
    } catch {
      throw end(with: error)
    }
  }

  private func proceed() throws(SparkError) -> Step {
    if let failure { throw failure }
    guard try takeTurn(), let exchange else { return .waiting }
    // An answer that never pauses must not outlast the deadline.
    try checkTotal()
    let progress: Exchange.Progress
    do throws(SparkError) {
      progress = try exchange.advance(now: now)
      if exchange.isOpen, announcesReady {
        announcesReady = false
        if question == nil { park() }
        return .event(.ready)
      }
      if let event = try dequeue() { return .event(.answer(event)) }
      if exchange.isOver || exchange.isReady { return complete() }
      try checkDeadlines()
      if exchange.isOver { return complete() }
    } catch {
      try recover(from: error)
      return .busy
    }
    return progress == .waiting ? .waiting : .busy
  }

  private func stepParked() throws(SparkError) -> Step {
    if response.outcome == .complete { return .done }
    if let exchange {
      _ = try? exchange.advance(now: Instant.now())
      if exchange.isOver { self.exchange = nil }
    }
    return .parked
  }

  private func complete() -> Step {
    response.outcome = .complete
    note()
    client.log.write(
      .info, "the answer is complete",
      [
        .sid(client.credentials.redact(response.sid?.string ?? "")),
        .milliseconds(response.timings.total / 1000),
      ])
    park()
    return .done
  }

  private func park() {
    question = nil
    leaveLine()
    stage = .parked
    if exchange?.isOver ?? false { exchange = nil }
  }

  /// Ends the exchange; the same error is thrown from now on.
  func end(with error: SparkError) -> SparkError {
    if let failure, response.outcome != .pending { return failure }
    var error = error
    if error.sid == nil { error.sid = exchange?.sid?.string }
    if error.phase == .none { error.phase = exchange?.phase ?? phaseWithoutExchange }
    error = client.credentials.redact(error)
    response.outcome =
      switch error.status {
      case .truncated: .truncated
      case .cancelled, .callback: .cancelled
      case .timeout: .timeout
      default: .failed
      }
    note()
    if response.sid == nil { response.sid = error.sid.map { OwnedText($0) } }
    client.log.write(.error, "the exchange has failed", error, attempt: response.attempts)
    failure = error
    exchange?.close()
    exchange = nil
    park()
    return error
  }

  private func note() {
    if let exchange {
      response.sid = exchange.sid
      response.bytesSent = exchange.bytesSent
      response.bytesReceived = exchange.bytesReceived
    }
    response.timings.noteEnd(at: Instant.now())
  }

  private var phaseWithoutExchange: Phase {
    if case .queued = stage { .queue } else { .none }
  }

  private static var cancelled: SparkError {
    SparkError(.cancelled, "the exchange was cancelled")
  }
}

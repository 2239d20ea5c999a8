package import SparkTransport
package import SparkWire

/// One exchange as the caller sees it. The caller pulls events, the response stays readable even after a
/// failure, and each request ends in exactly one outcome.
///
/// A stream is driven by `next`, which waits, or by a group, which calls `step`. Everything except
/// `cancel` is for one thread at a time.
package final class ChatStream {
  package enum Event {
    /// Connected, and the request is being sent if there is one.
    case ready
    case answer(AnswerEvent)
  }

  package enum Step {
    /// There is an `event`.
    case event
    case done
    /// Nothing more can be done before the stream's wait ends.
    case waiting
    /// There is more to do.
    case busy
  }

  package enum Next {
    /// There is an `event`.
    case event
    case done
    case again
    case interrupted
  }

  enum State {
    /// Waits for its turn, if the client limits its requests.
    case queued(PhaseTimer, turn: Instant?)
    /// Waits between two attempts.
    case backingOff(until: Instant)
    case running
    /// The exchange has failed; what arrived before is delivered first.
    indirect case failing(SparkError)
    /// No request is in progress.
    case parked
    /// Nothing more can be done with the stream.
    indirect case failed(SparkError)
  }

  package private(set) var response: Response
  /// The event of the last step; its texts are borrowed until the next step.
  package internal(set) var event: Event?
  package let waker = Waker()
  package let process: ProcessStamp
  /// The group that drives the stream.
  package internal(set) weak var group: Group?
  /// The caller's object for the stream.
  package var owner: UnsafeMutableRawPointer?
  /// The group's own mark for the stream.
  var token: UInt64 = 0

  let client: Client
  var state = State.parked
  var exchange: Exchange?
  var question: Question?
  var ticket: Pacer.Ticket?
  var attempts = Attempts()
  /// The deadline of the whole exchange.
  private(set) var total = PhaseTimer.none
  private var announcesReady = true
  var hasDelivered = false
  /// Looks for stop sequences; nil if there are none.
  var cutter: StopCutter?
  var hasStopped = false
  var now: Instant
  var poller = Poller()

  /// - Parameter question: nil connects first.
  init(client: Client, question: Question?) {
    self.client = client
    self.question = question
    process = client.process
    cutter = question.flatMap { StopCutter($0.stopSequences) }
    now = Instant.now()
    response = Response(maxSize: client.maxAnswerSize, start: now)
    if question != nil { total = client.timer(.total, now: now) }
    enqueue()
  }

  deinit {
    if response.outcome == .pending {
      response.outcome = .cancelled
      response.failure = Self.cancelled
    }
    // In a child process the connection belongs to the parent: no close message may be sent.
    guard !process.isForeign else { return }
    leaveQueue()
    exchange?.close()
  }

  /// Stops the exchange. Safe on any thread and in a signal handler.
  package func cancel() {
    waker.cancel()
  }

  /// Makes the exchange fail as soon as everything that has arrived is delivered.
  func failNext(_ error: SparkError) {
    state = .failing(error)
  }

  /// Whether a request, or connecting for one, is in progress.
  package var isUnderWay: Bool {
    switch state {
    case .queued, .backingOff, .running, .failing: true
    case .parked, .failed: false
    }
  }

  package var hasFailed: Bool {
    if case .failed = state { true } else { false }
  }

  /// Sends a request on a stream that has none in progress.
  package func send(_ request: ChatRequest) throws(SparkError) {
    try process.check()
    if case .failed(let error) = state {
      throw SparkError(
        .state, "the exchange has failed: \(error.message)", hint: "open a new stream")
    }
    guard question == nil else {
      throw SparkError(
        .state, "a request is under way on this stream", hint: "wait for the end of its answer")
    }
    let question = try client.encode(request)
    // A cancel after the end of an answer does not apply to the next request.
    if response.outcome == .complete { waker.forgetCancel() }
    self.question = question
    event = nil
    now = Instant.now()
    response = Response(maxSize: client.maxAnswerSize, start: now)
    attempts = Attempts()
    cutter = StopCutter(question.stopSequences)
    (announcesReady, hasDelivered, hasStopped) = (true, false, false)
    total = client.timer(.total, now: now)
    enqueue()
    do throws(SparkError) {
      _ = try beginIfAdmitted()
    } catch {
      throw fail(error)
    }
    group?.noteWork(self)
  }

  /// Waits for the next event, for `timeoutMilliseconds` at most; negative: without limit.
  package func next(timeoutMilliseconds: Int32) throws(SparkError) -> Next {
    guard group == nil else {
      throw SparkError(.state, "the stream is in a group", hint: "use the group's own next")
    }
    var limit: Instant?
    var hasWaited = false
    while true {
      let step = try step()
      switch step {
      case .event: return .event
      case .done: return .done
      case .waiting, .busy: break
      }
      guard isUnderWay else {
        throw SparkError(
          .state, "no request is under way on this stream", hint: "send a request first")
      }
      // Events that have already arrived need no clock call.
      if limit == nil, timeoutMilliseconds >= 0 {
        limit = now.advanced(byMilliseconds: timeoutMilliseconds)
      }
      if case .busy = step {
        if let limit, limit <= now { return .again }
        continue
      }
      if hasWaited, let limit, limit <= now { return .again }
      hasWaited = true
      switch try wait(limit) {
      case .ready: becameReady()
      case .timedOut: break
      case .interrupted: return .interrupted
      }
    }
  }

  /// Does what can be done without waiting.
  package func step() throws(SparkError) -> Step {
    try process.check()
    event = nil
    if case .failed(let error) = state { throw error }
    guard isUnderWay else {
      if response.outcome == .complete { return .done }
      guard !waker.isCancelled else { throw fail(Self.cancelled) }
      return advanceUnasked()
    }
    do throws(SparkError) {
      if waker.isCancelled { throw Self.cancelled }
      if let exchange {
        if try deliverArrived(of: exchange) { return .event }
        if hasStopped { return stop(exchange) }
      }
      if case .failing(let error) = state { throw error }
      let now = Instant.now()
      if total.isOver(now) { group?.excuseAbsence(now) }
      self.now = now
      // An answer that never pauses must not outlast the deadline.
      if total.isOver(now) {
        guard case .running = state, let exchange, exchange.isAnswered else { throw overdue }
        exchange.stopDraining()
        return complete()
      }
      guard try beginIfAdmitted(), let exchange else { return advanceUnasked() }
      return try advance(exchange)
    } catch {
      // Text that was held back is delivered first, unless the caller has cancelled.
      if error.status != .cancelled, (try? deliverClear(of: nil)) ?? false {
        state = .failing(error)
        return .event
      }
      throw fail(error)
    }
  }

  /// Delivers the next event of what has arrived. All buffered messages are read before the network is
  /// checked: a message without an event, such as a text that is held back, may be followed by another.
  private func deliverArrived(of exchange: Exchange) throws(SparkError) -> Bool {
    while try !deliver(of: exchange) {
      guard !hasStopped, case .running = state else { return false }
      do throws(SparkError) {
        try exchange.readBuffered(keepingRawIn: rawSink)
      } catch {
        now = Instant.now()
        try recover(from: error)
      }
      guard exchange.hasEvents else { return false }
    }
    return true
  }

  private func advance(_ exchange: Exchange) throws(SparkError) -> Step {
    do throws(SparkError) {
      let progress = try advanceNotingPhases(exchange, keepingRawIn: rawSink)
      if announcesReady, exchange.isOpen {
        announcesReady = false
        if question == nil { park() }
        event = .ready
        return .event
      }
      if try deliver(of: exchange) { return .event }
      if hasStopped { return stop(exchange) }
      if exchange.isOver || exchange.isReady { return complete() }
      try exchange.checkDeadline(now: now)
      if exchange.isOver { return complete() }
      if case .waiting = progress { return .waiting }
    } catch {
      try recover(from: error)
    }
    return .busy
  }

  /// Continues opening a connection without a request, or reads it to detect its end. A failed connection
  /// is dropped: the next request makes a new one.
  private func advanceUnasked() -> Step {
    guard let exchange else { return .waiting }
    now = Instant.now()
    do throws(SparkError) {
      let progress = try advanceNotingPhases(exchange, keepingRawIn: nil)
      try exchange.checkDeadline(now: now)
      if exchange.isOver { self.exchange = nil }
      if case .waiting = progress { return .waiting }
      return .busy
    } catch {
      exchange.close()
      self.exchange = nil
      return .waiting
    }
  }

  private func advanceNotingPhases(
    _ exchange: Exchange, keepingRawIn sink: Response?
  ) throws(SparkError) -> Exchange.Progress {
    while true {
      let progress = try exchange.advance(now: now, keepingRawIn: sink)
      guard case .phase(let phase, let microseconds) = progress else { return progress }
      note(phase, microseconds, of: exchange)
    }
  }

  func complete() -> Step {
    // An answer without events, such as an embedding, is reported at its end.
    if !hasDelivered { report(nil) }
    response.outcome = .complete
    noteEnd()
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
    endQuestion()
    state = .parked
    if exchange?.isOver ?? false { exchange = nil }
  }

  /// Extends the total deadline by an absence of the caller, who could not drive the stream in that time.
  func excuseAbsence(since start: Instant, _ now: Instant) {
    guard let deadline = total.deadline else { return }
    let absence = max(start, self.now).milliseconds(until: now)
    total = total.ending(at: deadline.advanced(byMilliseconds: absence))
  }

  /// The failure of the total deadline, with what the stream was doing.
  private var overdue: SparkError {
    var error = exchange?.explained(total.timeout) ?? total.timeout
    if let failure = attempts.lastFailure, error.status == .timeout {
      error.message += "; the attempt before failed: \(failure.message)"
      error.prepend(hint: failure.hint)
    }
    return error
  }

  private func endQuestion() {
    question = nil
    total = .none
    leaveQueue()
  }

  /// Ends the exchange with an error, which may be the caller's own. All later calls throw the same error.
  package func fail(_ error: SparkError) -> SparkError {
    if case .failed(let earlier) = state { return earlier }
    var error = error
    if error.sid == nil { error.sid = exchange?.sid?.string }
    if error.phase == .none { error.phase = exchange?.phase ?? waitingPhase }
    error.addHint(at: client.endpoint, speaksScheme: exchange?.hasServerSpoken ?? false)
    question?.addHint(to: &error)
    if let origin = client.origin(for: error) { error.append(hint: origin) }
    error = client.credentials.redact(error)
    response.outcome = Outcome(of: error)
    response.failure = error
    // Text that has arrived is kept.
    _ = try? deliverClear(of: nil)
    event = nil
    noteEnd()
    if response.sid == nil { response.sid = error.sid.map { OwnedText($0) } }
    if response.outcome == .cancelled {
      client.log.write(.info, "the exchange was stopped", error, attempt: response.attempts)
    } else {
      // The caller receives the error; the log notes it at the info level only.
      client.log.write(.info, "the exchange has failed", error, attempt: response.attempts)
    }
    exchange?.close()
    exchange = nil
    report(error)
    endQuestion()
    state = .failed(error)
    return error
  }

  private func noteEnd() {
    if let exchange {
      response.sid = exchange.sid
      // The reason that a service with stop sequences would give.
      response.finishReason =
        response.stopSequence == nil ? exchange.reader.finishReason : OwnedText("stop")
      response.vector = exchange.reader.vector
      response.bytesSent = exchange.bytesSent
      response.bytesReceived = exchange.bytesReceived
    }
    response.timings.noteEnd(at: Instant.now())
  }

  private func note(_ phase: Phase, _ microseconds: Int64, of exchange: Exchange) {
    response.timings.note(phase, microseconds: microseconds)
    client.log.write(.debug, "done", [.phase(phase), .milliseconds(microseconds / 1000)])
    guard exchange.isConnected else { return }
    response.connection = exchange.isResumed ? .resumed : .cold
    client.log.write(
      .info, "connected",
      [
        .host(client.endpoint.url.authority), .domain(client.endpoint.domain),
        .isResumed(exchange.isResumed),
      ])
  }

  private var waitingPhase: Phase {
    if case .queued = state, ticket != nil { .queue } else { .none }
  }

  private var rawSink: Response? { client.keepsRaw ? response : nil }

  private static var cancelled: SparkError {
    SparkError(.cancelled, "the exchange was cancelled")
  }
}

extension Outcome {
  fileprivate init(of error: SparkError) {
    self =
      switch error.status {
      case .truncated: .truncated
      case .cancelled, .callback: .cancelled
      case .timeout: .timeout
      default: .failed
      }
  }
}

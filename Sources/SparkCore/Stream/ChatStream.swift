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
    /// There is an `event`.
    case event
    case done
    /// Nothing more can be done before something that is waited for happens.
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
    /// Waits for its turn, where the client limits how much is asked.
    case queued(PhaseTimer, turn: Instant?)
    /// Waits between two attempts.
    case backingOff(until: Instant)
    case running
    /// The exchange has failed; what came before is delivered first.
    indirect case failing(SparkError)
    /// No question is under way.
    case parked
    /// Nothing more can be done with the stream.
    indirect case failed(SparkError)
  }

  package private(set) var response: Response
  /// What the last step has brought; its texts are borrowed until the next one.
  package internal(set) var event: Event?
  package let waker = Waker()
  package let process: ProcessStamp
  /// The group that drives the stream.
  package internal(set) weak var group: Group?
  /// Whom the caller knows the stream as.
  package var owner: UnsafeMutableRawPointer?
  /// The group's own mark for the stream.
  var token: UInt64 = 0

  let client: Client
  var state = State.parked
  var exchange: Exchange?
  var question: Question?
  var ticket: Pacer.Ticket?
  var attempts = Attempts()
  /// Of the whole exchange.
  private(set) var total = PhaseTimer.none
  private var announcesReady = true
  var hasDelivered = false
  /// Looks for stop sequences, where there are any.
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
    // In a child process the connection is the parent's: it must not hear a goodbye.
    guard !process.isForeign else { return }
    leaveQueue()
    exchange?.close()
  }

  /// Stops the exchange. Safe on any thread and in a signal handler.
  package func cancel() {
    waker.cancel()
  }

  /// The next step ends the exchange, once it has delivered what has come.
  func failNext(_ error: SparkError) {
    state = .failing(error)
  }

  /// Whether a question, or connecting for one, is under way.
  package var isUnderWay: Bool {
    switch state {
    case .queued, .backingOff, .running, .failing: true
    case .parked, .failed: false
    }
  }

  package var hasFailed: Bool {
    if case .failed = state { true } else { false }
  }

  /// Asks on a stream that has no question under way.
  package func send(_ request: ChatRequest) throws(SparkError) {
    try process.check()
    if case .failed(let error) = state {
      throw SparkError(
        .state, "the exchange has failed: \(error.message)", hint: "open a new stream")
    }
    guard question == nil else {
      throw SparkError(
        .state, "a question is under way on this stream", hint: "wait for the end of its answer")
    }
    let question = try client.encode(request)
    // A cancel that came after the end of an answer is not for the next one.
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
          .state, "no question is under way on this stream", hint: "send a question first")
      }
      // What has come already costs no look at the clock.
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
      try total.check(now)
      guard try beginIfAdmitted(), let exchange else { return advanceUnasked() }
      return try advance(exchange)
    } catch {
      // What was held back comes first; who cancels wants no more.
      if error.status != .cancelled, (try? deliverClear(of: nil)) ?? false {
        state = .failing(error)
        return .event
      }
      throw fail(error)
    }
  }

  /// Delivers the next event of what has arrived. All of that comes before the network is looked at: of a
  /// message that brings nothing for the caller, such as a text that is held back, the next stands behind it.
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

  /// A connection without a question goes on opening, or is read to find out that it has ended. One that fails
  /// is forgotten: the question makes another.
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

  /// Nobody could drive the stream in that time: it does not count for the whole exchange.
  func excuseAbsence(since start: Instant, _ now: Instant) {
    guard let deadline = total.deadline else { return }
    let absence = max(start, self.now).milliseconds(until: now)
    total = total.ending(at: deadline.advanced(byMilliseconds: absence))
  }

  private func endQuestion() {
    question = nil
    total = .none
    leaveQueue()
  }

  /// Ends the exchange, also for the caller's own reason; the same error is thrown from now on.
  package func fail(_ error: SparkError) -> SparkError {
    if case .failed(let earlier) = state { return earlier }
    var error = error
    if error.sid == nil { error.sid = exchange?.sid?.string }
    if error.phase == .none { error.phase = exchange?.phase ?? waitingPhase }
    error.addHint(at: client.endpoint, speaksScheme: exchange?.hasServerSpoken ?? false)
    if error.status == .auth, let origin = client.originOfCredentials {
      error.append(hint: origin)
    }
    question?.addHint(to: &error)
    error = client.credentials.redact(error)
    response.outcome = Outcome(of: error)
    response.failure = error
    // What has come is kept.
    _ = try? deliverClear(of: nil)
    event = nil
    noteEnd()
    if response.sid == nil { response.sid = error.sid.map { OwnedText($0) } }
    if response.outcome == .cancelled {
      client.log.write(.info, "the exchange was stopped", error, attempt: response.attempts)
    } else {
      // Who asked is told; the log says no more than that it happened.
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
      // What a service that knows stop sequences says.
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

internal import SparkTransport
internal import SparkWire

/// When a question goes out, and when it goes out again.
extension ChatStream {
  func startClock() {
    let total = client.timeouts.total
    totalDeadline = question != nil && total > 0 ? now.advanced(byMilliseconds: total) : nil
  }

  /// Waits in line, if there is one.
  func line() {
    guard client.pacer != nil, question != nil else {
      stage = .running
      return
    }
    queuedSince = now
    let milliseconds = client.timeouts.queue
    stage = .queued(until: milliseconds > 0 ? now.advanced(byMilliseconds: milliseconds) : nil)
  }

  func leaveLine() {
    if let ticket { client.pacer?.leave(ticket) }
    ticket = nil
  }

  /// True once there is an exchange to drive.
  func takeTurn() throws(SparkError) -> Bool {
    switch stage {
    case .queued(let until):
      // It joins when it is driven: a stream that nobody drives holds nobody up.
      if ticket == nil { ticket = client.pacer?.join(interruption) }
      let claim = ticket.flatMap { client.pacer?.claim($0, now: now) }
      queueWakeAt = [claim?.wakeAt, until].compactMap(\.self).min()
      guard claim?.isGranted ?? true else {
        try checkTotal()
        if let until, until <= now { throw Exchange.timeout(.queue, client.timeouts.queue) }
        return false
      }
      response.timings.noteQueue(now.microseconds(since: queuedSince))
      stage = .running
    case .pausing(let until):
      guard until <= now else {
        try checkTotal()
        return false
      }
      line()
      return try takeTurn()
    case .running:
      break
    case .parked:
      return false
    }
    try beginAttempt()
    return true
  }

  private func beginAttempt() throws(SparkError) {
    let isFirst = response.attempts == 0
    guard isFirst || exchange == nil else { return }
    if isFirst { firstAttempt = now }
    response.attempts += 1
    guard isFirst, let exchange, let question else { return connect(question) }
    if !exchange.isOpen {
      // Still connecting: the question goes out as soon as that is done.
      try exchange.ask(question, now: now)
    } else if exchange.isUsable(now: now) {
      response.connection = .warm
      try exchange.ask(question, now: now)
    } else {
      exchange.close()
      connect(question)
    }
  }

  private func connect(_ question: Question?, mayReuse: Bool = true) {
    response.timings.forgetConnection()
    let made = Exchange(
      client: client, question: question, interruption: interruption, mayReuse: mayReuse, now: now)
    if made.isWarm { response.connection = .warm }
    made.onPhaseEnd = { [unowned self, unowned made] phase, microseconds in
      response.timings.note(phase, microseconds: microseconds)
      client.log.write(.debug, "done", [.phase(phase), .milliseconds(microseconds / 1000)])
      guard made.isConnected else { return }
      response.connection = made.isResumed ? .resumed : .cold
      client.log.write(
        .info, "connected",
        [
          .host(client.endpoint.url.authority), .domain(client.endpoint.domain),
          .isResumed(made.isResumed),
        ])
    }
    if client.keepsRaw {
      made.onMessage = { [unowned self] message throws(SparkError) in
        try response.keepRaw(message)
      }
    }
    exchange = made
  }

  /// Arranges for another attempt, or throws.
  func recover(from error: SparkError) throws(SparkError) {
    if let exchange, exchange.hasEvents {
      // What came before the failure is delivered before it.
      failure = error
      return
    }
    guard !hasDelivered else { throw error }
    if let exchange, exchange.wasStale, question != nil, error.status == .truncated {
      exchange.close()
      client.log.write(.info, "a warm connection had ended; connecting again")
      connect(question, mayReuse: false)
      return
    }
    let delay = try delay(after: error)
    exchange?.close()
    exchange = nil
    leaveLine()
    client.log.write(
      .warning, "the attempt has failed; trying again", client.credentials.redact(error),
      attempt: response.attempts)
    stage = .pausing(until: now.advanced(byMilliseconds: delay))
  }

  private func delay(after error: SparkError) throws(SparkError) -> Int32 {
    if client.retry.correctsClock, !hasCorrectedClock, let exchange,
      let skew = error.refusal?.clockSkewSeconds, error.status == .auth, skew.magnitude > 300
    {
      hasCorrectedClock = true
      client.correctClock(to: exchange.clockOffset &- skew)
      return 0
    }
    let delay = client.retry.delay(
      after: error, attempts: response.attempts,
      elapsedMilliseconds: now.microseconds(since: firstAttempt) / 1000
    ) { Int32.random(in: $0) }
    guard let delay else { throw error }
    return delay
  }

  func dequeue() throws(SparkError) -> AnswerEvent? {
    guard let exchange, let event = exchange.nextEvent() else { return nil }
    if !hasDelivered {
      hasDelivered = true
      question?.forget()
      response.sid = exchange.sid
    }
    response.timings.note(event, at: now)
    if case .warning(let code, _) = event {
      client.log.write(.warning, "the service warns", [.serviceCode(code)])
    }
    try response.append(event)
    return event
  }

  func checkDeadlines() throws(SparkError) {
    try checkTotal()
    try exchange?.checkDeadline(now: now)
  }

  func checkTotal() throws(SparkError) {
    guard let totalDeadline, totalDeadline <= now else { return }
    throw Exchange.timeout(.total, client.timeouts.total)
  }
}

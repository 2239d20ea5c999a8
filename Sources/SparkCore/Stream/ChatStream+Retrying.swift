internal import SparkTransport
internal import SparkWire

/// Sending a request, and retrying it.
extension ChatStream {
  /// The attempts to send one request.
  struct Attempts {
    var first = Instant.distantPast
    var hasCorrectedClock = false
    var lastFailure: SparkError?
    /// Why there is another attempt, and the latest time at which it may begin.
    var retry: (failure: SparkError, until: Instant)?
  }

  func beginAttempt() throws(SparkError) {
    let isFirst = response.attempts == 0
    guard isFirst || exchange == nil else { return }
    if isFirst { attempts.first = now }
    attempts.retry = nil
    response.attempts += 1
    guard isFirst, let exchange, let question else { return connect(question) }
    if !exchange.isOpen {
      // Still connecting: the request is sent as soon as the connection is open.
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
      client: client, question: question, waker: waker, mayReuse: mayReuse, now: now)
    if made.isWarm { response.connection = .warm }
    exchange = made
  }

  /// Arranges for another attempt, or throws.
  func recover(from error: SparkError) throws(SparkError) {
    if let exchange, exchange.hasEvents {
      state = .failing(error)
      return
    }
    guard !hasDelivered else { throw error }
    if let exchange, exchange.wasStale, question != nil, error.status == .truncated {
      exchange.close()
      // The other idle connections have probably ended, too.
      client.idleConnections.drop()
      client.log.write(.info, "a warm connection had ended; connecting again")
      connect(question, mayReuse: false)
      return
    }
    let delay = try delay(after: error)
    attempts.lastFailure = error
    exchange?.close()
    exchange = nil
    report(error)
    leaveQueue()
    client.log.write(
      .info, "the attempt failed; trying again", client.credentials.redact(error),
      attempt: response.attempts)
    state = .backingOff(until: now.advanced(byMilliseconds: delay))
  }

  private func delay(after error: SparkError) throws(SparkError) -> Int32 {
    if client.retry.correctsClock, !attempts.hasCorrectedClock, let exchange,
      let skew = error.httpDetails?.clockSkewSeconds, error.status == .auth, skew.magnitude > 300
    {
      attempts.hasCorrectedClock = true
      client.correctClock(to: exchange.clockOffset &- skew)
      return 0
    }
    let delay = client.retry.delay(
      after: error, attempts: response.attempts,
      elapsedMilliseconds: now.microseconds(since: attempts.first) / 1000
    ) { Int32.random(in: $0) }
    guard let delay else { throw error }
    attempts.retry = (
      error, attempts.first.advanced(byMilliseconds: client.retry.budgetMilliseconds)
    )
    return delay
  }
}

internal import SparkTransport
internal import SparkWire

/// Waiting for a turn, if the client limits its requests.
extension ChatStream {
  func enqueue() {
    guard question != nil else {
      state = .running
      return
    }
    state = .queued(client.timer(.queue, now: now), turn: nil)
  }

  func leaveQueue() {
    if let ticket { client.pacer.leave(ticket) }
    ticket = nil
  }

  /// Reports to the pacer and the limiter why the attempt has failed, or that the service answers.
  func report(_ failure: SparkError?) {
    if let ticket { client.pacer.report(ticket, failure, now: now) }
  }

  /// Begins an attempt when its turn has come. Returns whether there is an exchange to drive.
  func beginIfAdmitted() throws(SparkError) -> Bool {
    // The caller may be late, or the queue may be long.
    if let retry = attempts.retry, retry.until < now { throw retry.failure }
    if case .backingOff(let until) = state, until <= now { enqueue() }
    if case .queued(let timer, _) = state { try claimTurn(timer) }
    guard case .running = state else { return false }
    try beginAttempt()
    return true
  }

  private func claimTurn(_ timer: PhaseTimer) throws(SparkError) {
    // A stream joins the queue when it is driven, and lets others pass when it no longer is: an undriven
    // stream blocks no one.
    let isNew = ticket == nil
    let ticket = ticket ?? client.pacer.join(waker)
    self.ticket = ticket
    let claim = client.pacer.claim(ticket, now: now)
    let wakeAt = claim.isGranted ? try client.pacer.admit(ticket, now: now) : claim.wakeAt
    guard claim.isGranted, wakeAt == nil else {
      state = .queued(timer, turn: wakeAt)
      guard timer.isOver(now) else { return }
      var error = timer.timeout
      if let refusal = client.pacer.refusal(now) {
        error.append(hint: "the client pauses after a refusal: " + refusal.message)
        error.httpDetails = refusal.httpDetails
        if let asked = refusal.httpDetails?.retryAfterMilliseconds, asked >= 0 {
          error.hint += " (Retry-After: \(asked / 1000) s)"
        }
      }
      throw error
    }
    response.timings.noteQueue(isNew ? 0 : timer.microseconds(until: now))
    state = .running
  }
}

package import SparkTransport
internal import SparkWire

/// What the stream waits for: in each state, only what that state depends on.
extension ChatStream {
  /// When to call `step` again even if no descriptor is ready.
  package var wakeAt: Instant? {
    let wake: Instant? =
      switch state {
      case .queued(let timer, let turn):
        timer.deadline.earlier(turn).earlier(exchange?.wakeAt).earlier(attempts.retry?.until)
      case .backingOff(let until): until
      case .running: exchange?.wakeAt
      case .failing, .parked, .failed: nil
      }
    return wake.earlier(total.deadline)
  }

  package func appendInterests(to list: inout [Interest]) {
    switch state {
    case .running, .parked, .queued: exchange?.appendInterests(to: &list)
    case .backingOff, .failing, .failed: break
    }
  }

  package func becameReady() {
    exchange?.becameReady()
  }

  func wait(_ limit: Instant?) throws(SparkError) -> WaitOutcome {
    let until = wakeAt.earlier(limit)
    do throws(SparkError) {
      return try poller.wait(
        waker, timeoutMilliseconds: until.map { Instant.now().milliseconds(until: $0) }
      ) { appendInterests(to: &$0) }
    } catch {
      throw fail(error)
    }
  }
}

extension Instant? {
  /// Returns the earlier instant; nil means never.
  func earlier(_ other: Instant?) -> Instant? {
    guard let self, let other else { return self ?? other }
    return min(self, other)
  }
}

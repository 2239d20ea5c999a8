internal import SparkTransport
package import SparkWire
internal import Synchronization

/// A limit that others have a part in, too: other clients, processes, or machines. It is asked before each
/// attempt, on any thread that uses the client.
package protocol Limiter: AnyObject, Sendable {
  /// 0: the attempt may begin. Positive: when to ask again, in milliseconds. Negative: it cannot tell.
  func acquire(_ attempt: Int64) -> Int32

  /// The attempt has failed, or, with nil, the service answers.
  func report(_ attempt: Int64, _ failure: Status?, serviceCode: Int32)

  /// The attempt is over.
  func release(_ attempt: Int64)
}

extension Limiter {
  func report(_ ticket: Pacer.Ticket, _ failure: SparkError?) {
    guard ticket.isAdmitted.load(ordering: .relaxed) else { return }
    report(ticket.number, failure?.status, serviceCode: failure?.serviceCode ?? 0)
  }

  func release(_ ticket: Pacer.Ticket) {
    if ticket.isAdmitted.exchange(false, ordering: .relaxed) { release(ticket.number) }
  }
}

extension Pacer {
  /// Asks the limiter, where there is one, for a ticket whose turn has come.
  ///
  /// It is the host's code: no lock is held while it runs.
  ///
  /// - Returns: when to ask again; nil: it may begin.
  func admit(_ ticket: Ticket, now: Instant) throws(SparkError) -> Instant? {
    guard let limiter else { return nil }
    let milliseconds = limiter.acquire(ticket.number)
    guard milliseconds >= 0 else {
      throw SparkError(
        .callback, "the limiter has failed", hint: "look for what it says of the reason")
    }
    ticket.isAdmitted.store(milliseconds == 0, ordering: .relaxed)
    let wakeAt = milliseconds == 0 ? nil : now.advanced(byMilliseconds: milliseconds)
    settle(ticket, wakeAt: wakeAt, now: now)
    return wakeAt
  }
}

internal import SparkTransport
package import SparkWire
internal import Synchronization

/// A limit that clients, processes or machines share. The client asks it before each attempt, on any
/// thread that uses the client.
package protocol Limiter: AnyObject, Sendable {
  /// Returns 0 if the attempt may begin, a positive number of milliseconds after which to ask again, or a
  /// negative number if the limiter has failed.
  func acquire(_ attempt: Int64) -> Int32

  /// Notes that the attempt has failed, or, with nil, that the service answers.
  func report(_ attempt: Int64, _ failure: Status?, serviceCode: Int32)

  /// Notes that the attempt is over.
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
  /// Asks the limiter, if there is one, for a ticket whose turn has come.
  ///
  /// The limiter is the host's code, so no lock is held while it runs.
  ///
  /// - Returns: When to ask again; nil: the attempt may begin.
  func admit(_ ticket: Ticket, now: Instant) throws(SparkError) -> Instant? {
    guard let limiter else { return nil }
    let milliseconds = limiter.acquire(ticket.number)
    guard milliseconds >= 0 else {
      throw SparkError(
        .callback, "the limiter has failed", hint: "check the limiter's own error for the reason")
    }
    ticket.isAdmitted.store(milliseconds == 0, ordering: .relaxed)
    let wakeAt = milliseconds == 0 ? nil : now.advanced(byMilliseconds: milliseconds)
    settle(ticket, wakeAt: wakeAt, now: now)
    return wakeAt
  }
}

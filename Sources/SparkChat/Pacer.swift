internal import SparkTransport
internal import Synchronization

/// The line in which the questions of a client wait, so that no more are asked in a second, or at
/// once, than the client is allowed.
final class Pacer: Sendable {
  /// A place in the line, or among the questions under way.
  final class Ticket: Sendable {
    fileprivate let interruption: Interruption
    fileprivate let isGranted = Atomic<Bool>(false)

    fileprivate init(_ interruption: Interruption) {
      self.interruption = interruption
    }
  }

  private struct State {
    var underWay = 0
    var waiting: [Ticket] = []
    /// When the next question may begin, by the rate.
    var nextStart = Instant.distantPast
  }

  private let intervalNanoseconds: Int64
  private let maxUnderWay: Int
  private let state = Mutex(State())

  /// - Parameters: 0 is no limit.
  init(perSecond: Double, maxUnderWay: Int) {
    intervalNanoseconds = perSecond > 0 ? Int64(1_000_000_000 / max(perSecond, 0.001)) : 0
    self.maxUnderWay = maxUnderWay
  }

  /// Joins the line.
  func join(_ interruption: Interruption) -> Ticket {
    let ticket = Ticket(interruption)
    state.withLock { $0.waiting.append(ticket) }
    return ticket
  }

  /// Whether it is the ticket's turn; if it has to wait for the rate only, until when.
  func claim(_ ticket: Ticket, now: Instant) -> (isGranted: Bool, wakeAt: Instant?) {
    state.withLock { state in
      if ticket.isGranted.load(ordering: .relaxed) { return (true, nil) }
      guard let place = state.waiting.firstIndex(where: { $0 === ticket }) else {
        return (false, nil)
      }
      let free = maxUnderWay == 0 ? Int.max : maxUnderWay - state.underWay
      guard place < free else { return (false, nil) }
      guard intervalNanoseconds > 0 else { return (grant(ticket, at: place, &state), nil) }
      let turn = max(state.nextStart, now).advanced(
        byNanoseconds: Self.product(intervalNanoseconds, place))
      guard place == 0, turn <= now else { return (false, turn) }
      state.nextStart = turn.advanced(byNanoseconds: intervalNanoseconds)
      return (grant(ticket, at: place, &state), nil)
    }
  }

  /// The question is over, or has left the line.
  func leave(_ ticket: Ticket) {
    let next = state.withLock { state -> [Ticket] in
      if ticket.isGranted.load(ordering: .relaxed) {
        state.underWay -= 1
      } else {
        state.waiting.removeAll { $0 === ticket }
      }
      // Those in front may start, or at least learn when.
      return Array(state.waiting.prefix(2))
    }
    for ticket in next { ticket.interruption.wake() }
  }

  private func grant(_ ticket: Ticket, at place: Int, _ state: inout State) -> Bool {
    state.waiting.remove(at: place)
    state.underWay += 1
    ticket.isGranted.store(true, ordering: .relaxed)
    return true
  }

  private static func product(_ interval: Int64, _ place: Int) -> Int64 {
    let (product, overflow) = interval.multipliedReportingOverflow(by: Int64(place))
    return overflow ? Int64.max / 4 : product
  }
}

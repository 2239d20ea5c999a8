internal import SparkTransport
internal import Synchronization

/// The line in which the questions of a client wait, so that no more are asked in a second, or at
/// once, than the client is allowed.
final class Pacer: Sendable {
  /// A place in the line, or among the questions under way.
  final class Ticket: Sendable {
    fileprivate let waker: Waker
    fileprivate let isGranted = Atomic<Bool>(false)

    fileprivate init(_ waker: Waker) {
      self.waker = waker
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
  func join(_ waker: Waker) -> Ticket {
    let ticket = Ticket(waker)
    state.withLock { $0.waiting.append(ticket) }
    return ticket
  }

  /// Whether it is the ticket's turn; if it has to wait for the rate only, until when.
  func claim(_ ticket: Ticket, now: Instant) -> (isGranted: Bool, wakeAt: Instant?) {
    let (isGranted, wakeAt, next) = state.withLock { state -> (Bool, Instant?, Ticket?) in
      if ticket.isGranted.load(ordering: .relaxed) { return (true, nil, nil) }
      guard let place = state.waiting.firstIndex(where: { $0 === ticket }),
        place < places(state)
      else { return (false, nil, nil) }
      guard intervalNanoseconds > 0 else {
        grant(ticket, at: place, &state)
        return (true, nil, nil)
      }
      let turn = max(state.nextStart, now).advanced(
        byNanoseconds: Self.product(intervalNanoseconds, place))
      guard place == 0, turn <= now else { return (false, turn, nil) }
      state.nextStart = turn.advanced(byNanoseconds: intervalNanoseconds)
      grant(ticket, at: place, &state)
      return (true, nil, state.waiting.first)
    }
    next?.waker.wake()
    return (isGranted, wakeAt)
  }

  /// The question is over, or has left the line.
  func leave(_ ticket: Ticket) {
    let next = state.withLock { state -> [Ticket] in
      if ticket.isGranted.load(ordering: .relaxed) {
        state.underWay -= 1
      } else {
        state.waiting.removeAll { $0 === ticket }
      }
      let last = min(places(state), state.waiting.count) - 1
      guard last >= 0 else { return [] }
      // With a rate, the first may start sooner than it was told; with a limit, there is room for
      // one more, and all before that one know that there is for them.
      var next: [Ticket] = []
      if intervalNanoseconds > 0 || last == 0 { next.append(state.waiting[0]) }
      if maxUnderWay > 0, last > 0 { next.append(state.waiting[last]) }
      return next
    }
    for ticket in next { ticket.waker.wake() }
  }

  /// How many more may be under way.
  private func places(_ state: State) -> Int {
    maxUnderWay == 0 ? Int.max : maxUnderWay - state.underWay
  }

  private func grant(_ ticket: Ticket, at place: Int, _ state: inout State) {
    state.waiting.remove(at: place)
    state.underWay += 1
    ticket.isGranted.store(true, ordering: .relaxed)
  }

  private static func product(_ interval: Int64, _ place: Int) -> Int64 {
    let (product, overflow) = interval.multipliedReportingOverflow(by: Int64(place))
    return overflow ? Int64.max / 4 : product
  }
}

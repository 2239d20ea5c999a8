internal import SparkTransport
internal import Synchronization

/// The line in which the questions of a client wait, so that no more are asked in a second, or at
/// once, than the client is allowed.
///
/// A stream may be left by its caller while it stands in the line. So each says when it comes again, those
/// far behind more rarely; whoever is overdue lets the others pass until it comes.
final class Pacer: Sendable {
  /// A place in the line, or among the questions under way.
  final class Ticket: Sendable {
    fileprivate let waker: Waker
    /// The order in which they came.
    fileprivate let number: UInt64
    fileprivate let isGranted = Atomic<Bool>(false)

    fileprivate init(_ waker: Waker, number: UInt64) {
      self.waker = waker
      self.number = number
    }
  }

  private struct Place {
    let ticket: Ticket
    /// Its turn has come, and it knows.
    var isCalled = false
    /// When it comes again by itself; nil: when it is called.
    var comesAt: Instant?

    func isOverdue(_ now: Instant) -> Bool {
      comesAt.map { $0.advanced(byMilliseconds: Pacer.graceMilliseconds) <= now } ?? false
    }
  }

  private struct State {
    var underWay = 0
    var line: [Place] = []
    var lastNumber: UInt64 = 0
    /// When the next question may begin, by the rate.
    var nextStart = Instant.distantPast

    /// Where the ticket stands; one that had let others pass stands where it was.
    mutating func place(of ticket: Ticket) -> Int {
      var (low, high) = (0, line.count)
      while low < high {
        let middle = (low + high) / 2
        if line[middle].ticket.number < ticket.number { low = middle + 1 } else { high = middle }
      }
      if low == line.count || line[low].ticket !== ticket {
        line.insert(Place(ticket: ticket), at: low)
      }
      return low
    }
  }

  /// How late one may be.
  static let graceMilliseconds: Int32 = 1000

  private let intervalNanoseconds: Int64
  private let maxUnderWay: Int
  private let state = Locked(State())

  /// - Parameters: 0 is no limit.
  init(perSecond: Double, maxUnderWay: Int) {
    intervalNanoseconds = perSecond > 0 ? Int64(1_000_000_000 / max(perSecond, 0.001)) : 0
    self.maxUnderWay = maxUnderWay
  }

  /// Joins the line.
  func join(_ waker: Waker) -> Ticket {
    state.withLock { state in
      state.lastNumber += 1
      let ticket = Ticket(waker, number: state.lastNumber)
      state.line.append(Place(ticket: ticket))
      return ticket
    }
  }

  /// Whether it is the ticket's turn; if not, when to ask again though nobody wakes it.
  func claim(_ ticket: Ticket, now: Instant) -> (isGranted: Bool, wakeAt: Instant?) {
    if ticket.isGranted.load(ordering: .relaxed) { return (true, nil) }
    let (isGranted, wakeAt, called) = state.withLock { state -> (Bool, Instant?, [Ticket]) in
      state.line[state.place(of: ticket)].comesAt = nil
      state.line.removeAll { $0.isOverdue(now) }
      let place = state.place(of: ticket)
      let isNext = place < turns(state)
      let turn = max(state.nextStart, now)
      if isNext, turn <= now {
        state.line.remove(at: place)
        state.underWay += 1
        state.nextStart = turn.advanced(byNanoseconds: intervalNanoseconds)
        ticket.isGranted.store(true, ordering: .relaxed)
        return (true, nil, call(&state, now))
      }
      let comesAt = isNext ? turn : Self.watch(state.line, at: place, now)
      state.line[place].isCalled = isNext
      state.line[place].comesAt = comesAt
      return (false, comesAt, call(&state, now))
    }
    for ticket in called { ticket.waker.wake() }
    return (isGranted, wakeAt)
  }

  /// The question is over, or has left the line.
  func leave(_ ticket: Ticket) {
    let called = state.withLock { state -> [Ticket] in
      if ticket.isGranted.load(ordering: .relaxed) {
        state.underWay -= 1
      } else {
        state.line.remove(at: state.place(of: ticket))
      }
      return call(&state, Instant.now())
    }
    for ticket in called { ticket.waker.wake() }
  }

  /// How many of the line may begin: by the rate, one after the other.
  private func turns(_ state: State) -> Int {
    let places = maxUnderWay == 0 ? Int.max : maxUnderWay - state.underWay
    return intervalNanoseconds > 0 ? min(places, 1) : places
  }

  /// Whose turn has come and who does not know yet.
  private func call(_ state: inout State, _ now: Instant) -> [Ticket] {
    var called: [Ticket] = []
    for place in state.line.indices.prefix(max(turns(state), 0)) where !state.line[place].isCalled {
      state.line[place].isCalled = true
      state.line[place].comesAt = max(state.nextStart, now)
      called.append(state.line[place].ticket)
    }
    return called
  }

  /// When the one at `place` looks after those before it. The further behind, the more rarely: a long line
  /// costs next to nothing.
  private static func watch(_ line: [Place], at place: Int, _ now: Instant) -> Instant? {
    guard place > 0 else { return nil }
    return line[place - 1].comesAt?.advanced(byMilliseconds: graceMilliseconds)
      ?? now.advanced(byMilliseconds: graceMilliseconds * Int32(clamping: min(place, 3600)))
  }
}

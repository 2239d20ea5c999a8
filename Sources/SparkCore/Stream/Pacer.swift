internal import SparkTransport
internal import SparkWire
internal import Synchronization

/// The queue in which a client's requests wait, so that their rate and number stay within the client's own
/// limits, the service's limits, and the host's limiter.
///
/// The caller may abandon a stream while it is in the queue. Each stream therefore says when it checks
/// again; those far back do so more rarely. An overdue stream lets the others pass until it checks.
final class Pacer: Sendable {
  /// A place in the queue, or among the requests in progress.
  final class Ticket: Sendable {
    fileprivate let waker: Waker
    /// The order of arrival; unique in the process.
    let number: Int64
    fileprivate let isGranted = Atomic<Bool>(false)
    /// The throttle's `cuts` when the request began.
    fileprivate let cuts = Atomic<Int>(0)
    /// The limiter has counted it.
    let isAdmitted = Atomic<Bool>(false)

    fileprivate init(_ waker: Waker, number: Int64) {
      self.waker = waker
      self.number = number
    }
  }

  private struct Place {
    let ticket: Ticket
    /// Its turn has come, and it has been woken.
    var isCalled = false
    /// When it checks again on its own; nil: when it is woken.
    var comesAt: Instant?

    func isOverdue(_ now: Instant) -> Bool {
      comesAt.map { $0.advanced(byMilliseconds: Pacer.graceMilliseconds) <= now } ?? false
    }
  }

  private struct State {
    var underWay = 0
    var line: [Place] = []
    /// When the rate allows the next request.
    var nextStart = Instant.distantPast
    /// When to ask the limiter again.
    var heldUntil = Instant.distantPast
    var throttle: Throttle

    var nextTurn: Instant { max(nextStart, heldUntil, throttle.nextStart) }

    mutating func begin(_ ticket: Ticket, _ now: Instant) {
      throttle.begin(now)
      ticket.cuts.store(throttle.cuts, ordering: .relaxed)
    }

    /// Returns the ticket's index in the queue. A ticket that had let others pass gets its place back.
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

  /// How late a stream may be.
  static let graceMilliseconds: Int32 = 1000

  private static let lastNumber = Atomic<Int64>(0)

  let limiter: (any Limiter)?
  private let intervalNanoseconds: Int64
  private let maxUnderWay: Int
  private let state: Locked<State>

  /// Makes a pacer; a rate or number of 0 means no limit.
  init(
    perSecond: Double, maxUnderWay: Int, limiter: (any Limiter)? = nil,
    throttle: Throttle = Throttle()
  ) {
    state = Locked(State(throttle: throttle))
    intervalNanoseconds = perSecond > 0 ? Int64(1_000_000_000 / max(perSecond, 0.001)) : 0
    self.maxUnderWay = maxUnderWay
    self.limiter = limiter
  }

  /// Joins the queue.
  func join(_ waker: Waker) -> Ticket {
    state.withLock { state in
      let number = Self.lastNumber.wrappingAdd(1, ordering: .relaxed).newValue
      let ticket = Ticket(waker, number: number)
      state.line.append(Place(ticket: ticket))
      return ticket
    }
  }

  /// Returns whether it is the ticket's turn; if not, when to ask again even without a wake.
  func claim(_ ticket: Ticket, now: Instant) -> (isGranted: Bool, wakeAt: Instant?) {
    if ticket.isGranted.load(ordering: .relaxed) { return (true, nil) }
    let (isGranted, wakeAt, called) = state.withLock { state -> (Bool, Instant?, [Ticket]) in
      state.throttle.noteTime(now)
      state.line[state.place(of: ticket)].comesAt = nil
      state.line.removeAll { $0.isOverdue(now) }
      let place = state.place(of: ticket)
      let isNext = place < turns(state)
      let turn = max(state.nextTurn, now)
      if isNext, turn <= now {
        state.line.remove(at: place)
        state.underWay += 1
        state.nextStart = turn.advanced(byNanoseconds: intervalNanoseconds)
        ticket.isGranted.store(true, ordering: .relaxed)
        // The limiter has the last word.
        guard limiter == nil else { return (true, nil, []) }
        state.begin(ticket, now)
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

  /// Ends a request, or removes it from the queue.
  func leave(_ ticket: Ticket) {
    limiter?.release(ticket)
    let called = state.withLock { state -> [Ticket] in
      if ticket.isGranted.load(ordering: .relaxed) {
        state.underWay -= 1
      } else {
        state.line.remove(at: state.place(of: ticket))
      }
      hold(&state, until: .distantPast)
      return call(&state, Instant.now())
    }
    for ticket in called { ticket.waker.wake() }
  }

  /// Notes that the service answers, or that the attempt has failed.
  func report(_ ticket: Ticket, _ failure: SparkError?, now: Instant) {
    guard ticket.isGranted.load(ordering: .relaxed) else { return }
    state.withLock { state in
      guard let failure else { return state.throttle.noteAnswer() }
      guard let limit = failure.exceededLimit else { return }
      state.throttle.noteRefusal(
        limit, cuts: ticket.cuts.load(ordering: .relaxed), underWay: state.underWay,
        milliseconds: failure.httpDetails?.retryAfterMilliseconds ?? -1, now)
    }
    limiter?.report(ticket, failure)
  }

  /// Applies the limiter's decision: the ticket begins and the next one may follow, or the ticket is first
  /// in the queue again until `wakeAt`.
  func settle(_ ticket: Ticket, wakeAt: Instant?, now: Instant) {
    let called = state.withLock { state -> [Ticket] in
      guard let wakeAt else {
        state.begin(ticket, now)
        return call(&state, now)
      }
      ticket.isGranted.store(false, ordering: .relaxed)
      state.underWay -= 1
      state.nextStart = now
      let place = state.place(of: ticket)
      state.line[place].comesAt = wakeAt
      hold(&state, until: wakeAt)
      state.line[place].isCalled = true
      return []
    }
    for ticket in called { ticket.waker.wake() }
  }

  /// Does not ask the limiter before a certain time.
  private func hold(_ state: inout State, until: Instant) {
    guard limiter != nil else { return }
    state.heldUntil = until
    if !state.line.isEmpty { state.line[0].isCalled = false }
  }

  /// How many requests of the queue may begin; with a rate or a limiter, one after the other.
  private func turns(_ state: State) -> Int {
    let most = min(maxUnderWay == 0 ? Int.max : maxUnderWay, state.throttle.maxUnderWay ?? Int.max)
    let isOneByOne = intervalNanoseconds > 0 || limiter != nil || state.throttle.rate != nil
    return min(most == Int.max ? most : most - state.underWay, isOneByOne ? 1 : Int.max)
  }

  /// Returns the tickets whose turn has come and that have not been woken yet.
  private func call(_ state: inout State, _ now: Instant) -> [Ticket] {
    var called: [Ticket] = []
    for place in state.line.indices.prefix(max(turns(state), 0)) where !state.line[place].isCalled {
      state.line[place].isCalled = true
      state.line[place].comesAt = max(state.nextTurn, now)
      called.append(state.line[place].ticket)
    }
    return called
  }

  /// Returns when the stream at `place` checks those before it. The further back, the more rarely it checks,
  /// so that even a long queue costs almost nothing.
  private static func watch(_ line: [Place], at place: Int, _ now: Instant) -> Instant? {
    guard place > 0 else { return nil }
    return line[place - 1].comesAt?.advanced(byMilliseconds: graceMilliseconds)
      ?? now.advanced(byMilliseconds: graceMilliseconds * Int32(clamping: min(place, 3600)))
  }
}

extension SparkError {
  /// The limit that was exceeded, if the service reports one.
  fileprivate var exceededLimit: Throttle.Limit? {
    switch (status, serviceCode) {
    // Too many concurrent requests (protocol 5).
    case (.rateLimited, 10006), (.rateLimited, 10007), (.rateLimited, 11203), (.overloaded, _):
      .underWay
    case (.rateLimited, _): .rate
    default: nil
    }
  }
}

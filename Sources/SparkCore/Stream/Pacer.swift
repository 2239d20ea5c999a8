internal import SparkTransport
internal import SparkWire
internal import Synchronization

/// The queues in which a client's requests wait, so that their rate and number stay within the client's own
/// limits, the service's limits, and the host's limiter. Each server has its own queue.
///
/// The caller may abandon a stream while it is in the queue. Each stream therefore says when it checks
/// again; those far back do so more rarely. An overdue stream lets the others pass until it checks.
///
/// `@unchecked Sendable`: lanes are only touched under the lock.
final class Pacer: @unchecked Sendable {
  /// A place in the queue, or among the requests in progress.
  final class Ticket: @unchecked Sendable {
    fileprivate let waker: Waker
    /// The order of arrival; unique in the process.
    let number: Int64
    /// When its stream checks again on its own; nil: when it is woken. Only touched under the lock.
    fileprivate(set) var comesAt: Instant?
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

  private struct State {
    var lanes: [Lane] = []
    var underWay = 0
    /// When the rate allows the next request.
    var nextStart = Instant.distantPast
    /// When to ask the limiter again.
    var heldUntil = Instant.distantPast
  }

  private static let lastNumber = Atomic<Int64>(0)

  let limiter: (any Limiter)?
  private let intervalNanoseconds: Int64
  private let maxUnderWay: Int
  private let lane: Lane
  private let state: Locked<State>

  /// Makes a pacer; a rate or number of 0 means no limit.
  ///
  /// - Parameter other: The pacer of another server, with which this one shares the rate and the number.
  init(
    perSecond: Double, maxUnderWay: Int, limiter: (any Limiter)? = nil,
    throttle: Throttle = Throttle(), sharing other: Pacer? = nil
  ) {
    let lane = Lane(throttle)
    self.lane = lane
    state = other?.state ?? Locked(State())
    intervalNanoseconds = perSecond > 0 ? Int64(1_000_000_000 / max(perSecond, 0.001)) : 0
    self.maxUnderWay = maxUnderWay
    self.limiter = limiter
    state.withLock { $0.lanes.append(lane) }
  }

  /// Joins the queue.
  func join(_ waker: Waker) -> Ticket {
    state.withLock { _ in
      let number = Self.lastNumber.wrappingAdd(1, ordering: .relaxed).newValue
      let ticket = Ticket(waker, number: number)
      _ = lane.place(of: ticket)
      return ticket
    }
  }

  /// Returns whether it is the ticket's turn; if not, when to ask again even without a wake.
  ///
  /// If there is a limiter, it has the last word, and the ticket stays in the queue until `settle`.
  func claim(_ ticket: Ticket, now: Instant) -> (isGranted: Bool, wakeAt: Instant?) {
    if ticket.isGranted.load(ordering: .relaxed) { return (true, nil) }
    var (isGranted, wakeAt): (Bool, Instant?) = (false, nil)
    update(now, asking: ticket) { state in
      lane.throttle.noteTime(now)
      _ = lane.place(of: ticket)
      for lane in state.lanes { wakeAt = lane.watch(before: ticket, now).earlier(wakeAt) }
      if isNext(ticket, in: lane, state, now) {
        wakeAt = nextTurn(in: lane, state, now)
        isGranted = wakeAt == now
      }
      ticket.comesAt = wakeAt
      guard isGranted else { return }
      state.underWay += 1
      lane.underWay += 1
      state.nextStart = now.advanced(byNanoseconds: intervalNanoseconds)
      ticket.isGranted.store(true, ordering: .relaxed)
      if limiter == nil { begin(ticket, now) }
    }
    return (isGranted, isGranted ? nil : wakeAt)
  }

  /// Ends a request, or removes it from the queue.
  func leave(_ ticket: Ticket) {
    limiter?.release(ticket)
    update(Instant.now()) { state in
      if ticket.isGranted.load(ordering: .relaxed) {
        state.underWay -= 1
        lane.underWay -= 1
      }
      lane.remove(ticket)
      guard limiter != nil else { return }
      // There may be room: the limiter is asked immediately.
      state.heldUntil = .distantPast
      for lane in state.lanes { lane.called = 0 }
    }
  }

  /// Notes that the service answers, or that the attempt has failed.
  func report(_ ticket: Ticket, _ failure: SparkError?, now: Instant) {
    guard ticket.isGranted.load(ordering: .relaxed) else { return }
    update(now) { _ in
      guard let failure else { return lane.throttle.noteAnswer() }
      guard let limit = failure.exceededLimit else { return }
      lane.refusal = failure
      lane.throttle.noteRefusal(
        limit, cuts: ticket.cuts.load(ordering: .relaxed), underWay: lane.underWay,
        milliseconds: failure.httpDetails?.retryAfterMilliseconds ?? -1, now)
    }
    limiter?.report(ticket, failure)
  }

  /// Returns the service's refusal for which the queue waits now, if any.
  func refusal(_ now: Instant) -> SparkError? {
    state.withLock { _ in now < lane.throttle.nextStart ? lane.refusal : nil }
  }

  /// Applies the limiter's decision: the ticket begins and the next one may follow, or the whole queue waits
  /// until `wakeAt`.
  func settle(_ ticket: Ticket, wakeAt: Instant?, now: Instant) {
    update(now, asking: ticket) { state in
      guard let wakeAt else { return begin(ticket, now) }
      ticket.isGranted.store(false, ordering: .relaxed)
      state.underWay -= 1
      lane.underWay -= 1
      state.nextStart = now
      state.heldUntil = wakeAt
      _ = lane.place(of: ticket)
      ticket.comesAt = wakeAt
    }
  }

  private func begin(_ ticket: Ticket, _ now: Instant) {
    lane.remove(ticket)
    lane.throttle.begin(now)
    ticket.cuts.store(lane.throttle.cuts, ordering: .relaxed)
  }

  private func nextTurn(in lane: Lane, _ state: State, _ now: Instant) -> Instant {
    max(state.nextStart, state.heldUntil, lane.throttle.nextStart, now)
  }

  /// Whether a request may begin. Earlier ones to another server come first, unless that server makes them wait.
  private func isNext(_ ticket: Ticket, in lane: Lane, _ state: State, _ now: Instant) -> Bool {
    var before = 0
    for other in state.lanes {
      let place = other.count(before: ticket)
      if other === lane, lane.turns <= place { return false }
      if other === lane || other.throttle.nextStart <= now {
        before += max(0, min(place, other.turns))
      }
    }
    let isOneByOne = intervalNanoseconds > 0 || limiter != nil
    return before
      < min(maxUnderWay == 0 ? Int.max : maxUnderWay - state.underWay, isOneByOne ? 1 : Int.max)
  }

  /// Changes the state, and wakes the streams whose turn has come, except the asking one.
  private func update(
    _ now: Instant, asking: Ticket? = nil, _ change: (inout State) -> Void
  ) {
    var called: [Ticket] = []
    state.withLock { state in
      change(&state)
      for lane in state.lanes {
        while lane.called > 0, !isNext(lane[lane.called - 1], in: lane, state, now) {
          lane.called -= 1
        }
        while lane.called < lane.count, isNext(lane[lane.called], in: lane, state, now) {
          let ticket = lane[lane.called]
          lane.called += 1
          guard ticket !== asking else { continue }
          ticket.comesAt = nextTurn(in: lane, state, now)
          called.append(ticket)
        }
      }
    }
    for ticket in called { ticket.waker.wake() }
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

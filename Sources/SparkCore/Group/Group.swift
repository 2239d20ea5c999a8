package import SparkTransport
package import SparkWire
internal import Synchronization

/// Drives many streams on one thread. Streams that have something to do are in the run queue and take
/// turns, one event at a time; the others cost only their place in the tables.
package final class Group {
  package enum Next {
    /// The stream has an event.
    case event(ChatStream)
    case done(ChatStream)
    case failed(ChatStream, SparkError)
    /// No stream has a request in progress.
    case idle
    case again
    case interrupted
  }

  private struct Member {
    let stream: ChatStream
    let token: UInt64
    var registration = Selector.Registration()
    var isQueued = false
    /// The earliest entry of the timer queue for this stream.
    var timer: Instant?
  }

  /// The network is checked after this many events, even if queued streams have more.
  private static let maxEventsBetweenWaits = 64
  /// How late `next` may return after its timeout. Turns without an event may be handshakes, which take a
  /// millisecond each, and an event loop has other work.
  private static let mostMillisecondsLate: Int32 = 5
  /// A longer pause of the caller between two calls counts as an absence. For shorter pauses it is not worth
  /// visiting all streams.
  private static let absenceMilliseconds: Int32 = 200
  /// The clock is read after this many turns without an event.
  private static let turnsBetweenClocks = 4

  package let process = ProcessStamp()
  private let selector: Selector
  private var members = SlotTable<Member>()
  private var runQueue = RunQueue()
  private var timers = TimerQueue()
  private var turnsLeft = maxEventsBetweenWaits
  /// A stream had a turn without an event, and has more to do.
  private var hasFruitlessWork = false
  private var isWatched = false
  /// When the caller was last known to be present.
  private var lastPresence = Instant.now()
  /// The descriptor has been made readable because streams are in the run queue.
  private var isNudged = false
  /// A stream that had a request in progress when it was last looked for.
  private var worker: UInt64?
  private let isWoken = Atomic<Bool>(false)

  package init() throws(SparkError) {
    selector = try Selector()
  }

  deinit {
    for token in members.tokens {
      if let stream = members[token]?.stream { letGo(stream) }
    }
  }

  package var count: Int { members.count }

  /// Readable whenever there is something to do, from the first call on.
  package var descriptor: Int32 {
    if !isWatched {
      isWatched = true
      tellDescriptor()
    }
    return selector.descriptor
  }

  /// Ends a wait. Safe in a signal handler and on any thread.
  package func wake() {
    isWoken.store(true, ordering: .sequentiallyConsistent)
    selector.signal()
  }

  package func add(_ stream: ChatStream) throws(SparkError) {
    try process.check()
    guard stream.group == nil else {
      throw SparkError(.state, "the stream is in a group", hint: "remove it there first")
    }
    guard !stream.hasFailed else {
      throw SparkError(.state, "the exchange is over", hint: "open a new stream")
    }
    let token = members.insert { Member(stream: stream, token: $0) }
    stream.group = self
    stream.token = token
    selector.attach(stream.waker)
    enqueue(token)
    tellDescriptor()
  }

  package func remove(_ stream: ChatStream) throws(SparkError) {
    guard stream.group === self else {
      throw SparkError(.state, "the stream is not in this group")
    }
    drop(stream)
  }

  /// Queues the stream: a request has been sent on it.
  func noteWork(_ stream: ChatStream) {
    enqueue(stream.token)
    tellDescriptor()
  }

  /// Waits for the next event of any stream, for `timeoutMilliseconds` at most; negative: without
  /// limit.
  package func next(timeoutMilliseconds: Int32) throws(SparkError) -> Next {
    try process.check()
    let limit =
      timeoutMilliseconds < 0 ? nil : Instant.now().advanced(byMilliseconds: timeoutMilliseconds)
    var hasWaited = false
    while true {
      hasFruitlessWork = false
      var turns = 0
      while turnsLeft > 0, let token = dequeue() {
        turnsLeft -= 1
        if let next = drive(token) { return leave(with: next) }
        turns += 1
        if turns.isMultiple(of: Self.turnsBetweenClocks), let limit,
          limit.advanced(byMilliseconds: Self.mostMillisecondsLate) <= Instant.now()
        {
          return leave(with: .again)
        }
      }
      turnsLeft = Self.maxEventsBetweenWaits
      // Streams that are busy without an event or a request must not hold up the caller.
      let isIdle = (runQueue.isEmpty || hasFruitlessWork) && !hasWork
      // The descriptor is checked once in any case: there may be a wake, or a parked connection that has
      // ended. Streams that became ready have had their turn by then.
      if hasWaited {
        if isIdle { return leave(with: .idle) }
        if let limit, limit <= Instant.now() { return leave(with: .again) }
      }
      switch try wait(isIdle ? .distantPast : limit) {
      case .ready, .timedOut: hasWaited = true
      case .interrupted: return leave(with: .interrupted)
      case nil: return leave(with: .again)
      }
    }
  }

  /// Extends deadlines by the caller's time between two calls: the service did not cause this delay, and an
  /// answer that arrived meanwhile is not late. An event loop that watches the descriptor is never absent.
  func excuseAbsence(_ now: Instant) {
    defer { lastPresence = now }
    guard !isWatched,
      lastPresence.advanced(byMilliseconds: Self.absenceMilliseconds) <= now
    else { return }
    for token in members.tokens {
      members[token]?.stream.excuseAbsence(since: lastPresence, now)
    }
  }

  /// Steps a stream; returns nil if there is nothing to report to the caller.
  private func drive(_ token: UInt64) -> Next? {
    guard let stream = members[token]?.stream else { return nil }
    do throws(SparkError) {
      switch try stream.step() {
      case .event:
        // The next turn finds out whether there is more.
        enqueue(token)
        return .event(stream)
      case .done:
        drop(stream)
        return .done(stream)
      case .busy:
        hasFruitlessWork = true
        turnsLeft = 0
        enqueue(token)
      case .waiting:
        settle(token, stream)
      }
      return nil
    } catch {
      drop(stream)
      return .failed(stream, error)
    }
  }

  /// Notes what the stream waits for. If that fails, the stream goes back to the run queue and fails at its
  /// next turn, so that it is never lost.
  private func settle(_ token: UInt64, _ stream: ChatStream) {
    var hasFailed = false
    members.update(token) { member in
      do throws(SparkError) {
        try selector.update(&member.registration, token: token) { stream.appendInterests(to: &$0) }
      } catch {
        stream.failNext(error)
        hasFailed = true
      }
      guard let due = stream.wakeAt, member.timer.map({ due < $0 }) ?? true else { return }
      member.timer = due
      timers.insert(due, token)
    }
    if hasFailed { enqueue(token) }
    // Streams that have left the group leave entries until their deadlines.
    if timers.count > 2 * members.count + 64 {
      timers.keep { due, token in members[token]?.timer == due }
    }
  }

  private func enqueue(_ token: UInt64) {
    members.update(token) { member in
      guard !member.isQueued else { return }
      member.isQueued = true
      runQueue.append(token)
    }
  }

  private func dequeue() -> UInt64? {
    while let token = runQueue.popFirst() {
      guard members[token] != nil else { continue }
      members.update(token) { $0.isQueued = false }
      return token
    }
    return nil
  }

  /// Removes the stream from the tables.
  private func drop(_ stream: ChatStream) {
    guard var member = members.remove(stream.token) else { return }
    letGo(stream)
    // After fork(), the table behind the descriptor is the parent's.
    if !process.isForeign { selector.remove(&member.registration) }
  }

  private func letGo(_ stream: ChatStream) {
    stream.group = nil
    selector.detach(stream.waker)
  }

  private var hasWork: Bool {
    func isUnderWay(_ token: UInt64) -> Bool { members[token]?.stream.isUnderWay ?? false }
    if let worker, isUnderWay(worker) { return true }
    worker = members.tokens.first(where: isUnderWay)
    return worker != nil
  }

  /// Returns nil if `wake` was called.
  private func wait(_ limit: Instant?) throws(SparkError) -> WaitOutcome? {
    let now = Instant.now()
    excuseAbsence(now)
    var timeout: Int32? = 0
    if runQueue.isEmpty {
      let until = [limit, timers.earliest].compactMap(\.self).min()
      timeout = until.map { now.milliseconds(until: $0) }
    }
    let (outcome, isSignalled) = try selector.wait(timeoutMilliseconds: timeout) { token in
      members[token]?.stream.becameReady()
      enqueue(token)
    }
    lastPresence = Instant.now()
    while let token = timers.popDue(lastPresence) {
      members.update(token) { $0.timer = nil }
      enqueue(token)
    }
    isNudged = false
    guard isSignalled else { return outcome }
    for token in members.tokens where members[token]?.stream.waker.takeSignal() ?? false {
      enqueue(token)
    }
    return isWoken.exchange(false, ordering: .sequentiallyConsistent) ? nil : .ready
  }

  private func leave(with next: Next) -> Next {
    tellDescriptor()
    return next
  }

  /// Makes the descriptor readable if there is something left to do, and sets its timer.
  private func tellDescriptor() {
    guard isWatched else { return }
    if !runQueue.isEmpty, !isNudged {
      isNudged = true
      selector.nudge()
    }
    selector.arm(timers.earliest)
  }
}

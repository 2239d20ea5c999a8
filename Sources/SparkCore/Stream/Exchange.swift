internal import SparkTransport
internal import SparkWire

/// A connection and the question on it: opens the channel, asks, and reads the answer.
///
/// Nothing here waits. A connection may be opened before there is a question, and where the service
/// keeps it open, be asked again.
final class Exchange {
  private enum State {
    case opening
    /// Open, and no question is under way.
    case ready
    case answering
    /// The answer is finished.
    case answered
    /// A warning may still follow, until the server closes.
    case draining
    case over
  }

  /// What a step has brought.
  enum Progress {
    /// A phase of opening is over, and how long it took.
    case phase(Phase, microseconds: Int64)
    /// Something new for the caller.
    case news
    /// Nothing more can be done before a descriptor is ready.
    case waiting
    /// There is more to read, but the caller should look at its deadlines first.
    case busy
  }

  /// The service closes a connection that has not been asked for 60 s (protocol 4.8).
  private static let maxParkedMilliseconds: Int32 = 55_000

  private let client: Client
  private let channel: any Channel
  private let connection: BufferedConnection
  private var question: Question?
  /// Reads the answer, and has its events.
  var reader: AnswerReader
  private var state = State.opening
  private var hasMessage = false
  private var freshMessage = false
  private var readyUntil: Instant?
  /// What earlier questions on the connection have taken.
  private var bytesBefore: (sent: UInt64, received: UInt64) = (0, 0)
  private var timer: PhaseTimer
  /// When to look whether a connection that was there before still leads anywhere.
  private var receipt = PhaseTimer.none
  /// The errno of what ended the connection; 0 where nothing failed.
  private var lossErrno: Int32 = 0
  /// The connection was there before its question was.
  private(set) var isWarm = false

  /// - Parameter mayReuse: A connection that an earlier exchange has left may be used.
  init(client: Client, question: Question?, waker: Waker, mayReuse: Bool, now: Instant) {
    self.client = client
    self.question = question
    reader = AnswerReader(
      transport: client.endpoint.transport, maxCallSize: client.maxAnswerSize,
      isEmbedding: client.endpoint.isEmbedding)
    let left = mayReuse ? client.idleConnections.take() : nil
    isWarm = left != nil
    connection = left ?? BufferedConnection(Connection(client.route, waker: waker))
    channel = client.channel(on: connection)
    bytesBefore = (connection.bytesSent, connection.bytesReceived)
    // A connection that is there has no phases to pass.
    timer = isWarm ? .none : client.timer(.resolve, now: now)
  }

  var phase: Phase { timer.phase }
  var hasEvents: Bool { reader.hasEvents }
  var sid: OwnedText? { reader.sid }
  var isOver: Bool { state == .over }
  var isReady: Bool { state == .ready }
  var isOpen: Bool { state != .opening }
  /// The last phase of opening is over.
  var isConnected: Bool { state != .opening || timer.phase == .none }
  var isResumed: Bool { connection.isResumed }
  var clockOffset: Int64 { channel.clockOffset }
  var bytesSent: UInt64 { connection.bytesSent &- bytesBefore.sent }
  var bytesReceived: UInt64 { connection.bytesReceived &- bytesBefore.received }

  private var hasAnswer: Bool { hasMessage || channel.hasAnswerBegun }

  /// The server speaks the scheme of the URL: it has answered here before, or begins to.
  var hasServerSpoken: Bool { isWarm || channel.hasSpoken }

  /// A warm connection ended without a word, and nobody has the question.
  var wasStale: Bool { isWarm && !hasAnswer && !connection.isRequestAcknowledged }

  /// Whether the connection can still be asked.
  func isUsable(now: Instant) -> Bool {
    guard state == .ready, let readyUntil, now < readyUntil else { return false }
    becameReady()
    _ = try? advance(now: now, keepingRawIn: nil)
    return state == .ready
  }

  /// Asks on a connection that is ready.
  func ask(_ question: Question, now: Instant) throws(SparkError) {
    self.question = question
    guard state == .ready else { return }
    isWarm = true
    bytesBefore = (connection.bytesSent, connection.bytesReceived)
    reader.startOver()
    try begin(question, now: now)
  }

  /// Reads messages among the bytes that have already arrived, until one has events: without a system
  /// call, or a look at the clock.
  func readBuffered(keepingRawIn response: Response?) throws(SparkError) {
    while channel.hasBuffered, state != .opening, state != .over, !reader.hasEvents {
      guard try take(response, { () throws(SparkError) in try channel.next() }) else { return }
    }
  }

  /// Does what can be done now.
  func advance(now: Instant, keepingRawIn response: Response?) throws(SparkError) -> Progress {
    connection.beginStep()
    guard state != .opening else { return try open(now: now) }
    if freshMessage { noteMessage(now: now) }
    if state == .ready { try readBuffered(keepingRawIn: nil) }
    if state == .draining, timer.isOver(now) { release() }
    guard !isOver else { return .news }
    try connection.flush()
    repeat {
      let isNew = try take(response) { () throws(SparkError) in
        switch try connection.read() {
        case .bytes: try channel.next()
        case .end: try channel.end()
        case .wouldBlock: nil
        }
      }
      if isNew {
        // Behind a finished answer, what has come with it is read first.
        if freshMessage, state == .answering { noteMessage(now: now) }
        return .news
      }
    } while connection.hasReadsLeft && connection.mayRead
    // Pings are answered.
    try connection.flush()
    return pause
  }

  /// Only where all that may be watched has been read can one wait.
  private var pause: Progress { connection.mayRead ? .busy : .waiting }

  /// Throws where the deadline of the phase has passed. A server that does not close behind a
  /// finished answer is no failure.
  func checkDeadline(now: Instant) throws(SparkError) {
    if receipt.isOver(now) {
      let limit = receipt.milliseconds
      receipt = .none
      guard connection.isRequestAcknowledged else {
        throw truncated(nil, "nobody acknowledged the question within \(limit) ms")
      }
    }
    guard timer.isOver(now) else { return }
    if state == .draining { return release() }
    var timeout = timer.timeout
    if let obstacle = connection.obstacle {
      timeout.message += ": \(obstacle)"
      timeout.append(hint: "check this machine's network and DNS")
    }
    throw channel.pendingRefusal ?? timeout
  }

  /// When to call again though no descriptor is ready.
  var wakeAt: Instant? {
    timer.deadline.earlier(receipt.deadline).earlier(connection.wakeAt)
  }

  func appendInterests(to list: inout [Interest]) { connection.appendInterests(to: &list) }

  func becameReady() { connection.becameReady() }

  func close() {
    state = .over
    channel.close()
  }

  private func release() {
    state = .over
    channel.release()
  }

  /// One step may pass several phases; each is timed by itself.
  private func open(now: Instant) throws(SparkError) -> Progress {
    let phase: Phase
    do throws(SparkError) {
      phase = try channel.advance(now: now)
    } catch {
      throw channel.pendingRefusal ?? error
    }
    if phase != timer.phase {
      let ended = timer
      let moment = Instant.now()
      timer = phase == .none ? .none : client.timer(phase, now: moment)
      return .phase(ended.phase, microseconds: ended.microseconds(until: moment))
    }
    guard phase == .none else { return pause }
    if let question {
      try begin(question, now: now)
    } else {
      park(now: now)
    }
    return .news
  }

  private func begin(_ question: Question, now: Instant) throws(SparkError) {
    connection.beginRequest()
    try channel.send(question.bytes)
    hasMessage = false
    reader.requiredCall = question.requiredCall
    state = .answering
    timer = client.timer(.firstToken, now: now)
    // A new connection would take as long to show that somebody is there.
    receipt = isWarm ? client.timer(.connect, now: now) : .none
  }

  private func park(now: Instant) {
    question = nil
    state = .ready
    (timer, receipt) = (.none, .none)
    readyUntil = now.advanced(byMilliseconds: Self.maxParkedMilliseconds)
  }

  /// The deadline starts anew with each message, and a finished answer gets its own.
  private func noteMessage(now: Instant) {
    freshMessage = false
    if state == .answering { timer = client.timer(.idle, now: now) }
    guard state == .answered else { return }
    switch channel.postAnswer {
    case .closing:
      state = .draining
      timer = client.timer(.idle, now: now)
        .ending(at: now.advanced(byMilliseconds: client.timeouts.close))
    case .open: park(now: now)
    case .over: release()
    }
  }

  /// Takes what `next` brings. True if that is something new for the caller.
  private func take(
    _ response: Response?, _ next: () throws(SparkError) -> Received?
  ) throws(SparkError) -> Bool {
    let received: Received?
    do throws(SparkError) {
      received = try next()
    } catch {
      if let refusal = channel.pendingRefusal { throw refusal }
      // What goes wrong behind a finished answer, or before a question, takes nothing away.
      guard error.status == .io || state != .answering else { throw error }
      lossErrno = error.osErrno
      received = .closed(code: nil, reason: error.message)
    }
    switch received {
    case nil:
      return false
    case .message(let message):
      guard state != .ready else {
        // Nothing was asked: whatever this is, the connection is of no use.
        close()
        return true
      }
      try response?.keepRaw(UnsafeRawBufferPointer(message))
      do throws(SparkError) {
        // What belongs to the answer before is nothing new.
        guard try reader.read(message) else { return true }
      } catch {
        guard state != .answering, error.status == .protocol else {
          (hasMessage, freshMessage) = (true, true)
          throw error
        }
        close()
      }
      (hasMessage, freshMessage) = (true, true)
      if reader.isFinished, state == .answering { state = .answered }
      return true
    case .bodyEnd:
      reader.endBody()
      return try end(nil, "the body ended before [DONE]")
    case .closed(let code, let reason):
      return try end(code, reason)
    }
  }

  private func end(_ code: UInt16?, _ reason: String) throws(SparkError) -> Bool {
    guard reader.isFinished || state == .ready else { throw truncated(code, reason) }
    release()
    return true
  }

  private func truncated(_ code: UInt16?, _ reason: String) -> SparkError {
    let how =
      switch (code, reason.isEmpty) {
      case (nil, true): "without a close frame"
      case (nil, false): reason
      case (let code?, true): "close code \(code)"
      case (let code?, false): "close code \(code), \"\(excerpt(reason))\""
      }
    // A message may hold no more than its id, or a role.
    let hasText = hasMessage && reader.hasAnswer
    var error = SparkError(
      .truncated, "the connection ended before the answer did (\(how))",
      hint: hasText
        ? "the text received so far is kept; ask again for the whole answer"
        : "nothing of it came; ask again", retryable: true)
    error.osErrno = lossErrno
    error.mayBeBilled = mayBeAnswering
    if mayBeAnswering, !hasText {
      error.message += "; the server had received the question, or a part of it"
      error.hint = "nothing of it came; asked again, the question may be billed twice"
    }
    return error
  }

  /// Where the service has the question, it may have answered it, however the connection ended: by a reset, a
  /// close frame of any code, or silence. It says that it is busy in words, with a code or an HTTP status
  /// (protocol 5, 10.3).
  private var mayBeAnswering: Bool { hasAnswer || connection.isRequestAcknowledged }
}

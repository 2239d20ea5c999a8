internal import SparkTransport
internal import SparkWire

/// A connection and the request on it: opens the channel, sends the request, and reads the answer.
///
/// Nothing here waits. A connection may be opened before there is a request, and may be used for further
/// requests if the service keeps it open.
final class Exchange {
  private enum State {
    case opening
    /// Open, and no request is in progress.
    case ready
    case answering
    /// The answer is complete.
    case answered
    /// A warning may still follow, until the server closes.
    case draining
    case over
  }

  /// The result of a step.
  enum Progress {
    /// A phase of opening is over, and took this long.
    case phase(Phase, microseconds: Int64)
    /// Something new for the caller.
    case news
    /// Nothing more can be done before a descriptor is ready.
    case waiting
    /// There is more to read, but the caller should check its deadlines first.
    case busy
  }

  /// The service closes a connection after 60 s without a request (protocol 4.8).
  private static let maxParkedMilliseconds: Int32 = 55_000

  private let client: Client
  private let channel: any Channel
  private let connection: BufferedConnection
  private var question: Question?
  /// Reads the answer and holds its events.
  var reader: AnswerReader
  private var state = State.opening
  private var hasMessage = false
  private var freshMessage = false
  private var readyUntil: Instant?
  /// The bytes of earlier requests on the connection.
  private var bytesBefore: (sent: UInt64, received: UInt64) = (0, 0)
  private var timer: PhaseTimer
  /// The connection's `bytesSent` once the whole request is sent.
  private var requestEnd: UInt64 = 0
  /// When to check that a reused connection still reaches the server.
  private var receipt = PhaseTimer.none
  /// The errno of the failure that ended the connection; 0 without one.
  private var lossErrno: Int32 = 0
  /// The connection was open before its request.
  private(set) var isWarm = false

  /// - Parameter mayReuse: Whether an idle connection of an earlier exchange may be used.
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
    // An open connection has no phases to pass.
    timer = isWarm ? .none : client.timer(.resolve, now: now)
  }

  var phase: Phase { timer.phase }
  var hasEvents: Bool { reader.hasEvents }
  var sid: OwnedText? { reader.sid }
  var isOver: Bool { state == .over }
  var isReady: Bool { state == .ready }
  /// The answer to the last request is complete.
  var isAnswered: Bool { state != .opening && state != .answering }
  var isOpen: Bool { state != .opening }
  /// The last phase of opening is over.
  var isConnected: Bool { state != .opening || timer.phase == .none }
  var isResumed: Bool { connection.isResumed }
  var clockOffset: Int64 { channel.clockOffset }
  var bytesSent: UInt64 { connection.bytesSent &- bytesBefore.sent }
  var bytesReceived: UInt64 { connection.bytesReceived &- bytesBefore.received }

  private var hasAnswer: Bool { hasMessage || channel.hasAnswerBegun }

  /// The server speaks the scheme of the URL: it has answered on this connection before, or has begun to.
  var hasServerSpoken: Bool { isWarm || channel.hasSpoken }

  /// A warm connection ended without an answer, and no one has received the request.
  var wasStale: Bool { isWarm && !hasAnswer && !connection.isRequestAcknowledged }

  /// Whether the connection can still take a request.
  func isUsable(now: Instant) -> Bool {
    guard state == .ready, let readyUntil, now < readyUntil else { return false }
    becameReady()
    _ = try? advance(now: now, keepingRawIn: nil)
    return state == .ready
  }

  /// Sends a request on a connection that is ready.
  func ask(_ question: Question, now: Instant) throws(SparkError) {
    self.question = question
    guard state == .ready else { return }
    isWarm = true
    bytesBefore = (connection.bytesSent, connection.bytesReceived)
    reader.startOver()
    try begin(question, now: now)
  }

  /// Reads messages from the bytes that have already arrived, until one has events, without calling the
  /// system or the clock.
  func readBuffered(keepingRawIn response: Response?) throws(SparkError) {
    while channel.hasBuffered, state != .opening, state != .over, !reader.hasEvents {
      guard try take(response, { () throws(SparkError) in try channel.next() }) else { return }
    }
  }

  /// Does what can be done now.
  func advance(now: Instant, keepingRawIn response: Response?) throws(SparkError) -> Progress {
    // The caller may have been away: the deadline is judged by all that has arrived.
    let isLate = timer.isOver(now)
    if isLate { becameReady() }
    connection.beginStep(isLate: isLate)
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
        // After a complete answer, what arrived with it is read first.
        if freshMessage, state == .answering { noteMessage(now: now) }
        return .news
      }
    } while connection.hasReadsLeft && connection.mayRead
    // Sends the answers to pings.
    try connection.flush()
    return pause
  }

  /// The exchange may wait only after everything readable has been read.
  private var pause: Progress { connection.mayRead ? .busy : .waiting }

  /// Throws if the deadline of the phase has passed. It is not a failure if the server does not close the
  /// connection after a complete answer.
  func checkDeadline(now: Instant) throws(SparkError) {
    if receipt.isOver(now) {
      let limit = receipt.milliseconds
      receipt = .none
      guard connection.isRequestAcknowledged else {
        throw truncated(nil, "the request was not acknowledged within \(limit) ms")
      }
    }
    guard timer.isOver(now) else { return }
    if state == .draining { return release() }
    throw explained(timer.timeout)
  }

  /// Returns a timeout with its cause: the refusal that has begun to arrive, or the peer that was silent.
  func explained(_ timeout: SparkError) -> SparkError {
    if let refusal = channel.pendingRefusal { return refusal }
    var error = timeout
    if timeout.phase == .firstToken, connection.bytesSent < requestEnd {
      error.message =
        "\(timeout.phase.name): the server received only a part of the request within"
        + " \(timer.milliseconds) ms"
    }
    error.phase = timer.phase
    error = connection.explained(timeout: error)
    if error.phase != timeout.phase { error.message += " in the phase \(error.phase.name)" }
    error.phase = timeout.phase
    return error
  }

  /// When to call again even if no descriptor is ready.
  var wakeAt: Instant? {
    timer.deadline.earlier(receipt.deadline).earlier(connection.wakeAt)
  }

  func appendInterests(to list: inout [Interest]) { connection.appendInterests(to: &list) }

  func becameReady() { connection.becameReady() }

  func close() {
    state = .over
    channel.close()
  }

  /// Waits no longer for what may follow a complete answer.
  func stopDraining() {
    if state == .answered || state == .draining { release() }
  }

  private func release() {
    state = .over
    channel.release()
  }

  /// Continues opening. A step can pass several phases; each is timed on its own.
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
    requestEnd = connection.bytesSent &+ UInt64(connection.outgoing.count)
    hasMessage = false
    reader.requiredCall = question.requiredCall
    state = .answering
    timer = client.timer(.firstToken, now: now)
    // The time that a new connection would have to reach the server.
    receipt = isWarm ? client.timer(.connect, now: now) : .none
  }

  private func park(now: Instant) {
    question = nil
    state = .ready
    (timer, receipt) = (.none, .none)
    readyUntil = now.advanced(byMilliseconds: Self.maxParkedMilliseconds)
  }

  /// Restarts the deadline with each message; a complete answer has its own deadline.
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

  /// Takes what `next` returns. Returns true if that is something new for the caller.
  private func take(
    _ response: Response?, _ next: () throws(SparkError) -> Received?
  ) throws(SparkError) -> Bool {
    let received: Received?
    do throws(SparkError) {
      received = try next()
    } catch {
      if let refusal = channel.pendingRefusal { throw refusal }
      // A failure after a complete answer, or before a request, does no harm.
      guard error.status == .io || state != .answering else { throw error }
      lossErrno = error.osErrno
      received = .closed(code: nil, reason: error.message)
    }
    switch received {
    case nil:
      return false
    case .message(let message):
      guard state != .ready else {
        // A message without a request: the connection is unusable.
        close()
        return true
      }
      try response?.keepRaw(UnsafeRawBufferPointer(message))
      do throws(SparkError) {
        // A message of the previous answer is not news.
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
      try reader.endBody()
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
    // A message may contain only its ID or a role.
    let hasText = hasMessage && reader.hasAnswer
    var error = SparkError(
      .truncated, "the connection ended before the answer did (\(how))",
      hint: hasText
        ? "the text received so far is kept; ask again for the whole answer"
        : "nothing of it arrived; ask again", retryable: true)
    error.osErrno = lossErrno
    error.mayBeBilled = mayBeAnswering
    if mayBeAnswering, !hasText {
      error.message += "; the server had received the request, or a part of it"
      error.hint = "nothing of it arrived; if you ask again, the request may be billed twice"
    }
    return error
  }

  /// If the service has the request, it may be answering it, however the connection ended: with a reset, a
  /// close frame of any code, or silence. A busy service says so, with a code or an HTTP status
  /// (protocol 5, 10.3).
  private var mayBeAnswering: Bool { hasAnswer || connection.isRequestAcknowledged }
}

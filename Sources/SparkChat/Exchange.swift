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
    /// The answer is finished; a warning may follow until the server closes.
    case draining
    case over
  }

  /// What a step has brought.
  enum Progress {
    /// Something new for the caller.
    case news
    /// Nothing more can be done before a descriptor is ready.
    case waiting
    /// There is more to read, but the caller should look at its deadlines first.
    case busy
  }

  /// A server that floods us must not keep the caller from its deadlines.
  private static let maxReadsAtOnce = 4
  /// The service closes a connection that has not been asked for 60 s (protocol 4.8).
  private static let maxParkedMilliseconds: Int32 = 55_000

  private let client: Client
  private let channel: any Channel
  private var question: Question?
  private var reader: AnswerReader
  private var state = State.opening
  private var hasMessage = false
  private var freshMessage = false
  private var readyUntil: Instant?
  /// What earlier questions on the connection have taken.
  private var bytesBefore: (sent: UInt64, received: UInt64) = (0, 0)
  private var phaseStart: Instant
  private var phaseDeadline: Instant?
  private(set) var phase = Phase.resolve
  /// The connection was there before its question was.
  private(set) var isWarm = false
  var onPhaseEnd: ((Phase, Int64) -> Void)?
  /// Is shown every message of an answer.
  var onMessage: ((UnsafeRawBufferPointer) throws(SparkError) -> Void)?

  /// - Parameter mayReuse: A connection that an earlier exchange has left may be used.
  init(
    client: Client, question: Question?, interruption: Interruption, mayReuse: Bool, now: Instant
  ) {
    self.client = client
    self.question = question
    phaseStart = now
    reader = AnswerReader(transport: client.endpoint.transport, maxCallSize: client.maxAnswerSize)
    let left = mayReuse ? client.idleConnections.take() : nil
    isWarm = left != nil
    channel = client.channel(
      on: left ?? BufferedConnection(Connection(client.route, interruption: interruption)))
    bytesBefore = (line.connection.bytesSent, line.connection.bytesReceived)
    enter(isWarm ? .firstToken : .resolve, now: now)
    // A connection that is there has no phases to pass.
    if !isWarm { channel.onPhaseChange = { [unowned self] in leavePhase() } }
  }

  private var line: BufferedConnection { channel.line }

  var hasEvents: Bool { reader.hasEvents }
  var sid: OwnedText? { reader.sid }
  var isOver: Bool { state == .over }
  var isReady: Bool { state == .ready }
  var isOpen: Bool { state != .opening }
  /// The last phase of opening is over.
  var isConnected: Bool { channel.phase == .none }
  var isResumed: Bool { line.connection.isResumed }
  var clockOffset: Int64 { channel.clockOffset }
  var bytesSent: UInt64 { line.connection.bytesSent &- bytesBefore.sent }
  var bytesReceived: UInt64 { line.connection.bytesReceived &- bytesBefore.received }

  /// A warm connection that ended without a word may have been closed before the question reached
  /// the service.
  var wasStale: Bool { isWarm && !hasMessage && !channel.hasAnswerBegun }

  /// Whether all that has arrived has been looked at, so that there is only waiting to do.
  var isQuiet: Bool { state == .answering && !freshMessage && !mayHaveMore }

  /// Whether a step might bring something without waiting.
  var mayHaveMore: Bool {
    reader.hasEvents || isOver || channel.hasBuffered || line.connection.mayHaveMore
  }

  func nextEvent() -> AnswerEvent? { reader.nextEvent() }

  /// Whether the connection can still be asked.
  func isUsable(now: Instant) -> Bool {
    guard state == .ready, let readyUntil, now < readyUntil else { return false }
    becameReady()
    _ = try? advance(now: now)
    return state == .ready
  }

  /// Asks on a connection that is ready.
  func ask(_ question: Question, now: Instant) throws(SparkError) {
    self.question = question
    guard state == .ready else { return }
    isWarm = true
    bytesBefore = (line.connection.bytesSent, line.connection.bytesReceived)
    reader.startOver()
    try begin(question, now: now)
  }

  /// Reads the next message among the bytes that have already arrived.
  func readBuffered() throws(SparkError) {
    guard state == .answering || state == .draining else { return }
    _ = try take(receive { () throws(SparkError) in try channel.receiveBuffered() })
  }

  /// Does what can be done now.
  func advance(now: Instant) throws(SparkError) -> Progress {
    if state == .opening { return try open(now: now) ? .news : .waiting }
    if freshMessage { noteMessage(now: now) }
    for _ in 0..<Self.maxReadsAtOnce {
      if isOver { return .news }
      switch try receive({ () throws(SparkError) in try channel.receive() }) {
      case .wouldBlock:
        return .waiting
      case let received:
        guard try take(received) else { continue }
        if freshMessage { noteMessage(now: now) }
        return .news
      }
    }
    return .busy
  }

  /// Throws where the deadline of the phase has passed. A server that does not close behind a
  /// finished answer is no failure.
  func checkDeadline(now: Instant) throws(SparkError) {
    guard let phaseDeadline, phaseDeadline <= now else { return }
    if state == .draining { return release() }
    if let refusal = channel.pendingRefusal { throw refusal }
    throw Self.timeout(phase, client.timeouts.milliseconds(phase, model: client.endpoint.model))
  }

  /// When to call again though no descriptor is ready.
  var wakeAt: Instant? {
    guard let other = line.connection.wakeAt else { return phaseDeadline }
    return phaseDeadline.map { min($0, other) } ?? other
  }

  func appendInterests(to list: inout [Interest]) { line.connection.appendInterests(to: &list) }

  func becameReady() { line.connection.becameReady() }

  func close() {
    state = .over
    channel.close()
  }

  private func release() {
    state = .over
    channel.release()
  }

  static func timeout(_ phase: Phase, _ milliseconds: Int32) -> SparkError {
    var error = SparkError(
      .timeout, "\(phase.name): nothing happened within \(milliseconds) ms",
      hint: "try again, or allow more time", retryable: true)
    if phase == .total {
      error.message = "the exchange did not end within \(milliseconds) ms"
    }
    error.phase = phase
    return error
  }

  private func open(now: Instant) throws(SparkError) -> Bool {
    guard try channel.advance(now: now) else { return false }
    if let question {
      try begin(question, now: now)
    } else {
      park(now: now)
    }
    return true
  }

  /// One step may pass several phases of opening; each is timed by itself.
  private func leavePhase() {
    guard state == .opening, channel.phase != phase else { return }
    let moment = Instant.now()
    onPhaseEnd?(phase, moment.microseconds(since: phaseStart))
    enter(channel.phase, now: moment)
  }

  private func begin(_ question: Question, now: Instant) throws(SparkError) {
    try channel.send(question.bytes)
    hasMessage = false
    state = .answering
    enter(.firstToken, now: now)
  }

  private func park(now: Instant) {
    question = nil
    state = .ready
    phase = .none
    phaseDeadline = nil
    readyUntil = now.advanced(byMilliseconds: Self.maxParkedMilliseconds)
  }

  private func enter(_ next: Phase, now: Instant) {
    phase = next
    phaseStart = now
    let milliseconds = client.timeouts.milliseconds(next, model: client.endpoint.model)
    phaseDeadline = milliseconds > 0 ? now.advanced(byMilliseconds: milliseconds) : nil
  }

  /// The deadline starts anew with each message, and a finished answer gets its own.
  private func noteMessage(now: Instant) {
    freshMessage = false
    guard state == .draining else { return enter(.idle, now: now) }
    switch channel.afterwards {
    case .closing: phaseDeadline = now.advanced(byMilliseconds: client.timeouts.close)
    case .open: park(now: now)
    case .over: release()
    }
  }

  private func receive(_ next: () throws(SparkError) -> Received) throws(SparkError) -> Received {
    do throws(SparkError) {
      return try next()
    } catch {
      // What goes wrong behind a finished answer, or before a question, takes nothing away.
      guard error.status == .io || state != .answering else { throw error }
      return .closed(code: nil, reason: error.message)
    }
  }

  /// True if there is something new for the caller.
  private func take(_ received: Received) throws(SparkError) -> Bool {
    switch received {
    case .wouldBlock, .incomplete:
      return false
    case .message(let text):
      guard state != .ready else {
        // Nothing was asked: whatever this is, the connection is of no use.
        close()
        return true
      }
      hasMessage = true
      freshMessage = true
      try onMessage?(UnsafeRawBufferPointer(text))
      do throws(SparkError) {
        try reader.read(text)
      } catch {
        guard state == .draining, error.status == .protocol else { throw error }
        close()
      }
      if reader.isFinished, state == .answering { state = .draining }
      return true
    case .closed(let code, let reason):
      guard reader.isFinished || state == .ready else { throw truncated(code, reason) }
      release()
      return true
    }
  }

  private func truncated(_ code: UInt16?, _ reason: String) -> SparkError {
    let how =
      switch (code, reason.isEmpty) {
      case (nil, true): "without a close frame"
      case (nil, false): reason
      case (let code?, true): "close code \(code)"
      case (let code?, false): "close code \(code), \"\(excerpt(reason))\""
      }
    return SparkError(
      .truncated, "the connection ended before the answer did (\(how))",
      hint: hasMessage
        ? "the text received so far is kept; ask again for the whole answer"
        : "nothing of it came; ask again", retryable: true)
  }
}

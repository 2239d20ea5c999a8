internal import SparkTransport
internal import SparkWire

/// One question on one connection: opens the channel, sends the question, and reads the answer.
///
/// `advance` does what can be done without waiting. The events it has found are in `events`.
final class Exchange {
  private enum State {
    case opening
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
  private static let maxReadsAtOnce = 64

  private let client: Client
  private let channel: WebSocketChannel
  private var message: ByteBuffer
  private var reader = AnswerReader()
  private var state = State.opening
  private var phase = Phase.resolve
  private var phaseDeadline: Instant?

  init(client: Client, message: consuming ByteBuffer, interruption: Interruption, now: Instant) {
    self.client = client
    self.message = message
    channel = WebSocketChannel(client: client, interruption: interruption)
    enter(.resolve, now: now)
  }

  var hasEvents: Bool { reader.hasEvents }
  var sid: OwnedText? { reader.sid }
  var isOver: Bool { if case .over = state { true } else { false } }
  var isOpen: Bool { if case .opening = state { false } else { true } }
  var currentPhase: Phase { phase }

  func nextEvent() -> AnswerEvent? { reader.nextEvent() }

  /// Reads the next message among the bytes that have already arrived; true if there was one.
  func readBuffered() throws(SparkError) -> Bool {
    guard isOpen, !isOver else { return false }
    return try take(channel.receiveBuffered())
  }

  /// Does what can be done now.
  func advance(now: Instant) throws(SparkError) -> Progress {
    if case .opening = state {
      let isOpen = try channel.advance(now: now)
      if channel.phase != phase, !isOpen { enter(channel.phase, now: now) }
      guard isOpen else { return .waiting }
      try channel.send(text: message.readable)
      message.clear(keeping: 0)
      state = .answering
      enter(.firstToken, now: now)
      return .news
    }
    for _ in 0..<Self.maxReadsAtOnce {
      if isOver { return .news }
      switch try receive() {
      case .wouldBlock:
        return .waiting
      case let received:
        guard try take(received) else { continue }
        noteMessage(now: now)
        return .news
      }
    }
    return .busy
  }

  /// What is wrong at this moment: nil while the deadline of the phase has not passed. A server
  /// that does not close behind a finished answer is no failure.
  func checkDeadline(now: Instant) throws(SparkError) {
    guard let phaseDeadline, phaseDeadline <= now else { return }
    if case .draining = state {
      close()
      return
    }
    if let refusal = channel.pendingRefusal { throw refusal }
    throw Self.timeout(phase, client.timeouts.milliseconds(phase, model: client.endpoint.model))
  }

  /// When to call again though no descriptor is ready.
  var wakeAt: Instant? {
    guard let other = channel.wakeAt else { return phaseDeadline }
    return phaseDeadline.map { min($0, other) } ?? other
  }

  func appendInterests(to list: inout [Interest]) { channel.appendInterests(to: &list) }

  func becameReady() { channel.becameReady() }

  func close() {
    channel.close()
    state = .over
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

  private func enter(_ next: Phase, now: Instant) {
    phase = next
    let milliseconds = client.timeouts.milliseconds(next, model: client.endpoint.model)
    phaseDeadline = milliseconds > 0 ? now.advanced(byMilliseconds: milliseconds) : nil
  }

  /// The deadline starts anew with each message, and a finished answer gets its own.
  private func noteMessage(now: Instant) {
    if case .draining = state {
      phaseDeadline = now.advanced(byMilliseconds: client.timeouts.close)
    } else {
      enter(.idle, now: now)
    }
  }

  private func receive() throws(SparkError) -> WebSocketChannel.Received {
    do throws(SparkError) {
      return try channel.receive()
    } catch {
      // What goes wrong behind a finished answer takes nothing from it.
      guard error.status == .io || reader.isFinished else { throw error }
      return .closed(code: nil, reason: error.message)
    }
  }

  /// True if there is something new for the caller.
  private func take(_ received: WebSocketChannel.Received) throws(SparkError) -> Bool {
    switch received {
    case .wouldBlock, .incomplete:
      return false
    case .message(let text):
      try reader.read(text)
      if reader.isFinished { state = .draining }
      return true
    case .closed(let code, let reason):
      guard reader.isFinished else { throw Self.truncated(code, reason) }
      close()
      return true
    }
  }

  private static func truncated(_ code: UInt16?, _ reason: String) -> SparkError {
    let how =
      switch (code, reason.isEmpty) {
      case (nil, true): "without a close frame"
      case (nil, false): reason
      case (let code?, true): "close code \(code)"
      case (let code?, false): "close code \(code), \"\(excerpt(reason))\""
      }
    return SparkError(
      .truncated, "the connection ended before the answer did (\(how))",
      hint: "the text received so far is kept; ask again for the whole answer", retryable: true)
  }
}

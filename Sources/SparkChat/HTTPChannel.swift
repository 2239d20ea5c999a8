internal import SparkTransport
internal import SparkWire

/// A question over HTTP and its answer, which is a stream of events (protocol 6).
final class HTTPChannel: Channel {
  private enum State {
    case connecting
    /// Connected, and nothing has been asked.
    case open
    case asked
    case answering
    case refused
    case closed
  }

  let line: BufferedConnection
  private let client: Client
  private var state = State.connecting {
    didSet { onPhaseChange?() }
  }
  var onPhaseChange: (() -> Void)? {
    didSet { line.connection.onPhaseChange = onPhaseChange }
  }
  private var headReader = HTTPHeadReader()
  private var refusal: RefusalReader?
  private var bodyDecoder: HTTPBodyDecoder?
  private var body = ByteBuffer()
  private var hasMessage = false
  private var isBodyComplete = false
  private var bodyFailure: SparkError?
  private var keepsConnection = false
  private var messages: AnswerBodyParser

  init(client: Client, line: BufferedConnection) {
    self.client = client
    self.line = line
    messages = AnswerBodyParser(maxMessageSize: client.maxMessageSize)
  }

  var phase: Phase {
    if case .connecting = state { line.connection.phase } else { .none }
  }

  var pendingRefusal: SparkError? {
    guard case .refused = state else { return nil }
    return refusalError
  }

  var hasAnswerBegun: Bool { bodyDecoder != nil || refusal != nil }

  /// Nothing is signed here.
  var clockOffset: Int64 { 0 }

  var hasBuffered: Bool { !line.incoming.isEmpty || !body.isEmpty }

  func advance(now: Instant) throws(SparkError) -> Bool {
    guard case .connecting = state else { return true }
    guard try line.connection.advance(now: now) else { return false }
    state = .open
    return true
  }

  func send(_ question: UnsafeRawBufferPointer) throws(SparkError) {
    CompletionRequest.append(
      question, url: client.endpoint.url, credentials: client.credentials,
      patchID: client.patchID, to: &line.outgoing)
    guard !line.outgoing.isExhausted else {
      throw SparkError(.noMemory, "out of memory while sending the question")
    }
    state = .asked
    try line.flush()
  }

  func receiveBuffered() throws(SparkError) -> Received {
    if case .asked = state, let head = try headReader.next(&line.incoming) { try begin(head) }
    if case .refused = state { return try readRefusal() }
    guard case .answering = state else { return .wouldBlock }
    while true {
      if let message = try messages.next(&body, isComplete: isBodyComplete) {
        hasMessage = true
        return .message(message)
      }
      if let bodyFailure { throw bodyFailure }
      if isBodyComplete {
        guard hasMessage else { throw .violation("the server's answer holds no message") }
        return .closed(code: nil, reason: "the body ended before [DONE]")
      }
      guard !line.incoming.isEmpty else { return .wouldBlock }
      decodeBody()
      guard !body.isExhausted else {
        throw SparkError(.noMemory, "out of memory while reading the answer")
      }
    }
  }

  func receive() throws(SparkError) -> Received {
    if case .closed = state { return .wouldBlock }
    try line.flush()
    switch try receiveBuffered() {
    case .wouldBlock: break
    case let received: return received
    }
    switch try line.read() {
    case .bytes:
      // Before it is asked, a server may say that it is going to close, and nothing else.
      if case .open = state { return .closed(code: nil, reason: "the server spoke unasked") }
      let received = try receiveBuffered()
      if case .wouldBlock = received { return .incomplete }
      return received
    case .wouldBlock: return .wouldBlock
    case .end: return try end()
    }
  }

  /// What came before a fault is read before the fault is told.
  private func decodeBody() {
    do throws(SparkError) {
      isBodyComplete = try bodyDecoder?.decode(&line.incoming, into: &body) ?? true
    } catch {
      bodyFailure = error
    }
  }

  /// Only behind the end of its body can the connection be used again.
  var afterwards: Afterwards {
    keepsConnection && !isBodyComplete && bodyFailure == nil ? .closing : .over
  }

  func release() {
    guard case .answering = state, keepsConnection, bodyFailure == nil, line.outgoing.isEmpty,
      let bodyDecoder
    else {
      return close()
    }
    keepConnection(bodyDecoder)
  }

  private func keepConnection(_ rest: HTTPBodyDecoder) {
    guard line.outgoing.isEmpty else { return }
    state = .closed
    line.connection.onPhaseChange = nil
    client.idleConnections.keep(line, rest: rest)
  }

  func close() {
    if case .closed = state { return }
    line.close()
    state = .closed
  }

  private func begin(_ head: HTTPResponseHead) throws(SparkError) {
    let type = head.first("Content-Type")?.lowercased() ?? ""
    // A page for people says that this is another server than we think.
    guard head.status == 200, !type.hasPrefix("text/html") else {
      refusal = RefusalReader(head)
      state = .refused
      return
    }
    if let coding = head.first("Content-Encoding"),
      !head.hasToken("identity", in: "Content-Encoding")
    {
      throw .violation("the server compressed the answer (\(excerpt(coding))), unasked")
    }
    let decoder = try HTTPBodyDecoder(head: head)
    keepsConnection = head.keepsConnection && !decoder.endsWithConnection
    bodyDecoder = decoder
    if type.hasPrefix("application/json") { messages.expectDocument() }
    state = .answering
  }

  private func readRefusal() throws(SparkError) -> Received {
    guard line.readRefusal(&refusal) else { return .wouldBlock }
    if let rest = refusal?.rest { keepConnection(rest) }
    throw refusalError ?? .violation("the server refused the question")
  }

  private var refusalError: SparkError? {
    refusal?.error(over: .http, ourUnixSeconds: WallClock.unixSeconds()) {
      client.credentials.redact($0)
    }
  }

  /// The server has ended the connection, which may be how it ends the answer.
  private func end() throws(SparkError) -> Received {
    guard case .answering = state else {
      return .closed(code: nil, reason: "the server closed the connection without an answer")
    }
    guard bodyDecoder?.isCompleteAtEnd() ?? false, !isBodyComplete else {
      return .closed(code: nil, reason: "the body is cut off")
    }
    isBodyComplete = true
    return try receiveBuffered()
  }
}

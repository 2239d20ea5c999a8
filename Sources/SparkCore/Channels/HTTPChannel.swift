internal import SparkTransport
internal import SparkWire

/// A request over HTTP and its answer: a stream of events (protocol 6), or a vector (3.8).
final class HTTPChannel: Channel {
  private enum State {
    case connecting
    /// Connected, and no request has been sent.
    case open
    case asked
    /// It is not known yet whether the body is an answer.
    case beginning(HTTPResponseHead)
    case answering
    case closed
  }

  let connection: BufferedConnection
  private let client: Client
  private var state = State.connecting
  private let opening: ResponseOpening
  private var bodyDecoder: HTTPBodyDecoder?
  private var body = ByteBuffer()
  private var hasMessage = false
  private var isBodyComplete = false
  private var bodyFailure: SparkError?
  private var keepsConnection = false
  private var messages: AnswerBodyParser

  init(client: Client, connection: BufferedConnection) {
    self.client = client
    self.connection = connection
    opening = ResponseOpening(of: client)
    messages = AnswerBodyParser(
      maxMessageSize: client.maxMessageSize, endsDocuments: !client.endpoint.isEmbedding)
  }

  var pendingRefusal: SparkError? { opening.isRefused ? opening.error(clockOffset) : nil }

  var hasSpoken: Bool { opening.hasBegun }

  var hasAnswerBegun: Bool { bodyDecoder != nil || opening.isRefused }

  /// 0 if the request is not signed.
  private(set) var clockOffset: Int64 = 0

  /// The end of a body still has to be returned after its last byte has been read.
  var hasBuffered: Bool {
    !connection.incoming.isEmpty || !body.isEmpty || isBodyComplete || bodyFailure != nil
  }

  func advance(now: Instant) throws(SparkError) -> Phase {
    guard case .connecting = state else { return .none }
    let phase = try connection.advance(now: now)
    if phase == .none { state = .open }
    return phase
  }

  func send(_ question: UnsafeRawBufferPointer) throws(SparkError) {
    PostRequest.append(
      question, url: client.endpoint.url, authorization: authorization(),
      to: &connection.outgoing)
    guard !connection.outgoing.hasFailed else {
      throw SparkError(.noMemory, "out of memory while sending the request")
    }
    state = .asked
    try connection.flush()
  }

  private func authorization() -> PostRequest.Authorization {
    guard client.endpoint.isSigned else {
      return .bearer(client.credentials, patchID: client.patchID)
    }
    clockOffset = client.clockOffset
    return .signature(client.signer, unixSeconds: WallClock.unixSeconds() &+ clockOffset)
  }

  func next() throws(SparkError) -> Received? {
    switch state {
    case .open where !connection.incoming.isEmpty:
      // Before the request, a server may only announce that it is going to close.
      return .closed(code: nil, reason: "the server sent data before the request")
    case .connecting, .open, .closed:
      return nil
    case .asked:
      guard let head = try readHead() else { return nil }
      try begin(head)
      guard try readBeginning(of: head) else { return nil }
    case .beginning(let head):
      guard try readBeginning(of: head) else { return nil }
    case .answering:
      break
    }
    while true {
      if let message = try messages.next(&body, isComplete: isBodyComplete) {
        hasMessage = true
        return .message(message)
      }
      if let bodyFailure { throw bodyFailure }
      if isBodyComplete {
        guard hasMessage else { throw .violation("the server's answer contains no message") }
        return .bodyEnd
      }
      guard try decodeBody() else { return nil }
    }
  }

  /// Handles the end of the connection, which may be the end of the answer.
  func end() throws(SparkError) -> Received {
    if opening.isRefused { throw opening.error(clockOffset) }
    guard let bodyDecoder else {
      return .closed(code: nil, reason: "the server closed the connection without an answer")
    }
    guard bodyDecoder.isCompleteAtEnd(), !isBodyComplete else {
      return .closed(code: nil, reason: "the body is incomplete")
    }
    isBodyComplete = true
    if let received = try next() { return received }
    if opening.isRefused { throw opening.error(clockOffset) }
    return .closed(code: nil, reason: "")
  }

  /// The connection is reusable only after the end of the body.
  var postAnswer: PostAnswer {
    keepsConnection && !isBodyComplete && bodyFailure == nil ? .closing : .over
  }

  func release() {
    guard case .answering = state, keepsConnection, bodyFailure == nil, let bodyDecoder else {
      return close()
    }
    keepConnection(bodyDecoder)
  }

  func close() {
    if case .closed = state { return }
    connection.close()
    state = .closed
  }

  private func keepConnection(_ rest: HTTPBodyDecoder) {
    guard connection.isReusable else { return close() }
    state = .closed
    client.idleConnections.keep(connection.handOver(), rest: rest)
  }

  private func readHead() throws(SparkError) -> HTTPResponseHead? {
    do throws(SparkError) {
      return try opening.next(connection, clockOffset: clockOffset) { head in
        head.status == 200
      }
    } catch {
      if let rest = opening.rest { keepConnection(rest) }
      throw error
    }
  }

  private func begin(_ head: HTTPResponseHead) throws(SparkError) {
    let codings = head.listMembers("Content-Encoding")
    if let coding = codings.first(where: { $0.lowercased() != "identity" }) {
      throw .violation(
        "the server compressed the answer (\(excerpt(coding))), which the request did not allow")
    }
    let decoder = try HTTPBodyDecoder(head: head)
    keepsConnection = head.keepsConnection && !decoder.endsWithConnection
    bodyDecoder = decoder
    messages.expect(type: head.first("Content-Type")?.lowercased() ?? "")
    state = .beginning(head)
  }

  /// Finds out whether the body is an answer, and refuses a web page: it comes from another kind of server.
  /// Returns false if more bytes are needed.
  private func readBeginning(of head: HTTPResponseHead) throws(SparkError) -> Bool {
    while true {
      let isOver = isBodyComplete || bodyFailure != nil
      if let isPage = messages.isPage(&body, isComplete: isOver) {
        if isPage { return try refuse(head) }
        state = .answering
        return true
      }
      guard try decodeBody() else { return false }
    }
  }

  /// Reads the rest of a web page as that of a refusal.
  private func refuse(_ head: HTTPResponseHead) throws(SparkError) -> Bool {
    opening.refuse(head, bodyDecoder, body.readable)
    body.consume(body.count)
    (bodyDecoder, isBodyComplete, bodyFailure) = (nil, false, nil)
    state = .asked
    _ = try readHead()
    return false
  }

  /// Decodes what has arrived; returns false if more bytes are needed. A fault is kept until everything
  /// before it has been read.
  private func decodeBody() throws(SparkError) -> Bool {
    let before = connection.incoming.count
    do throws(SparkError) {
      isBodyComplete = try bodyDecoder?.decode(&connection.incoming, into: &body) ?? true
    } catch {
      bodyFailure = error
    }
    guard !body.hasFailed else {
      throw SparkError(.noMemory, "out of memory while reading the answer")
    }
    return isBodyComplete || bodyFailure != nil || connection.incoming.count < before
  }
}

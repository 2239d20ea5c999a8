internal import SparkTransport
internal import SparkWire

/// A WebSocket to the service: connects, upgrades with a fresh signature, and carries messages.
final class WebSocketChannel: Channel {
  private enum State {
    case connecting
    case upgrading(key: String)
    case open
    case closed
  }

  /// Pongs are dropped beyond this, so that a server that only pings cannot fill memory.
  private static let maxUnsent = 65_536

  let connection: BufferedConnection
  private let client: Client
  private var state = State.connecting
  private let opening: ResponseOpening
  private var decoder: WebSocketDecoder
  private(set) var clockOffset: Int64 = 0

  init(client: Client, connection: BufferedConnection) {
    self.client = client
    self.connection = connection
    opening = ResponseOpening(of: client)
    decoder = WebSocketDecoder(maxMessageSize: client.maxMessageSize)
  }

  var pendingRefusal: SparkError? { opening.isRefused ? opening.error(clockOffset) : nil }

  var hasSpoken: Bool { opening.hasBegun }

  /// False: before the first message, nothing shows whether the request has arrived.
  var hasAnswerBegun: Bool { false }

  var hasBuffered: Bool { !connection.incoming.isEmpty }

  func advance(now: Instant) throws(SparkError) -> Phase {
    switch state {
    case .connecting:
      let phase = try connection.advance(now: now)
      guard phase == .none else { return phase }
      state = .upgrading(key: try requestUpgrade())
      return .upgrade
    case .upgrading(let key):
      guard let head = try readHead() else { return .upgrade }
      try WebSocketHandshake.verify(head, key: key)
      state = .open
      return .none
    case .open, .closed:
      return .none
    }
  }

  func send(_ question: UnsafeRawBufferPointer) throws(SparkError) {
    try send(.text, question)
    try connection.flush()
  }

  func next() throws(SparkError) -> Received? {
    guard case .open = state else { return nil }
    switch try nextMessage() {
    case .text(let text):
      return .message(text)
    case .binary:
      throw .violation("the service sent a binary message instead of a text message")
    case .close(let code, let reason):
      return .closed(code: code, reason: reason)
    case .ping, .pong, nil:
      return nil
    }
  }

  func end() throws(SparkError) -> Received { .closed(code: nil, reason: "") }

  /// Returns the next text message, binary message or Close that has arrived. Answers pings, and answers
  /// a Close before closing the connection.
  func nextMessage() throws(SparkError) -> WebSocketMessage? {
    while true {
      let message: WebSocketMessage?
      do throws(SparkError) {
        message = try decoder.next(&connection.incoming)
      } catch {
        close(code: decoder.failureCode)
        throw error
      }
      switch message {
      case .text, .binary, nil:
        return message
      case .ping(let payload):
        if connection.outgoing.count < Self.maxUnsent { try send(.pong, payload) }
      case .pong:
        continue
      case .close(let code, _):
        close(code: code == nil ? nil : 1000)
        return message
      }
    }
  }

  /// Hosted models accept several requests on one connection (protocol 4.8).
  var postAnswer: PostAnswer {
    client.endpoint.model?.isHosted ?? false ? .open : .closing
  }

  func release() { close() }

  func close() {
    close(code: 1000)
  }

  private func close(code: UInt16?) {
    if case .open = state {
      if let code {
        withUnsafeBytes(of: code.bigEndian) { try? send(.close, $0) }
      } else {
        try? send(.close, UnsafeRawBufferPointer(start: nil, count: 0))
      }
      try? connection.flush()
    }
    connection.close()
    state = .closed
  }

  func send(
    _ opcode: WebSocketOpcode, _ payload: UnsafeRawBufferPointer
  ) throws(SparkError) {
    var mask: UInt32 = 0
    try withUnsafeMutableBytes(of: &mask) { bytes throws(SparkError) in try Random.fill(bytes) }
    WebSocketFrameEncoder.append(
      opcode: opcode, payload: payload, mask: mask, to: &connection.outgoing)
    try checkMemory()
  }

  /// Throws if a message could not be buffered as a whole: a part of it must not be sent.
  private func checkMemory() throws(SparkError) {
    guard connection.outgoing.hasFailed else { return }
    throw SparkError(.noMemory, "out of memory while sending to \(client.endpoint.url.host)")
  }

  private func requestUpgrade() throws(SparkError) -> String {
    var random: (UInt64, UInt64) = (0, 0)
    try withUnsafeMutableBytes(of: &random) { bytes throws(SparkError) in try Random.fill(bytes) }
    let key = try withUnsafeBytes(of: random) { bytes throws(SparkError) in
      try WebSocketHandshake.key(random: bytes)
    }
    clockOffset = client.clockOffset
    UpgradeRequest.append(
      url: client.endpoint.url, signer: client.signer,
      unixSeconds: WallClock.unixSeconds() &+ clockOffset, key: key, to: &connection.outgoing)
    try checkMemory()
    return key
  }

  /// Returns the head that accepts the upgrade; nil if it has not arrived yet.
  private func readHead() throws(SparkError) -> HTTPResponseHead? {
    try connection.flush()
    while true {
      let head = try opening.next(connection, clockOffset: clockOffset) { $0.status == 101 }
      if let head {
        connection.abandonUnsent()
        return head
      }
      switch try connection.read() {
      case .bytes: continue
      case .wouldBlock: return nil
      case .end where opening.isRefused: throw opening.error(clockOffset)
      case .end:
        throw SparkError(
          .handshake, "the server closed the connection instead of answering the upgrade",
          hint: "check that the URL is a Spark WebSocket endpoint", retryable: true)
      }
    }
  }
}

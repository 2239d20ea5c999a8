internal import SparkTransport
internal import SparkWire

/// A WebSocket to the service: connects, upgrades with a fresh signature, and carries messages.
final class WebSocketChannel: Channel {
  private enum State {
    case connecting
    case upgrading(key: String)
    case refused
    case open
    case closed
  }

  /// Answers to pings are dropped beyond this: a server that only pings must not fill memory.
  private static let maxUnsent = 65_536

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
  private var decoder: WebSocketDecoder
  private(set) var clockOffset: Int64 = 0

  init(client: Client, line: BufferedConnection) {
    self.client = client
    self.line = line
    decoder = WebSocketDecoder(maxMessageSize: client.maxMessageSize)
  }

  var phase: Phase {
    switch state {
    case .connecting: line.connection.phase == .none ? .upgrade : line.connection.phase
    case .upgrading, .refused: .upgrade
    case .open, .closed: .none
    }
  }

  var pendingRefusal: SparkError? {
    guard case .refused = state else { return nil }
    return refusalError
  }

  /// Before the first message, nothing tells whether the question has arrived.
  var hasAnswerBegun: Bool { false }

  var hasBuffered: Bool { !line.incoming.isEmpty }

  func advance(now: Instant) throws(SparkError) -> Bool {
    while true {
      switch state {
      case .connecting:
        guard try line.connection.advance(now: now) else { return false }
        state = .upgrading(key: try requestUpgrade())
      case .upgrading(let key):
        try line.flush()
        guard line.outgoing.isEmpty, let head = try readHead() else { return false }
        line.outgoing.clear()
        guard head.status == 101 else {
          refusal = RefusalReader(head)
          state = .refused
          continue
        }
        try WebSocketHandshake.verify(head, key: key)
        state = .open
      case .refused:
        guard line.readRefusal(&refusal) else { return false }
        throw refusalError ?? .violation("the server refused the upgrade")
      case .open:
        return true
      case .closed:
        return false
      }
    }
  }

  func send(_ question: UnsafeRawBufferPointer) throws(SparkError) {
    try send(.text, question)
    try line.flush()
  }

  func receiveBuffered() throws(SparkError) -> Received {
    switch try nextMessage() {
    case .text(let text):
      return .message(text)
    case .binary:
      throw .violation("the service sent a binary message, where only text is expected")
    case .close(let code, let reason):
      return .closed(code: code, reason: reason)
    case .ping, .pong, nil:
      return .wouldBlock
    }
  }

  /// The next text, binary message or Close that has arrived. A ping is answered on the way, and so
  /// is a Close, which gives the connection up.
  func nextMessage() throws(SparkError) -> WebSocketMessage? {
    while let message = try decode() {
      switch message {
      case .text, .binary:
        return message
      case .ping(let payload):
        if line.outgoing.count < Self.maxUnsent { try send(.pong, payload) }
      case .pong:
        continue
      case .close(let code, _):
        close(code: code == nil ? nil : 1000)
        return message
      }
    }
    return nil
  }

  func receive() throws(SparkError) -> Received {
    guard case .open = state else { return .wouldBlock }
    try line.flush()
    switch try receiveBuffered() {
    case .wouldBlock: break
    case let received: return received
    }
    switch try line.read() {
    case .bytes:
      let received = try receiveBuffered()
      if case .wouldBlock = received { return .incomplete }
      return received
    case .wouldBlock: return .wouldBlock
    case .end: return .closed(code: nil, reason: "")
    }
  }

  /// Hosted models take several questions on one connection (protocol 4.8).
  var afterwards: Afterwards {
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
      try? line.flush()
    }
    line.close()
    state = .closed
  }

  private func decode() throws(SparkError) -> WebSocketMessage? {
    do throws(SparkError) {
      return try decoder.next(&line.incoming)
    } catch {
      close(code: decoder.failureCode)
      throw error
    }
  }

  func send(
    _ opcode: WebSocketOpcode, _ payload: UnsafeRawBufferPointer
  ) throws(SparkError) {
    var mask: UInt32 = 0
    try withUnsafeMutableBytes(of: &mask) { bytes throws(SparkError) in try Random.fill(bytes) }
    WebSocketFrameEncoder.append(opcode: opcode, payload: payload, mask: mask, to: &line.outgoing)
    try checkMemory()
  }

  /// Half a request must not be sent.
  private func checkMemory() throws(SparkError) {
    guard line.outgoing.isExhausted else { return }
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
      url: client.endpoint.url, signer: client.signer, unixSeconds: signingClock(),
      key: key, to: &line.outgoing)
    try checkMemory()
    return key
  }

  private func readHead() throws(SparkError) -> HTTPResponseHead? {
    while true {
      if let head = try headReader.next(&line.incoming) { return head }
      switch try line.read() {
      case .bytes: continue
      case .wouldBlock: return nil
      case .end:
        throw SparkError(
          .handshake, "the server closed the connection instead of answering the upgrade",
          hint: "check that the URL is a Spark WebSocket endpoint", retryable: true)
      }
    }
  }

  private var refusalError: SparkError? {
    refusal?.error(over: .webSocket, ourUnixSeconds: signingClock()) {
      client.credentials.redact($0)
    }
  }

  /// The clock that the signature was made with; others may have corrected it since.
  private func signingClock() -> Int64 {
    WallClock.unixSeconds() &+ clockOffset
  }
}

extension BufferedConnection {
  /// True once there is as much of the refusal as there will be.
  func readRefusal(_ refusal: inout RefusalReader?) -> Bool {
    while true {
      if refusal?.read(&incoming) ?? true { return true }
      switch try? read() {
      case .bytes: continue
      case .wouldBlock: return false
      case .end, nil: return true
      }
    }
  }
}

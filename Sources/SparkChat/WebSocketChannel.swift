internal import SparkTransport
internal import SparkWire

/// A WebSocket to the service: connects, upgrades with a fresh signature, and carries messages.
/// Nothing here blocks.
final class WebSocketChannel {
  enum Received {
    /// A text message; the bytes are borrowed until the next call.
    case message(UnsafeRawBufferPointer)
    /// Bytes have come, but no whole message yet.
    case incomplete
    case wouldBlock
    /// The server said goodbye, or ended the connection without doing so.
    case closed(code: UInt16?, reason: String)
  }

  private enum State {
    case connecting
    case upgrading(key: String)
    case refused(HTTPResponseHead)
    case open
    case closed
  }

  /// A token's message fits many times; a longer one makes the buffer grow.
  private static let readSizes = 4096...65_536
  private static let maxRefusalBody = 8192
  private static let maxInterimAnswers = 8
  /// Answers to pings are dropped beyond this: a server that only pings must not fill memory.
  private static let maxUnsent = 65_536

  private let client: Client
  private let connection: Connection
  private var state = State.connecting {
    didSet { onPhaseChange?() }
  }
  /// Called whenever `phase` may have become another one.
  var onPhaseChange: (() -> Void)? {
    didSet { connection.onPhaseChange = onPhaseChange }
  }
  private var incoming = ByteBuffer()
  private var outgoing = ByteBuffer(wiping: true)
  private var headParser = HTTPResponseHeadParser()
  private var interimAnswers = 0
  private var bodyDecoder: HTTPBodyDecoder?
  private var refusalBody = ByteBuffer()
  private var decoder: WebSocketDecoder
  private var readSize = readSizes.lowerBound
  /// What this machine's clock was corrected by for the signature.
  private(set) var clockOffset: Int64 = 0

  init(client: Client, interruption: Interruption) {
    self.client = client
    connection = Connection(client.route, interruption: interruption)
    decoder = WebSocketDecoder(maxMessageSize: client.maxMessageSize)
  }

  /// Which part of opening is under way; `.none` once the channel is open.
  var phase: Phase {
    switch state {
    case .connecting: connection.phase == .none ? .upgrade : connection.phase
    case .upgrading, .refused: .upgrade
    case .open, .closed: .none
    }
  }

  /// What the server said in refusing the upgrade, though its body has not come in full.
  var pendingRefusal: SparkError? {
    guard case .refused(let head) = state else { return nil }
    return refusal(head)
  }

  /// True once the channel is open.
  func advance(now: Instant) throws(SparkError) -> Bool {
    while true {
      switch state {
      case .connecting:
        guard try connection.advance(now: now) else { return false }
        state = .upgrading(key: try requestUpgrade())
      case .upgrading(let key):
        flush()
        guard outgoing.isEmpty, let head = try readHead() else { return false }
        if (100..<200).contains(head.status), head.status != 101 {
          try skipInterim(head)
          continue
        }
        outgoing.clear()
        guard head.status == 101 else {
          bodyDecoder = try? HTTPBodyDecoder(head: head)
          state = .refused(head)
          continue
        }
        try WebSocketHandshake.verify(head, key: key)
        state = .open
      case .refused(let head):
        guard readRefusal() else { return false }
        throw refusal(head)
      case .open:
        return true
      case .closed:
        return false
      }
    }
  }

  func send(text: UnsafeRawBufferPointer) throws(SparkError) {
    try send(.text, text)
    flush()
  }

  /// The next message among the bytes that have already arrived.
  func receiveBuffered() throws(SparkError) -> Received {
    while true {
      guard let message = try decode() else { return .wouldBlock }
      switch message {
      case .text(let text):
        return .message(text)
      case .binary:
        throw .violation("the service sent a binary message, where only text is expected")
      case .ping(let payload):
        if outgoing.count < Self.maxUnsent { try send(.pong, payload) }
      case .pong:
        continue
      case .close(let code, let reason):
        close(code: code == nil ? nil : 1000)
        return .closed(code: code, reason: reason)
      }
    }
  }

  /// The next message, read from the connection if need be.
  func receive() throws(SparkError) -> Received {
    guard case .open = state else { return .wouldBlock }
    flush()
    switch try receiveBuffered() {
    case .wouldBlock: break
    case let received: return received
    }
    switch try read() {
    case .bytes:
      let received = try receiveBuffered()
      if case .wouldBlock = received { return .incomplete }
      return received
    case .wouldBlock: return .wouldBlock
    case .end: return .closed(code: nil, reason: "")
    }
  }

  /// Reads larger pieces while they come full, so that a large message costs few calls and an
  /// idle connection little memory.
  private func read() throws(SparkError) -> Connection.ReadOutcome {
    let outcome = try connection.read(into: &incoming, size: readSize)
    if case .bytes(let count) = outcome {
      readSize =
        count < readSize ? Self.readSizes.lowerBound : min(readSize * 2, Self.readSizes.upperBound)
    }
    return outcome
  }

  /// A server that refuses what is being sent says why before it closes: a failure to send is left
  /// to the next read, which brings its words, or the end.
  private func flush() {
    guard !outgoing.isEmpty else { return }
    do throws(SparkError) {
      _ = try connection.write(from: &outgoing)
    } catch {
      outgoing.clear()
    }
  }

  /// Says goodbye as far as that is possible without waiting, and gives the connection up.
  func close(code: UInt16? = 1000) {
    if case .open = state {
      if let code {
        withUnsafeBytes(of: code.bigEndian) { try? send(.close, $0) }
      } else {
        try? send(.close, UnsafeRawBufferPointer(start: nil, count: 0))
      }
      flush()
    }
    connection.close()
    state = .closed
  }

  func appendInterests(to list: inout [Interest]) {
    connection.appendInterests(to: &list)
  }

  var isResumed: Bool { connection.isResumed }
  var bytesSent: UInt64 { connection.bytesSent }
  var bytesReceived: UInt64 { connection.bytesReceived }

  /// Whether a step might bring something without waiting.
  var mayHaveMore: Bool { !incoming.isEmpty || connection.mayHaveMore }

  var wakeAt: Instant? { connection.wakeAt }

  func becameReady() { connection.becameReady() }

  private func decode() throws(SparkError) -> WebSocketMessage? {
    do throws(SparkError) {
      return try decoder.next(&incoming)
    } catch {
      close(code: decoder.failureCode)
      throw error
    }
  }

  private func send(
    _ opcode: WebSocketOpcode, _ payload: UnsafeRawBufferPointer
  ) throws(SparkError) {
    var mask: UInt32 = 0
    try withUnsafeMutableBytes(of: &mask) { bytes throws(SparkError) in try Random.fill(bytes) }
    WebSocketFrameEncoder.append(opcode: opcode, payload: payload, mask: mask, to: &outgoing)
  }

  private func requestUpgrade() throws(SparkError) -> String {
    var random: (UInt64, UInt64) = (0, 0)
    try withUnsafeMutableBytes(of: &random) { bytes throws(SparkError) in try Random.fill(bytes) }
    let key = withUnsafeBytes(of: random) { WebSocketHandshake.key(random: $0) }
    clockOffset = client.clockOffset
    UpgradeRequest.append(
      url: client.endpoint.url, signer: client.signer, unixSeconds: signingClock(),
      key: key, to: &outgoing)
    return key
  }

  private func readHead() throws(SparkError) -> HTTPResponseHead? {
    while true {
      if !incoming.isEmpty, let (head, length) = try headParser.parse(incoming.readable) {
        incoming.consume(length)
        return head
      }
      switch try read() {
      case .bytes: continue
      case .wouldBlock: return nil
      case .end:
        throw SparkError(
          .handshake, "the server closed the connection instead of answering the upgrade",
          hint: "check that the URL is a Spark WebSocket endpoint", retryable: true)
      }
    }
  }

  /// An answer such as "100 Continue" may stand before the real one.
  private func skipInterim(_ head: HTTPResponseHead) throws(SparkError) {
    interimAnswers += 1
    guard interimAnswers <= Self.maxInterimAnswers else {
      throw .violation("the server goes on answering the upgrade with status \(head.status)")
    }
    headParser = HTTPResponseHeadParser()
  }

  /// True once there is as much of the refusal's body as there will be.
  private func readRefusal() -> Bool {
    while true {
      do throws(SparkError) {
        let isComplete = try bodyDecoder?.decode(&incoming, into: &refusalBody) ?? true
        if isComplete || refusalBody.count >= Self.maxRefusalBody { return true }
        switch try read() {
        case .bytes: continue
        case .wouldBlock: return false
        case .end: return true
        }
      } catch {
        return true
      }
    }
  }

  private func refusal(_ head: HTTPResponseHead) -> SparkError {
    let body = String(decoding: refusalBody.readable.prefix(Self.maxRefusalBody), as: UTF8.self)
    return HandshakeRefusal.error(
      head, body: client.credentials.redact(body), ourUnixSeconds: signingClock())
  }

  /// The clock that the signature was made with; others may have corrected it since.
  private func signingClock() -> Int64 {
    WallClock.unixSeconds() &+ clockOffset
  }
}

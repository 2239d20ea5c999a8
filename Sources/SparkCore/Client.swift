package import SparkTransport
package import SparkWire
internal import Synchronization

/// The endpoint, the credentials and the settings for requests. A client never changes, and any number of
/// threads may share it.
package final class Client: Sendable {
  package let endpoint: Endpoint
  package let process = ProcessStamp()
  let credentials: Credentials
  private let rules: RequestRules
  private let encoder: any RequestEncoder
  let patchID: String?
  let signer: RequestSigner
  let route: Route
  let retry: RetryPolicy
  let pacer: Pacer
  let idleConnections: IdleConnections
  let log: Logger
  private let knownClockOffset = Atomic<Int64>(0)
  let timeouts: Timeouts
  let maxMessageSize: Int
  let maxAnswerSize: Int
  let keepsRaw: Bool

  private let configuration: Configuration
  private let embeddings = Locked<Client?>(nil)

  package convenience init(_ configuration: Configuration) throws(SparkError) {
    try configuration.setterErrors.check()
    try self.init(configuration, at: configuration.endpoint())
  }

  /// - Parameter other: A client with the same configuration; the new one shares its limits and certificates.
  private init(
    _ configuration: Configuration, at endpoint: Endpoint, sharing other: Client? = nil
  ) throws(SparkError) {
    self.configuration = configuration
    self.endpoint = endpoint
    credentials = try configuration.credentials(for: endpoint)
    patchID = configuration.patchID
    rules = RequestRules(endpoint)
    encoder =
      RequestContext(
        appID: credentials.appID, userID: configuration.userID, patchID: patchID,
        endpoint: endpoint
      ).encoder
    signer = RequestSigner(
      url: endpoint.url, credentials: credentials,
      method: endpoint.transport == .http ? "POST" : "GET")
    var tls: TLSContext?
    if endpoint.url.isSecure {
      tls = other?.route.tls
      if tls == nil {
        tls = try TLSContext(
          trust: configuration.trust, identity: configuration.identity, pins: configuration.pins)
      }
    }
    route = Route(
      url: endpoint.url, proxy: try configuration.proxy(for: endpoint.url), tls: tls,
      keepalive: configuration.keepalive)
    retry = configuration.retry
    pacer = configuration.makePacer(sharing: other?.pacer)
    idleConnections = IdleConnections(
      maxCount: endpoint.transport == .http ? configuration.maxIdleConnections : 0,
      process: process)
    log = configuration.log
    timeouts = configuration.timeouts
    maxMessageSize = configuration.maxMessageSize
    maxAnswerSize = configuration.maxAnswerSize
    keepsRaw = configuration.keepsRaw
    if let replaced = endpoint.replacedURL {
      log.write(
        .info, "using another URL",
        [.domain(endpoint.domain), .url(endpoint.url), .replacedURL(replaced)])
    }
  }

  /// Starts an exchange; `ChatStream.next` drives it.
  package func open(_ request: ChatRequest) throws(SparkError) -> ChatStream {
    try process.check()
    return ChatStream(client: self, question: try encode(request))
  }

  /// Returns a stream that connects before it has a request.
  package func connect() throws(SparkError) -> ChatStream {
    try process.check()
    return ChatStream(client: self, question: nil)
  }

  /// Requests the vector of a text; the response holds it.
  package func openEmbedding(
    _ text: String, _ domain: EmbeddingDomain
  ) throws(SparkError) -> ChatStream {
    try process.check()
    let question = try EmbeddingQuestion(text, domain)
    let client = try embeddingClient()
    var message = ByteBuffer()
    try question.append(
      appID: client.credentials.appID, userID: configuration.userID, to: &message)
    return ChatStream(client: client, question: Question(try Self.whole(message)))
  }

  /// Vectors come from another server, so they need a client with its own connections and sessions.
  private func embeddingClient() throws(SparkError) -> Client {
    let made = embeddings.withLock { client in
      Result { () throws(SparkError) in
        if let client { return client }
        let endpoint = try Endpoint.embedding(at: configuration.embeddingURL)
          .moved(to: configuration.testService)
        let made = try Client(configuration, at: endpoint, sharing: self)
        client = made
        return made
      }
    }
    return try made.get()
  }

  private static func whole(_ message: consuming ByteBuffer) throws(SparkError) -> ByteBuffer {
    guard !message.hasFailed else {
      throw SparkError(.noMemory, "out of memory while writing the request")
    }
    return message
  }

  func encode(_ request: ChatRequest) throws(SparkError) -> Question {
    guard !endpoint.isEmbedding else {
      throw SparkError(.state, "the stream is only for one embedding", hint: "open another stream")
    }
    for warning in try rules.check(request) {
      log.write(.warning, warning, [.domain(endpoint.domain)])
    }
    var message = ByteBuffer()
    try encoder.append(request, to: &message)
    return Question(
      try Self.whole(message), requiredCall: request.requiredCall,
      hasImages: request.messages.contains { $0.image != nil },
      stopSequences: request.stopSequences)
  }

  /// Says which of the options that the error concerns come from the environment; nil if none does.
  func origin(for error: SparkError) -> String? {
    configuration.origin(for: error, at: endpoint)
  }

  func channel(on connection: BufferedConnection) -> any Channel {
    switch endpoint.transport {
    case .webSocket: WebSocketChannel(client: self, connection: connection)
    case .http: HTTPChannel(client: self, connection: connection)
    }
  }

  func timer(_ phase: Phase, now: Instant) -> PhaseTimer {
    PhaseTimer(phase, limit: timeouts.milliseconds(phase, model: endpoint.model), now: now)
  }

  /// How many seconds the service's clock is ahead of this machine's; 0 if unknown.
  var clockOffset: Int64 { knownClockOffset.load(ordering: .relaxed) }

  func correctClock(to offset: Int64) {
    knownClockOffset.store(offset, ordering: .relaxed)
    log.write(.warning, "signing with the service's clock", [.seconds(offset)])
  }
}

package import SparkTransport
package import SparkWire
internal import Synchronization

/// Where and as whom to ask. It never changes, and may be shared by any number of threads.
package final class Client: Sendable {
  package let endpoint: Endpoint
  package let process = ProcessStamp()
  let credentials: Credentials
  let encoder: RequestEncoder
  let signer: RequestSigner
  let route: Route
  let retry: RetryPolicy
  let pacer: Pacer?
  let log: Logger
  private let knownClockOffset = Atomic<Int64>(0)
  let timeouts: Timeouts
  let maxMessageSize: Int
  let maxAnswerSize: Int

  package init(_ configuration: Configuration) throws(SparkError) {
    try configuration.rejections.check()
    endpoint = try Endpoint.resolve(
      model: configuration.model, url: configuration.url, domain: configuration.domain)
    credentials = try Self.credentials(configuration)
    encoder = RequestEncoder(
      appID: credentials.appID, userID: configuration.userID, patchID: configuration.patchID,
      endpoint: endpoint)
    signer = RequestSigner(url: endpoint.url, credentials: credentials)
    let tls =
      endpoint.url.isSecure
      ? try TLSContext(
        trust: configuration.trust, identity: configuration.identity, pins: configuration.pins)
      : nil
    route = Route(url: endpoint.url, proxy: configuration.proxy(for: endpoint.url), tls: tls)
    retry = configuration.retry
    pacer = configuration.makePacer()
    log = configuration.log
    timeouts = configuration.timeouts
    maxMessageSize = configuration.maxMessageSize
    maxAnswerSize = configuration.maxAnswerSize
  }

  /// Starts an exchange; `ChatStream.next` does its work.
  package func open(_ request: ChatRequest) throws(SparkError) -> ChatStream {
    try process.check()
    return ChatStream(client: self, question: try encode(request))
  }

  /// Starts to connect, before there is a question.
  package func connect() throws(SparkError) -> ChatStream {
    try process.check()
    return ChatStream(client: self, question: nil)
  }

  func encode(_ request: ChatRequest) throws(SparkError) -> Question {
    var message = ByteBuffer()
    try encoder.append(request, to: &message)
    return Question(message)
  }

  /// How many seconds the service's clock is ahead of this machine's, as far as that is known.
  var clockOffset: Int64 { knownClockOffset.load(ordering: .relaxed) }

  func correctClock(to offset: Int64) {
    knownClockOffset.store(offset, ordering: .relaxed)
    log.write(.warning, "signing with the service's clock", [.seconds(offset)])
  }

  private static func credentials(
    _ configuration: Configuration
  ) throws(SparkError) -> Credentials {
    guard let appID = configuration.appID else { throw missing("app id", "APP_ID") }
    guard let apiKey = configuration.apiKey else { throw missing("API key", "API_KEY") }
    guard let apiSecret = configuration.apiSecret else { throw missing("API secret", "API_SECRET") }
    return Credentials(appID: appID, apiKey: apiKey, apiSecret: apiSecret)
  }

  private static func missing(_ what: String, _ variable: String) -> SparkError {
    SparkError(
      .config, "the \(what) is not set",
      hint: "set it, or load the environment with IFLYTEK_SPARK_\(variable) set")
  }
}

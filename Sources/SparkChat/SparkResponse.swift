internal import SparkCore
internal import SparkWire

/// An answer, or what has come of one.
public struct SparkResponse: Sendable {
  /// How an exchange ended; the raw values are those of `sparkchat_outcome` in C.
  public enum Outcome: Int32, Sendable, CaseIterable {
    /// It has not ended.
    case pending = 0
    /// The answer is whole.
    case complete = 1
    /// The connection ended before the answer did.
    case truncated = 2
    /// It was stopped.
    case cancelled = 3
    /// A deadline passed.
    case timeout = 4
    /// It failed in another way.
    case failed = 5
  }

  /// Why the service ended the answer; the raw values are those of `sparkchat_finish_reason` in C.
  public enum FinishReason: Int32, Sendable, CaseIterable {
    /// The service does not say: it never does over WebSocket.
    case none = 0
    /// The answer is whole, or a stop sequence ended it.
    case stop = 1
    /// The limit of tokens was reached.
    case length = 2
    /// The model asks for tools.
    case toolCalls = 3
    /// The service's moderation.
    case contentFilter = 4
    /// Another reason; see `finishReasonText`.
    case other = 5
  }

  /// How the connection came about; the raw values are those of `sparkchat_connection` in C.
  public enum Connection: Int32, Sendable, CaseIterable {
    /// There was none.
    case none = 0
    /// It was made for the question, with a full TLS handshake.
    case cold = 1
    /// It was made for the question, and an earlier TLS session was resumed.
    case resumed = 2
    /// It was there already.
    case warm = 3
  }

  /// Where the time went. What did not happen is zero, and nil what is not known.
  public struct Timings: Sendable, Hashable {
    /// Waiting in line, of all attempts.
    public let queue: Duration
    /// Looking up the host name.
    public let resolve: Duration
    /// Connecting, and what was said to a proxy.
    public let connect: Duration
    /// The TLS handshake.
    public let tls: Duration
    /// The WebSocket upgrade.
    public let upgrade: Duration
    /// From the start to the first piece of reasoning.
    public let firstReasoning: Duration?
    /// From the start to the first piece of text.
    public let firstText: Duration?
    /// From the start to the last event.
    public let last: Duration?
    /// From the start to the end.
    public let total: Duration?
  }

  /// How the exchange ended.
  public let outcome: Outcome
  /// The answer's text, as far as it has come.
  public let text: String
  /// What the model thought.
  public let reasoning: String
  /// The tools that the model asks for.
  public let toolCalls: [SparkToolCall]
  /// The sources of a web search.
  public let citations: [SparkCitation]
  /// Token counts.
  public let usage: SparkUsage
  /// What the service warns of.
  public let warning: SparkWarning?
  /// The service's id of the exchange.
  public let sid: String?
  /// Why the answer ended.
  public let finishReason: FinishReason
  /// The same in the service's own word.
  public let finishReasonText: String?
  /// The stop sequence that ended the answer.
  public let stopSequence: String?
  /// Where the time went.
  public let timings: Timings
  /// How often the question was asked.
  public let attempts: Int
  /// How the connection came about.
  public let connection: Connection
  /// Bytes sent, TLS not counted.
  public let bytesSent: UInt64
  /// Bytes received, TLS not counted.
  public let bytesReceived: UInt64
  /// The service's messages as a JSON text sequence (RFC 7464), if they are kept.
  public let raw: String
  let vector: [Float]
}

extension SparkResponse {
  init(_ response: Response) {
    outcome = Outcome(rawValue: response.outcome.rawValue) ?? .failed
    text = String(response.text)
    reasoning = String(response.reasoning)
    toolCalls = response.toolCalls.map {
      SparkToolCall(id: $0.id.string, name: $0.name.string, arguments: $0.arguments.string)
    }
    citations = response.citations.map {
      SparkCitation(index: Int($0.index), title: $0.title.string, url: $0.url.string)
    }
    usage = SparkUsage(response.usage)
    warning = response.warning.map { SparkWarning(code: Int($0.code), message: $0.message.string) }
    sid = response.sid?.string
    let reason = SparkWire.FinishReason(response.finishReason)
    finishReason = FinishReason(rawValue: reason.rawValue) ?? .other
    finishReasonText = response.finishReason?.string
    stopSequence = response.stopSequence?.string
    timings = Timings(response.timings)
    attempts = response.attempts
    connection = Connection(rawValue: response.connection.rawValue) ?? .none
    bytesSent = response.bytesSent
    bytesReceived = response.bytesReceived
    raw = String(response.raw)
    vector = response.vector.map { Array($0.numbers) } ?? []
  }
}

extension SparkResponse.Timings {
  fileprivate init(_ timings: SparkCore.Timings) {
    func known(_ microseconds: Int64) -> Duration? {
      microseconds < 0 ? nil : .microseconds(microseconds)
    }
    queue = .microseconds(timings.queue)
    resolve = .microseconds(timings.resolve)
    connect = .microseconds(timings.connect)
    tls = .microseconds(timings.tls)
    upgrade = .microseconds(timings.upgrade)
    firstReasoning = known(timings.firstReasoning)
    firstText = known(timings.firstText)
    last = known(timings.last)
    total = known(timings.total)
  }
}

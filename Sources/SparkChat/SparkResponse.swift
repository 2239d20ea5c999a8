internal import SparkCore
internal import SparkWire

/// An answer, or the part of it received so far.
public struct SparkResponse: Sendable {
  /// How a request ended. The raw values are those of `sparkchat_outcome` in C.
  public enum Outcome: Int32, Sendable, CaseIterable {
    /// It has not ended.
    case pending = 0
    /// The answer is complete.
    case complete = 1
    /// The connection ended before the answer did.
    case truncated = 2
    /// It was cancelled.
    case cancelled = 3
    /// A deadline passed.
    case timeout = 4
    /// It failed in another way.
    case failed = 5
  }

  /// Why the service ended the answer. The raw values are those of `sparkchat_finish_reason` in C.
  public enum FinishReason: Int32, Sendable, CaseIterable {
    /// The service gave no reason. Over WebSocket, it never does.
    case none = 0
    /// The answer is complete, or a stop sequence ended it.
    case stop = 1
    /// The answer reached the token limit.
    case length = 2
    /// The model requests tool calls.
    case toolCalls = 3
    /// The service's moderation ended the answer.
    case contentFilter = 4
    /// Another reason; see `finishReasonText`.
    case other = 5
  }

  /// How the connection was made. The raw values are those of `sparkchat_connection` in C.
  public enum Connection: Int32, Sendable, CaseIterable {
    /// There was no connection.
    case none = 0
    /// The connection was made for the question, with a full handshake if it uses TLS.
    case cold = 1
    /// The connection was made for the question, and resumed an earlier TLS session.
    case resumed = 2
    /// The connection existed already.
    case warm = 3
  }

  /// The durations of a request's phases. A phase that did not happen is zero; nil means that the time is unknown.
  public struct Timings: Sendable, Hashable {
    /// Waiting in the queue, in all attempts.
    public let queue: Duration
    /// Looking up the host name.
    public let resolve: Duration
    /// Connecting, including the negotiation with a proxy.
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

  /// How the request ended.
  public let outcome: Outcome
  /// The text of the answer received so far.
  public let text: String
  /// The model's thoughts.
  public let reasoning: String
  /// The tool calls that the model requests.
  public let toolCalls: [SparkToolCall]
  /// The sources of a web search.
  public let citations: [SparkCitation]
  /// Token counts.
  public let usage: SparkUsage
  /// A warning about the answer.
  public let warning: SparkWarning?
  /// The service's request ID.
  public let sid: String?
  /// Why the answer ended.
  public let finishReason: FinishReason
  /// The finish reason as the service sent it.
  public let finishReasonText: String?
  /// The stop sequence that ended the answer.
  public let stopSequence: String?
  /// The durations of the phases.
  public let timings: Timings
  /// The number of attempts that were made.
  public let attempts: Int
  /// How the connection was made.
  public let connection: Connection
  /// The number of bytes sent, without TLS.
  public let bytesSent: UInt64
  /// The number of bytes received, without TLS.
  public let bytesReceived: UInt64
  /// The service's messages as a JSON text sequence (RFC 7464), if `SparkConfiguration.keepsRaw` is true.
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

internal import SparkWire

/// A piece of an answer. Events arrive in the order in which the service sends them.
public enum SparkEvent: Sendable {
  /// The connection is made, and the request is being sent. A conversation has one such event for each request.
  case ready
  /// A piece of the answer's text.
  case text(String)
  /// A piece of a reasoning model's thoughts.
  case reasoning(String)
  /// A tool call that the model requests. It is always complete, even if the service sends it in parts.
  case toolCall(SparkToolCall)
  /// A source that the web search found.
  case citation(SparkCitation)
  /// Token counts.
  case usage(SparkUsage)
  /// A warning from the service, or if the code is negative, from this library. The answer is valid all the same.
  case warning(SparkWarning)
  /// The answer is complete: the last event.
  case finished(SparkResponse)
}

/// A tool call that the model requests.
public struct SparkToolCall: Sendable, Hashable {
  /// The call's id, which a result refers to. If the service gave none, this library makes one.
  public let id: String
  /// The tool's name.
  public let name: String
  /// The arguments as the model wrote them. They should be a JSON object.
  public let arguments: String

  /// Creates a call, to rebuild a history.
  public init(id: String, name: String, arguments: String) {
    (self.id, self.name, self.arguments) = (id, name, arguments)
  }
}

/// A page that a web search found.
public struct SparkCitation: Sendable, Hashable {
  /// The number that the text uses to refer to the page; -1 if the service gave none.
  public let index: Int
  /// The page's title.
  public let title: String
  /// The page's address.
  public let url: String
}

/// Token counts. A count that the service did not report is nil.
public struct SparkUsage: Sendable, Hashable {
  /// The tokens of the question alone.
  public let question: Int?
  /// The tokens of everything that was sent.
  public let prompt: Int?
  /// The tokens of the answer.
  public let completion: Int?
  /// The tokens of prompt and answer.
  public let total: Int?
  /// The tokens of the prompt that the service had cached.
  public let cached: Int?
  /// The tokens of the answer that are reasoning.
  public let reasoning: Int?

  init(_ usage: Usage) {
    func count(_ tokens: Int64) -> Int? { tokens < 0 ? nil : Int(clamping: tokens) }
    question = count(usage.question)
    prompt = count(usage.prompt)
    completion = count(usage.completion)
    total = count(usage.total)
    cached = count(usage.cached)
    reasoning = count(usage.reasoning)
  }
}

/// A warning from the service or this library about an answer that is valid.
public struct SparkWarning: Sendable, Hashable {
  /// The service's code, or -1 if the model did not call the tool that it had to call.
  public let code: Int
  /// The text of the warning.
  public let message: String
}

extension SparkEvent {
  /// Copies an event, because the connection owns the texts of `event`.
  init(_ event: AnswerEvent) {
    self =
      switch event {
      case .text(let text): .text(String(text))
      case .reasoning(let text): .reasoning(String(text))
      case .toolCall(let id, let name, let arguments):
        .toolCall(
          SparkToolCall(id: String(id), name: String(name), arguments: String(arguments)))
      case .citation(let index, let title, let url):
        .citation(SparkCitation(index: Int(index), title: String(title), url: String(url)))
      case .usage(let usage): .usage(SparkUsage(usage))
      case .warning(let code, let message):
        .warning(SparkWarning(code: Int(code), message: String(message)))
      }
  }
}

extension String {
  init(_ bytes: UnsafeRawBufferPointer) {
    self.init(decoding: bytes, as: UTF8.self)
  }
}

internal import SparkWire

/// A piece of an answer, in the order in which the service sends them.
public enum SparkEvent: Sendable {
  /// Connected, and the question is on its way. In a conversation, once for each request.
  case ready
  /// A piece of the answer's text.
  case text(String)
  /// A piece of what a reasoning model thinks.
  case reasoning(String)
  /// The model asks for a tool. Calls arrive whole, however the service has split them.
  case toolCall(SparkToolCall)
  /// A source of a web search.
  case citation(SparkCitation)
  /// Token counts.
  case usage(SparkUsage)
  /// The answer stands, but the service warns, or with a code below 0, this library does.
  case warning(SparkWarning)
  /// The answer is complete: the last event.
  case finished(SparkResponse)
}

/// A tool that the model asks for.
public struct SparkToolCall: Sendable, Hashable {
  /// Which call a result belongs to: the service's id, or this library's where it gave none.
  public let id: String
  /// The tool's name.
  public let name: String
  /// The arguments as the model wrote them: a JSON object if all is well.
  public let arguments: String

  /// A call, to rebuild a history from.
  public init(id: String, name: String, arguments: String) {
    (self.id, self.name, self.arguments) = (id, name, arguments)
  }
}

/// A page that a web search found.
public struct SparkCitation: Sendable, Hashable {
  /// The number by which the text refers to it.
  public let index: Int
  /// The page's title.
  public let title: String
  /// The page's address.
  public let url: String
}

/// Token counts; nil where the service gave none.
public struct SparkUsage: Sendable, Hashable {
  /// Of the question alone.
  public let question: Int?
  /// Of all that was sent.
  public let prompt: Int?
  /// Of the answer.
  public let completion: Int?
  /// Of both.
  public let total: Int?
  /// The part of the prompt that the service had kept.
  public let cached: Int?
  /// The part of the answer that is reasoning.
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

/// What the service, or this library, has to say about an answer that stands.
public struct SparkWarning: Sendable, Hashable {
  /// The code: the service's, or -1 where the model did not call the tool that it had to call.
  public let code: Int
  /// The words.
  public let message: String
}

extension SparkEvent {
  /// A copy, for the texts of `event` are the connection's.
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

internal import SparkWire

/// A question with its history and options.
public struct SparkRequest: Sendable {
  /// The history, with the question last.
  public var messages: [SparkMessage]
  /// The options of the question.
  public var options: SparkOptions

  /// Creates a request from messages.
  public init(messages: [SparkMessage], options: SparkOptions = SparkOptions()) {
    (self.messages, self.options) = (messages, options)
  }

  /// Creates a request with one question.
  public init(_ question: String, options: SparkOptions = SparkOptions()) {
    self.init(messages: [.user(question)], options: options)
  }
}

/// One message of a history.
public enum SparkMessage: Sendable, Hashable {
  /// Instructions for the model.
  case system(String)
  /// A text from the user.
  case user(String)
  /// An image from the user: the bytes of a JPEG, PNG, GIF, WebP or BMP file; the model "image" takes only the first
  /// two. The question about it follows.
  case image([UInt8])
  /// An image from the user: its URL, http:// or https://.
  case imageURL(String)
  /// A text from the model, and the tool calls that it requested.
  case assistant(String, calls: [SparkToolCall] = [])
  /// The result of a tool call that the previous message requested.
  case toolResult(String, callID: String)
}

extension SparkRequest {
  func core() throws(SparkWire.SparkError) -> ChatRequest {
    var request = ChatRequest()
    for message in messages { try request.add(message) }
    try options.apply(to: &request)
    return request
  }
}

extension ChatRequest {
  fileprivate mutating func add(_ message: SparkMessage) throws(SparkWire.SparkError) {
    switch message {
    case .system(let text): try addMessage(.system, text)
    case .user(let text): try addMessage(.user, text)
    case .image(let bytes):
      let image = try bytes.withBytes { bytes throws(SparkWire.SparkError) in
        try Image(file: bytes)
      }
      add(Message(image))
    case .imageURL(let url): try addImage(url: url)
    case .assistant(let text, let calls):
      if !text.isEmpty || calls.isEmpty { try addMessage(.assistant, text) }
      for call in calls {
        try addCall(Message.Call(id: call.id, name: call.name, arguments: call.arguments))
      }
    case .toolResult(let text, let callID): try addResult(callID: callID, text)
    }
  }
}

extension SparkMessage {
  init(_ message: Message) {
    switch message.image {
    case .file(let file): self = .image(file.bytes.map { Array($0.bytes) } ?? [])
    case .url(let url): self = .imageURL(url)
    case nil:
      self =
        switch message.role {
        case .system: .system(message.content)
        case .user: .user(message.content)
        case .tool: .toolResult(message.content, callID: message.callID)
        case .assistant:
          .assistant(
            message.content,
            calls: message.calls.map {
              SparkToolCall(id: $0.id, name: $0.name, arguments: $0.arguments)
            })
        }
    }
  }
}

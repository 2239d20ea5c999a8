internal import SparkTransport
package import SparkWire

/// A conversation with its history. It sends as much of the history as fits the model, and calls the
/// tools that the model requests.
///
/// For one thread at a time. During a turn, only the functions of turns and `addResult` may be called;
/// see `checkIdle`.
package final class Conversation {
  package let client: Client
  /// Options and tools of every request.
  private(set) var options: ChatRequest
  package internal(set) var history = History()
  private(set) var handlers: [String: any ToolHandler] = [:]
  private(set) var maxRounds = 8
  /// The token counts of the answers since the user's last message.
  package internal(set) var usage = Usage()
  private(set) var contextTokens: Int?
  /// The turn in progress.
  var turn: Turn?
  /// The request that the turn waits for; nil if it waits for results.
  var asked: Asked?
  /// The part of a failed turn received so far.
  var failed: (history: History, asked: Asked?)?

  /// - Parameter options: Options of every request; their messages begin the history.
  package init(client: Client, options: ChatRequest) throws(SparkError) {
    try client.process.check()
    try options.setterErrors.check()
    self.client = client
    try history.append(options.messages)
    self.options = options
    self.options.removeMessages()
    let model = client.endpoint.model
    // A margin, because tokens are only estimated; hosted models count the answer as well.
    contextTokens = model?.contextTokens.map { $0 - $0 / (model?.isHosted ?? false ? 4 : 16) }
  }

  package func setMaxRounds(_ rounds: Int32) throws(SparkError) {
    guard (0...100).contains(rounds) else {
      throw SparkError(
        .invalidArgument, "the number of rounds is \(rounds)", hint: "use 0 to 100")
    }
    maxRounds = Int(rounds)
  }

  /// - Parameter tokens: 0 for no limit.
  package func setContextTokens(_ tokens: Int32) throws(SparkError) {
    guard tokens >= 0 else {
      throw SparkError(
        .invalidArgument, "the context has \(tokens) tokens", hint: "use 0 for no limit")
    }
    contextTokens = tokens == 0 ? nil : Int(tokens)
  }

  package func addTool(
    name: String, description: String, parameters: UnsafeRawBufferPointer,
    handler: any ToolHandler
  ) throws(SparkError) {
    var more = options
    try more.addTool(name: name, description: description, parameters: parameters)
    options = more
    handlers[name] = handler
  }

  package func addMessage(_ role: Message.Role, _ content: String) throws(SparkError) {
    guard !content.isEmpty else {
      throw SparkError(
        .invalidArgument, "the \(role.rawValue) message is empty",
        hint: "leave out messages without text")
    }
    try history.append(Message(role, content))
    if role == .user { usage = Usage() }
  }

  /// Adds the messages of a request, which may include images and tool calls.
  package func addMessages(of request: ChatRequest) throws(SparkError) {
    try request.setterErrors.check()
    try add(request.messages)
  }

  func add(_ messages: [Message]) throws(SparkError) {
    try history.append(messages)
    if messages.contains(where: { $0.role == .user }) { usage = Usage() }
  }

  package func addResult(callID: String, _ content: String) throws(SparkError) {
    var result = Message(.tool, content)
    result.callID = callID
    try history.append(result)
  }

  /// Adds a complete answer, and adjusts the token estimate to the service's count.
  package func addResponse(_ response: Response) throws(SparkError) {
    let message = try response.checkedMessage()
    if message != nil { try history.checkNoCallIsOpen() }
    usage = usage + response.usage
    history.count(promptTokens: response.usage.prompt)
    if let message { try history.append(message) }
  }

  /// Goes back to the first `count` messages.
  package func truncate(to count: Int) throws(SparkError) {
    guard (0...history.count).contains(count) else {
      throw SparkError(
        .invalidArgument, "the history has \(history.count) messages, not \(count)",
        hint: "pass the number of messages to keep")
    }
    history.truncate(to: count)
  }

  package func restore(_ json: UnsafeRawBufferPointer) throws(SparkError) {
    history = try History(parsing: json)
    usage = Usage()
  }

  /// Returns the next request: the options, and as much of the history as fits the model.
  package func request() -> ChatRequest {
    noted(options.asking(&history, within: contextTokens))
  }

  func noted(_ request: ChatRequest) -> ChatRequest {
    let dropped = history.count - request.messages.count
    if dropped > 0 {
      client.log.write(.info, "the history is longer than the context", [.messages(dropped)])
    }
    return request
  }
}

/// A tool that the host implements.
package protocol ToolHandler: AnyObject {
  func call(_ call: Message.Call) throws(SparkError) -> String
}

extension Response {
  /// Returns `message`; throws if the answer is not complete.
  package func checkedMessage() throws(SparkError) -> Message? {
    guard outcome == .complete else {
      throw SparkError(
        .invalidArgument, "the response is not complete (\(outcome))",
        hint: "ask again; a history takes only complete answers")
    }
    return message
  }

  /// The answer as a message of the history; nil if it is empty.
  package var message: Message? {
    let calls = toolCalls.map { call in
      Message.Call(
        id: call.id.string, name: call.name.string, arguments: call.arguments.string)
    }
    guard !calls.isEmpty || text.count > 0 else { return nil }
    return Message(.assistant, String(decoding: text, as: UTF8.self), calls: calls)
  }
}

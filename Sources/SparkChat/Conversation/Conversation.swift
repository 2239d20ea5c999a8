internal import SparkTransport
package import SparkWire

/// A conversation with its history. It asks with as much of the history as the model takes, and runs
/// the tools that the model asks for.
///
/// For one thread at a time.
package final class Conversation {
  package let client: Client
  /// Options and tools of every question.
  private var options: ChatRequest
  package private(set) var history = History()
  private var handlers: [String: any ToolHandler] = [:]
  package private(set) var maxRounds = 8
  /// The token counts of the answers since the user's last message.
  package private(set) var usage = Usage()
  private var contextTokens: Int?

  /// - Parameter options: What every question is asked with; its messages begin the history.
  package init(client: Client, options: ChatRequest) throws(SparkError) {
    try client.process.check()
    try options.setterErrors.check()
    self.client = client
    for message in options.messages { history.append(message) }
    self.options = options
    self.options.removeMessages()
    let model = client.endpoint.model
    // Some room for what is only estimated; hosted models count the answer as well.
    contextTokens = model?.contextTokens.map { $0 - $0 / (model?.isHosted ?? false ? 4 : 16) }
  }

  package func setMaxRounds(_ rounds: Int32) throws(SparkError) {
    guard (0...100).contains(rounds) else {
      throw SparkError(
        .invalidArgument, "the number of rounds is \(rounds)", hint: "use 0 to 100")
    }
    maxRounds = Int(rounds)
  }

  /// - Parameter tokens: 0 is no limit.
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
    history.append(Message(role, content))
    if role == .user { usage = Usage() }
  }

  /// Adds the messages of a request, which may be images or tool calls as well.
  package func addMessages(of request: ChatRequest) throws(SparkError) {
    try request.setterErrors.check()
    try history.append(request.messages)
  }

  package func addResult(callID: String, _ content: String) throws(SparkError) {
    guard let call = history.openCall(callID) else {
      throw SparkError(
        .invalidArgument, "no tool call waits for this result: \"\(excerpt(callID))\"",
        hint: "give the id of a tool call that has no result yet")
    }
    history.append(Message(resultOf: call, content))
  }

  /// Adds a complete answer, and learns from it how the service counts.
  package func addResponse(_ response: Response) throws(SparkError) {
    let message = try response.checkedMessage()
    usage = usage + response.usage
    history.count(promptTokens: response.usage.prompt)
    if let message { history.append(message) }
  }

  /// Goes back to the first `count` messages.
  package func truncate(to count: Int) {
    history.truncate(to: count)
  }

  package func restore(_ json: UnsafeRawBufferPointer) throws(SparkError) {
    history = try History(parsing: json)
    usage = Usage()
  }

  /// The next question: the options, and as much of the history as the model takes.
  package func request() throws(SparkError) -> ChatRequest {
    request(within: contextTokens)
  }

  private func request(within tokens: Int?) -> ChatRequest {
    var request = options
    let (messages, dropped) = history.fitted(to: tokens)
    for message in messages { request.add(message) }
    if dropped > 0 {
      client.log.write(.info, "the history is longer than the context", [.messages(dropped)])
    }
    return request
  }

  /// Asks, runs the tools that the model asks for, and goes on until it answers. Where that
  /// fails, the history is what it was before.
  ///
  /// - Parameters:
  ///   - question: nil goes on, after results have been added.
  ///   - drive: Runs an exchange to its end.
  package func ask(
    _ question: String?, drive: (ChatStream) throws(SparkError) -> Void
  ) throws(SparkError) {
    let before = history
    do throws(SparkError) {
      if let question { try addMessage(.user, question) }
      try runRounds(drive)
    } catch {
      history = before
      throw error
    }
  }

  private func runRounds(
    _ drive: (ChatStream) throws(SparkError) -> Void
  ) throws(SparkError) {
    for round in 0...maxRounds {
      let response = try answer(isFirst: round == 0, drive)
      try addResponse(response)
      let calls = response.message?.calls ?? []
      // What the host has not registered is left to the host.
      if calls.isEmpty || calls.contains(where: isForHost) { return }
      guard round < maxRounds else { break }
      for call in calls { try addResult(callID: call.id, result(of: call)) }
    }
    throw SparkError(
      .toolLimit, "the model still asks for tools after \(maxRounds) rounds",
      hint: "allow more rounds, or look at what the tools return")
  }

  /// Asks with the history; with less of it, where the service says that it is too long.
  private func answer(
    isFirst: Bool, _ drive: (ChatStream) throws(SparkError) -> Void
  ) throws(SparkError) -> Response {
    var budget = contextTokens
    var next = request(within: budget)
    while true {
      // Else the model would have to call for ever.
      if !isFirst { try next.setToolChoice(.auto) }
      let stream = try client.open(next)
      do throws(SparkError) {
        try drive(stream)
        return stream.response
      } catch {
        guard error.status == .contextLength else { throw error }
        let smaller = (budget ?? history.sentTokens) * 3 / 4
        let shorter = request(within: smaller)
        guard shorter.messages.count < next.messages.count else { throw error }
        (budget, next) = (smaller, shorter)
      }
    }
  }

  private func isForHost(_ call: Message.Call) -> Bool {
    handlers[call.name] == nil && options.hasTool(named: call.name)
  }

  /// What goes wrong on the model's side is told to the model, which may do better.
  private func result(of call: Message.Call) throws(SparkError) -> String {
    guard let handler = handlers[call.name] else {
      return "error: there is no tool of this name"
    }
    guard JSONText.isObject(call.arguments) else {
      return "error: the arguments are not a JSON object"
    }
    client.log.write(.debug, "calling a tool")
    let result = try handler.call(call)
    return result.isEmpty ? "null" : result
  }
}

/// A tool of the host's.
package protocol ToolHandler: AnyObject {
  func call(_ call: Message.Call) throws(SparkError) -> String
}

extension Response {
  /// As `message`, of a complete answer.
  package func checkedMessage() throws(SparkError) -> Message? {
    guard outcome == .complete else {
      throw SparkError(
        .invalidArgument, "the response is not complete (\(outcome))",
        hint: "ask again; a part of an answer is no part of a history")
    }
    return message
  }

  /// The answer as a message of the history; nil where it is empty.
  package var message: Message? {
    let calls = toolCalls.map { call in
      Message.Call(
        id: call.id.string, name: call.name.string, arguments: call.arguments.string)
    }
    guard !calls.isEmpty || text.count > 0 else { return nil }
    return Message(.assistant, String(decoding: text, as: UTF8.self), calls: calls)
  }
}

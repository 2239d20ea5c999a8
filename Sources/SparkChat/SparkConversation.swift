internal import SparkCore
internal import SparkWire

/// A conversation with its history. It sends as much of the history as the model accepts, and calls the tools that the
/// model asks for.
///
/// A conversation handles one question at a time; a second one meanwhile throws `state`. If a turn fails, or you leave
/// it early, the history is restored, unless you call `keep()` next.
public actor SparkConversation {
  /// The settings of a conversation for its history and its tools.
  public struct Settings: Sendable {
    /// How many times the model may ask for tools before it has to answer: 0 to 100; 8 by default.
    public var maxRounds: Int?
    /// The most tokens that the messages of a request may have; zero means no limit. The default is slightly below the
    /// model's limit.
    public var contextTokens: Int?
    /// Whether an error that a tool throws ends the turn. Otherwise the model receives the error.
    public var toolErrorsEndTurn = false

    /// Creates settings with the defaults.
    public init() {}
  }

  private let client: SparkClient
  private let core: Conversation
  private let settings: Settings
  private let tools: [String: SparkTool]
  /// The tools of the current turn.
  private var turnTools: [String: SparkTool] = [:]
  /// The request in progress, or the last one of a turn that was left early.
  private var feed: Feed?

  init(_ client: SparkClient, _ request: SparkRequest, _ settings: Settings) throws(SparkError) {
    (self.client, self.settings) = (client, settings)
    tools = Self.byName(request.options.tools)
    core = try translatingErrors { () throws(SparkWire.SparkError) in
      let core = try Conversation(client: client.core, options: request.core())
      if let rounds = settings.maxRounds { try core.setMaxRounds(Int32(clamping: rounds)) }
      if let tokens = settings.contextTokens {
        try core.setContextTokens(Int32(clamping: tokens))
      }
      return core
    }
  }

  /// Sends a question, calls the tools that the model asks for, and waits for the whole answer.
  ///
  /// - Parameters:
  ///   - question: The question; nil continues after you have added tool results.
  ///   - options: Options for this turn, which override those of the conversation.
  /// - Returns: The last answer of the turn.
  public func ask(
    _ question: String?, options: SparkOptions = SparkOptions()
  ) async throws(SparkError) -> SparkResponse {
    try await stream(question, options: options).response()
  }

  /// Returns all answers of a turn as a stream of events, and calls the tools that the model asks for.
  ///
  /// - Parameters:
  ///   - question: The question; nil continues after you have added tool results.
  ///   - options: Options for this turn, which override those of the conversation.
  public nonisolated func stream(
    _ question: String?, options: SparkOptions = SparkOptions()
  ) -> SparkStream {
    SparkStream(asker: TurnAsker(conversation: self, question: question, options: options))
  }

  /// Keeps the received part of a turn that has just failed, or that you left early: the question, the complete rounds,
  /// and the text of the unfinished answer.
  ///
  /// - Throws: `state` if there is no such turn, or if one is still in progress.
  public func keep() async throws(SparkError) {
    try await waitUntilIdle()
    try translatingErrors { () throws(SparkWire.SparkError) in try core.keep() }
  }

  /// The history.
  public var messages: [SparkMessage] {
    get async {
      await settle()
      return (0..<core.history.count).compactMap { core.history.message(at: $0) }
        .map { SparkMessage($0) }
    }
  }

  /// The token counts of the answers since the user's last message.
  public var usage: SparkUsage { SparkUsage(core.usage) }

  /// Adds messages to the history, such as the results of tools that you called yourself. If one of them fails, those
  /// before it stay.
  public func add(_ messages: [SparkMessage]) async throws(SparkError) {
    try await change { core throws(SparkWire.SparkError) in
      for message in messages {
        if case .toolResult(let text, let callID) = message {
          try core.addResult(callID: callID, text)
        } else {
          try core.addMessages(of: SparkRequest(messages: [message]).core())
        }
      }
    }
  }

  /// Removes all but the first messages of the history. An image counts as a message.
  ///
  /// - Parameter count: The number of messages to keep: 0 up to the length of the history.
  public func truncate(to count: Int) async throws(SparkError) {
    try await change { core throws(SparkWire.SparkError) in try core.truncate(to: count) }
  }

  /// Returns the history as JSON, for `restore(_:)`.
  public func save() async throws(SparkError) -> String {
    await settle()
    return try translatingErrors { () throws(SparkWire.SparkError) in
      var buffer = ByteBuffer()
      try core.history.write(to: &buffer)
      return String(buffer.readable)
    }
  }

  /// Replaces the history with a saved one.
  public func restore(_ json: String) async throws(SparkError) {
    try await change { core throws(SparkWire.SparkError) in
      try json.withBytes { json throws(SparkWire.SparkError) in try core.restore(json) }
    }
  }

  private func change(
    _ body: (Conversation) throws(SparkWire.SparkError) -> Void
  ) async throws(SparkError) {
    try await waitUntilIdle()
    try translatingErrors { () throws(SparkWire.SparkError) in
      try core.beginChange()
      try body(core)
    }
  }

  /// Restores the history after a turn that was left early, once its stream has ended.
  private func settle() async {
    guard let left = feed, left.isStopped else { return }
    await left.end()
    guard feed === left else { return }
    feed = nil
    core.fail()
  }

  /// Settles, and throws if a turn is in progress.
  private func waitUntilIdle() async throws(SparkError) {
    await settle()
    guard feed == nil else {
      throw SparkError(
        .state, "the conversation is still answering",
        hint: "wait for the end of the answer, or cancel the task that asked")
    }
  }

  // MARK: Turns

  fileprivate func begin(
    _ question: String?, _ options: SparkOptions, _ purpose: Feed.Purpose
  ) async throws(SparkError) -> Feed {
    try await waitUntilIdle()
    try checkNotCancelled()
    return try translatingErrors { () throws(SparkWire.SparkError) in
      let more = try SparkRequest(messages: [], options: options).core()
      let stream = try core.begin(question, more)
      turnTools = tools.merging(Self.byName(options.tools)) { $1 }
      return follow(stream, purpose)
    }
  }

  /// - Parameter ended: The request that has ended. The core knows its failure.
  fileprivate func goOn(
    after ended: Feed, _ failure: SparkError?, _ purpose: Feed.Purpose
  ) async throws(SparkError) -> Feed? {
    guard feed === ended else { throw failure ?? .cancelled }
    do {
      while true {
        switch try core.step() {
        case .done:
          feed = nil
          return nil
        case .ask(let stream):
          // Nothing drives the stream yet, so nothing has been sent.
          try checkNotCancelled()
          return follow(stream, purpose)
        case .calls:
          guard try await callTools() else {
            try core.keep()
            feed = nil
            return nil
          }
        }
      }
    } catch {
      feed = nil
      core.fail()
      throw Self.failure(error, ended, failure)
    }
  }

  private static func byName(_ tools: [SparkTool]) -> [String: SparkTool] {
    Dictionary(tools.map { ($0.name, $0) }) { first, _ in first }
  }

  private func follow(_ stream: ChatStream, _ purpose: Feed.Purpose) -> Feed {
    let made = client.feed(stream, purpose)
    feed = made
    return made
  }

  /// Returns false if the host has to answer some of the calls.
  private func callTools() async throws -> Bool {
    let calls = core.history.openCalls
    guard calls.allSatisfy({ turnTools[$0.name]?.call != nil }) else { return false }
    for call in calls {
      guard let run = turnTools[call.name]?.call else { return false }
      let result = try await result(of: call, run)
      try core.addResult(callID: call.id, result)
    }
    return true
  }

  private func result(
    of call: Message.Call, _ run: @Sendable (String) async throws -> String
  ) async throws -> String {
    guard JSONText.isObject(call.arguments) else {
      return "error: the arguments are not a JSON object"
    }
    do {
      try checkNotCancelled()
      return try await run(call.arguments)
    } catch let error as UnfitArguments {
      return "error: the arguments do not fit: \(error.reason)"
    } catch  where Task.isCancelled {
      // Whatever the tool throws.
      throw SparkError.cancelled
    } catch  where !settings.toolErrorsEndTurn {
      return "error: \(type(of: error)): \(error)"
    } catch {
      throw ToolFailure(name: call.name, error: error)
    }
  }

  private static func failure(
    _ error: any Error, _ ended: Feed, _ failure: SparkError?
  ) -> SparkError {
    var result: SparkError
    switch error {
    case let error as SparkWire.SparkError: result = failure ?? SparkError(error)
    case let error as SparkError: result = error
    case let error as ToolFailure:
      result = SparkError(
        .callback, "the tool \"\(error.name)\" failed", hint: "see the underlying error")
      result.underlyingError = error.error
    default: result = SparkError(.internal, "\(error)")
    }
    result.response = result.response ?? ended.response
    return result
  }
}

private struct ToolFailure: Error {
  let name: String
  let error: any Error
}

private struct TurnAsker: Asker {
  let conversation: SparkConversation
  let question: String?
  let options: SparkOptions

  func begin(_ purpose: Feed.Purpose) async throws(SparkError) -> Feed {
    try await conversation.begin(question, options, purpose)
  }

  func goOn(
    after feed: Feed, _ failure: SparkError?, _ purpose: Feed.Purpose
  ) async throws(SparkError) -> Feed? {
    try await conversation.goOn(after: feed, failure, purpose)
  }
}

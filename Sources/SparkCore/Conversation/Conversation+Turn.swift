package import SparkWire

/// A turn in steps: the host drives the streams and adds the results of its own tools.
extension Conversation {
  package enum Step {
    /// The question and its answer are in the history.
    case done
    /// There is another request to drive.
    case ask(ChatStream)
    /// Calls of the last answer have no result yet.
    case calls
  }

  /// A request in progress. The host owns the stream.
  struct Asked {
    weak var stream: ChatStream?
    let response: Response

    init(_ stream: ChatStream) {
      self.stream = stream
      response = stream.response
    }
  }

  /// Throws if a turn is in progress.
  package func checkIdle() throws(SparkError) {
    guard turn == nil else {
      throw SparkError(
        .state, "the conversation is still answering",
        hint: "wait for the end of the answer, keep the part received so far, or roll it back")
    }
  }

  /// Prepares for a change of the history: after it, a failed turn can no longer be kept.
  package func beginChange() throws(SparkError) {
    try checkIdle()
    failed = nil
  }

  /// Adds a question, and opens the first request. If that fails, nothing changes.
  ///
  /// - Parameters:
  ///   - question: nil continues, after results have been added.
  ///   - more: Options for this turn, which override those of the conversation; their messages come before
  ///     the question.
  package func begin(
    _ question: String?, _ more: ChatRequest? = nil
  ) throws(SparkError) -> ChatStream {
    try beginChange()
    var merged = options
    if let more { try merged.apply(more) }
    let (before, usageBefore) = (history, usage)
    do throws(SparkError) {
      if let more { try add(more.messages) }
      if let question { try addMessage(.user, question) }
      var turn = Turn(
        after: before, options: merged, budget: contextTokens, maxRounds: maxRounds)
      let stream = try open(turn.request(&history))
      self.turn = turn
      return stream
    } catch {
      (history, usage) = (before, usageBefore)
      throw error
    }
  }

  /// Continues after the end of a stream, or after results. If that fails, the turn is rolled back.
  package func step() throws(SparkError) -> Step {
    guard turn != nil else {
      throw SparkError(
        .state, "no question is under way in this conversation", hint: "begin one first")
    }
    guard asked?.response.outcome != .pending else {
      throw SparkError(
        .state, "the answer is not complete yet", hint: "drive its stream until it ends first")
    }
    do throws(SparkError) {
      guard let asked else { return try goOn() }
      return try take(asked)
    } catch {
      fail()
      throw error
    }
  }

  /// Ends the turn and keeps the part received so far: the question, complete rounds, and the text of
  /// the incomplete answer. This works even if the turn has just failed.
  package func keep() throws(SparkError) {
    guard turn != nil || failed != nil else {
      throw SparkError(
        .state, "no question is under way, and none has just failed", hint: "begin one first")
    }
    if turn != nil { fail() }
    guard let kept = failed else { return }
    failed = nil
    history = kept.history
    guard let response = kept.asked?.response else { return }
    if response.outcome == .complete {
      try addResponse(response)
    } else if response.text.count > 0 {
      try history.append(Message(.assistant, String(decoding: response.text, as: UTF8.self)))
    }
  }

  /// Ends the turn and restores the history from before the turn.
  package func rollBack() {
    fail()
    failed = nil
  }

  /// Runs `begin`, and `step` until the turn ends. If the model calls the host's tools, the turn ends
  /// with these calls.
  ///
  /// - Parameter drive: Runs an exchange to its end.
  package func ask(
    _ question: String?, drive: (ChatStream) throws(SparkError) -> Void
  ) throws(SparkError) {
    var stream = try begin(question)
    while true {
      do throws(SparkError) {
        try drive(stream)
      } catch {
        // If the stream has failed, `step` throws its error. In a child process, the stream has not failed.
        guard stream.hasFailed else {
          rollBack()
          throw error
        }
      }
      switch try step() {
      case .done: return
      case .ask(let next): stream = next
      case .calls: return try keep()
      }
    }
  }

  /// Ends the turn and restores the history; `keep` can still bring back the part received so far.
  package func fail() {
    guard let turn else { return }
    asked?.stream?.cancel()
    failed = (history, asked)
    (self.turn, asked, history) = (nil, nil, turn.before)
  }

  /// Takes over an answer or a failure, and returns the step that follows.
  private func take(_ asked: Asked) throws(SparkError) -> Step {
    if let error = asked.response.failure {
      guard error.status == .contextLength, let shorter = turn?.shorterRequest(&history) else {
        throw error
      }
      return .ask(try open(shorter))
    }
    try checkCalls(of: asked.response)
    try addResponse(asked.response)
    self.asked = nil
    guard !history.openCalls.isEmpty else {
      turn = nil
      return .done
    }
    try turn?.countRound()
    for call in history.openCalls {
      if let result = try result(of: call) { try addResult(callID: call.id, result) }
    }
    return try goOn()
  }

  /// Throws if the token limit cut off a call: the model would repeat it, and it would be cut off again.
  private func checkCalls(of response: Response) throws(SparkError) {
    guard FinishReason(response.finishReason) == .length,
      let call = response.toolCalls.first(where: { !JSONText.isObject($0.arguments.bytes) })
    else { return }
    throw SparkError(
      .truncated,
      "the token limit cut the arguments of the tool \"\(excerpt(call.name.string))\"",
      hint: "allow more tokens (max_tokens)")
  }

  private func goOn() throws(SparkError) -> Step {
    guard history.openCalls.isEmpty, let next = turn?.request(&history) else { return .calls }
    return .ask(try open(next))
  }

  private func open(_ request: ChatRequest) throws(SparkError) -> ChatStream {
    let stream = try client.open(noted(request))
    asked = Asked(stream)
    return stream
  }

  /// Returns the result of a call; nil: the host calls the tool. The model's own mistakes are reported to
  /// the model, which may correct them.
  private func result(of call: Message.Call) throws(SparkError) -> String? {
    guard let handler = handlers[call.name] else {
      return turn?.offers(call.name) ?? false ? nil : "error: there is no tool of this name"
    }
    guard JSONText.isObject(call.arguments) else {
      return "error: the arguments are not a JSON object"
    }
    client.log.write(.debug, "calling a tool")
    return try handler.call(call)
  }
}

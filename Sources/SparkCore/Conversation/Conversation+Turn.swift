package import SparkWire

/// A turn, step by step: the host drives the streams, and gives the results of its own tools.
extension Conversation {
  package enum Step {
    /// The question and its answer are in the history.
    case done
    /// There is another request to drive.
    case ask(ChatStream)
    /// Calls of the last answer have no result yet.
    case calls
  }

  /// A request under way: the stream is the host's.
  struct Asked {
    weak var stream: ChatStream?
    let response: Response

    init(_ stream: ChatStream) {
      self.stream = stream
      response = stream.response
    }
  }

  /// Refuses what cannot be done under a turn.
  package func checkIdle() throws(SparkError) {
    guard turn == nil else {
      throw SparkError(
        .state, "the conversation is still answering",
        hint: "let the answer come to its end, keep what there is, or roll it back first")
    }
  }

  /// Behind a change, a turn that has failed cannot be kept any more.
  package func beginChange() throws(SparkError) {
    try checkIdle()
    failed = nil
  }

  /// Adds a question, and opens the first request. Where that fails, the history is what it was.
  ///
  /// - Parameters:
  ///   - question: nil goes on, after results have been added.
  ///   - options: For this turn, over those of the conversation; their messages come before the
  ///     question.
  package func begin(
    _ question: String?, _ more: ChatRequest? = nil
  ) throws(SparkError) -> ChatStream {
    try beginChange()
    var merged = options
    if let more { try merged.apply(more) }
    let before = history
    do throws(SparkError) {
      if let more { try add(more.messages) }
      if let question { try addMessage(.user, question) }
      var turn = Turn(
        after: before, options: merged, budget: contextTokens, maxRounds: maxRounds)
      let stream = try open(turn.request(&history))
      self.turn = turn
      return stream
    } catch {
      history = before
      throw error
    }
  }

  /// Goes on after the end of a stream, or after results. Where that fails, the turn is rolled back.
  package func step() throws(SparkError) -> Step {
    guard turn != nil else {
      throw SparkError(
        .state, "no question is under way in this conversation", hint: "begin one first")
    }
    guard asked?.response.outcome != .pending else {
      throw SparkError(
        .state, "the answer is still coming in", hint: "drive its stream until it ends first")
    }
    do throws(SparkError) {
      guard let asked else { return try goOn() }
      return try take(asked)
    } catch {
      fail()
      throw error
    }
  }

  /// Ends the turn, and keeps what there is of it: the question, rounds that are complete, and the
  /// text that has come of the answer. Also where it has just failed.
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

  /// Ends the turn: the history is what it was before.
  package func rollBack() {
    fail()
    failed = nil
  }

  /// As `begin` and `step` to the end. Where the model asks for tools of the host's, the turn ends
  /// with their calls.
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
        // The step tells what has failed; in a child process, nothing has.
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

  /// Ends the turn: the history is what it was, and `keep` can still bring back what there is.
  package func fail() {
    guard let turn else { return }
    asked?.stream?.cancel()
    failed = (history, asked)
    (self.turn, asked, history) = (nil, nil, turn.before)
  }

  /// What follows from an answer, or from a failure.
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

  /// A call that was cut at the limit of tokens would be made again and cut again.
  private func checkCalls(of response: Response) throws(SparkError) {
    guard FinishReason(response.finishReason) == .length,
      let call = response.toolCalls.first(where: { !JSONText.isObject($0.arguments.bytes) })
    else { return }
    throw SparkError(
      .truncated,
      "the limit of tokens cut the arguments of the tool \"\(excerpt(call.name.string))\"",
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

  /// What goes wrong on the model's side is told to the model, which may do better; nil: the tool is
  /// the host's.
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

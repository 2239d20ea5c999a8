/// The order in which the service expects messages (protocol 3.5).
struct MessageRules {
  let transport: Transport
  let model: Model?

  func check(_ messages: [Message]) throws(SparkError) {
    guard let last = messages.last else {
      throw error("the request has no message", "add at least a user message")
    }
    guard last.role == .user || last.role == .tool else {
      throw error(
        "the last message is the \(last.role.rawValue)'s",
        "put the user's question or a tool's result last")
    }
    guard !messages.dropFirst().contains(where: { $0.role == .system }) else {
      throw error(
        "a system message is not the first message", "put one system message before all others")
    }
    try checkResults(messages)
    try checkImages(messages)
  }

  /// Checks that each call has its result before any other message.
  private func checkResults(_ messages: [Message]) throws(SparkError) {
    var calls: [Message.Call] = []
    // A set, since a server decides how many there are.
    var answered: Set<String> = []
    for message in messages {
      if message.role == .tool {
        answered.insert(message.callID)
        continue
      }
      try check(calls, answered)
      (calls, answered) = (message.calls, [])
    }
    try check(calls, answered)
  }

  private func check(_ calls: [Message.Call], _ answered: Set<String>) throws(SparkError) {
    guard let call = calls.first(where: { !answered.contains($0.id) }) else { return }
    throw .withoutResult(call)
  }

  /// Checks that over WebSocket there is at most one image, which comes first and is within the
  /// service's limits.
  private func checkImages(_ messages: [Message]) throws(SparkError) {
    guard transport == .webSocket,
      let place = messages.firstIndex(where: { $0.image != nil })
    else { return }
    guard place == 0, !messages.dropFirst().contains(where: { $0.image != nil }) else {
      throw error(
        "the image is not the first message, or there are several",
        "put one image before all other messages")
    }
    guard messages.count > 1 else {
      throw error("there is no question about the image", "add a user message after it")
    }
    switch messages.first?.image {
    case .file(let file): try file.checkForWebSocket()
    case .url:
      throw error(
        "an image is given by URL, but the service only takes its bytes", "add the image's bytes")
    case nil: break
    }
  }

  private func error(_ message: String, _ hint: String) -> SparkError {
    SparkError(.invalidArgument, message, hint: hint)
  }
}

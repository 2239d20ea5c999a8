/// One turn of a conversation.
package struct Message: Sendable {
  package enum Role: String, Sendable, CaseIterable {
    case system, user, assistant
    /// The result of a tool.
    case tool
  }

  /// A tool call of the model.
  package struct Call: Sendable {
    package let id: String
    package let name: String
    /// As the model wrote them: they may not be JSON.
    package let arguments: String

    package init(id: String, name: String, arguments: String) {
      self.id = id
      self.name = name
      self.arguments = arguments
    }
  }

  package let role: Role
  package let content: String
  /// In a message of the assistant.
  package internal(set) var calls: [Call]
  /// In a result: the call that it belongs to.
  package var callID = ""
  package var toolName = ""
  /// In a message of the user: instead of text, which follows in another message.
  package private(set) var image: Image?

  package init(_ role: Role, _ content: String, calls: [Call] = []) {
    self.role = role
    self.content = content
    self.calls = calls
  }

  package init(_ image: Image) {
    self.init(.user, "")
    self.image = image
  }

  package init(resultOf call: Call, _ content: String) {
    self.init(.tool, content)
    callID = call.id
    toolName = call.name
  }
}

extension ChatRequest {
  package mutating func addMessage(_ role: Message.Role, _ content: String) throws(SparkError) {
    try setterErrors.attempt(nil) { () throws(SparkError) in
      guard !content.isEmpty else {
        throw SparkError(
          .invalidArgument, "the \(role.rawValue) message is empty",
          hint: "leave out messages without text")
      }
      messages.append(Message(role, content))
    }
  }

  /// Adds a tool call that the model made in answer to the messages before.
  package mutating func addCall(_ call: Message.Call) throws(SparkError) {
    try setterErrors.attempt(nil) { () throws(SparkError) in
      guard !call.name.isEmpty, !call.id.isEmpty else {
        throw SparkError(
          .invalidArgument, "the tool call has no \(call.id.isEmpty ? "id" : "name")",
          hint: "pass those of the tool call event")
      }
      // Text and calls of one answer are one turn.
      if messages.last?.role == .assistant, let last = messages.indices.last {
        messages[last].calls.append(call)
      } else {
        messages.append(Message(.assistant, "", calls: [call]))
      }
      callsByID[call.id] = call
    }
  }

  package mutating func addResult(callID: String, _ content: String) throws(SparkError) {
    try setterErrors.attempt(nil) { () throws(SparkError) in
      guard let call = callsByID[callID] else {
        throw SparkError(
          .invalidArgument, "the result belongs to no tool call: \"\(excerpt(callID))\"",
          hint: "add the model's call, or its whole response, before the result")
      }
      messages.append(Message(resultOf: call, content))
    }
  }

  package mutating func addImage(_ bytes: UnsafeRawBufferPointer) throws(SparkError) {
    try setterErrors.attempt(nil) { () throws(SparkError) in
      messages.append(Message(try Image(file: bytes)))
    }
  }

  package mutating func addImage(url: String) throws(SparkError) {
    try setterErrors.attempt(nil) { () throws(SparkError) in
      messages.append(Message(try Image(url: url)))
    }
  }

  package mutating func add(_ message: Message) {
    messages.append(message)
    for call in message.calls { callsByID[call.id] = call }
  }

  package mutating func removeMessages() {
    messages.removeAll()
    callsByID.removeAll()
  }

  package func hasTool(named name: String) -> Bool {
    tools.contains { $0.name == name }
  }
}

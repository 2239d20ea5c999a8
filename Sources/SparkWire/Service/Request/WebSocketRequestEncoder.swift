/// Encodes a request for the service over WebSocket (protocol 3.1 to 3.5).
struct WebSocketRequestEncoder: RequestEncoder {
  let context: RequestContext

  func append(_ request: ChatRequest, to buffer: inout ByteBuffer) throws(SparkError) {
    let root = try JSONObject()
    try root.set("header", header())
    let parameter = try root.object("parameter")
    try parameter.set("chat", chat(request))
    try root.set("payload", payload(request))
    if let extra = request.extra {
      try root.merge(extra)
      try root.object("header").set("app_id", context.appID)
    }
    root.write(to: &buffer)
  }

  private func header() throws(SparkError) -> JSONObject {
    let header = try JSONObject()
    try header.set("app_id", context.appID)
    if let userID = context.userID { try header.set("uid", userID) }
    if let patchID = context.patchID { try header.set("patch_id", [patchID]) }
    return header
  }

  private func chat(_ request: ChatRequest) throws(SparkError) -> JSONObject {
    let chat = try JSONObject()
    try chat.set("domain", context.endpoint.domain)
    try request.setSampling(in: chat, of: context)
    if let value = request.chatID { try chat.set("chat_id", value) }
    if let value = request.auditing { try chat.set("auditing", value) }
    if let name = request.forcedTool { try chat.set("function_choice", name) }
    if let tool = try request.searchTool(in: chat, of: context) { try chat.set("tools", [tool]) }
    return chat
  }

  private func payload(_ request: ChatRequest) throws(SparkError) -> JSONObject {
    var texts: [JSONObject] = []
    for turn in Self.turns(request.messages) {
      let text = try JSONObject()
      try text.set("role", turn.role.rawValue)
      try text.set("content", turn.image?.file?.base64 ?? turn.content)
      if turn.image != nil { try text.set("content_type", "image") }
      texts.append(text)
    }
    let payload = try JSONObject()
    try payload.object("message").set("text", texts)
    // An empty list is an error on some models (protocol 7.12).
    let declarations = try request.declarations()
    if !declarations.isEmpty { try payload.object("functions").set("text", declarations) }
    return payload
  }

  /// This transport has no role for tools (protocol 3.5): calls and results become text, and the
  /// results of one answer become one user turn.
  private static func turns(_ messages: [Message]) -> [Message] {
    var turns: [Message] = []
    var results: [String] = []
    for message in messages {
      if message.role == .tool {
        results.append("[\(message.toolName)] \(message.content)")
        continue
      }
      endResults(&results, in: &turns)
      if message.calls.isEmpty {
        turns.append(message)
      } else {
        let calls = message.calls.map { "[\($0.name)] \($0.arguments)" }
        let lines = (message.content.isEmpty ? [] : [message.content]) + calls
        turns.append(Message(.assistant, lines.joined(separator: "\n")))
      }
    }
    endResults(&results, in: &turns)
    return turns
  }

  private static func endResults(_ results: inout [String], in turns: inout [Message]) {
    guard !results.isEmpty else { return }
    turns.append(Message(.user, results.joined(separator: "\n")))
    results = []
  }
}

extension ChatRequest {
  /// The one tool that must be called: this transport can say nothing else.
  var forcedTool: String? {
    switch toolChoice {
    case .named(let name): name
    case .required where tools.count == 1: tools.first?.name
    default: nil
    }
  }
}

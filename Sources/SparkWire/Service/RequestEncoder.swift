/// Writes a question as the service wants it over WebSocket (protocol 3.1 to 3.5).
package struct RequestEncoder: Sendable {
  private let appID: String
  private let userID: String?
  private let patchID: String?
  private let domain: String
  private let model: Model?

  package init(appID: String, userID: String?, patchID: String?, endpoint: Endpoint) {
    self.appID = appID
    self.userID = userID
    self.patchID = patchID
    domain = endpoint.domain
    model = endpoint.model
  }

  /// Appends the JSON of `request`, which is checked against what the model takes.
  package func append(_ request: ChatRequest, to buffer: inout ByteBuffer) throws(SparkError) {
    try request.rejections.check()
    try RequestRules(model: model).check(request)
    let root = try JSONObject()
    try root.set("header", header())
    let parameter = try root.object("parameter")
    try parameter.set("chat", chat(request))
    try root.set("payload", payload(request))
    if let extra = request.extra {
      try root.merge(extra)
      try root.object("header").set("app_id", appID)
    }
    root.write(to: &buffer)
  }

  private func header() throws(SparkError) -> JSONObject {
    let header = try JSONObject()
    try header.set("app_id", appID)
    if let userID { try header.set("uid", userID) }
    if let patchID { try header.set("patch_id", [patchID]) }
    return header
  }

  private func chat(_ request: ChatRequest) throws(SparkError) -> JSONObject {
    let chat = try JSONObject()
    try chat.set("domain", domain)
    if let value = request.temperature { try chat.set("temperature", value) }
    if let value = request.topK { try chat.set("top_k", Int64(value)) }
    if let value = request.topP { try chat.set("top_p", value) }
    if let value = request.maxTokens { try chat.set("max_tokens", Int64(value)) }
    if let value = request.presencePenalty { try chat.set("presence_penalty", value) }
    if let value = request.frequencyPenalty { try chat.set("frequency_penalty", value) }
    if let value = request.chatID { try chat.set("chat_id", value) }
    if let value = request.auditing { try chat.set("auditing", value) }
    if let value = request.functionChoice { try chat.set("function_choice", value) }
    if let thinking = request.thinking { try set(thinking, in: chat) }
    if let search = request.search { try set(search.mode, references: search.references, in: chat) }
    return chat
  }

  private func set(_ thinking: ChatRequest.Thinking, in chat: JSONObject) throws(SparkError) {
    if isHosted {
      if thinking != .auto { try chat.set("enable_thinking", thinking == .enabled) }
    } else {
      try chat.object("thinking").set("type", thinking.rawValue)
    }
  }

  private func set(
    _ search: ChatRequest.Search, references: Bool, in chat: JSONObject
  ) throws(SparkError) {
    if isHosted {
      try chat.set("search_disable", search == .disabled)
      try chat.set("show_ref_label", references)
      return
    }
    let options = try JSONObject()
    try options.set("enable", search != .disabled)
    if search != .disabled {
      try options.set("show_ref_label", references)
      try options.set("search_mode", search == .deep ? "deep" : "normal")
    }
    let tool = try JSONObject()
    try tool.set("type", "web_search")
    try tool.set("web_search", options)
    try chat.set("tools", [tool])
  }

  private func payload(_ request: ChatRequest) throws(SparkError) -> JSONObject {
    var texts: [JSONObject] = []
    for message in request.messages {
      let text = try JSONObject()
      try text.set("role", message.role.rawValue)
      try text.set("content", message.content)
      texts.append(text)
    }
    let payload = try JSONObject()
    try payload.object("message").set("text", texts)
    // An empty list is an error on some models (protocol 7.12).
    guard !request.functions.isEmpty else { return payload }
    var functions: [JSONObject] = []
    for function in request.functions {
      let declaration = try JSONObject()
      try declaration.set("name", function.name)
      try declaration.set("description", function.description)
      try declaration.set("parameters", function.parameters)
      functions.append(declaration)
    }
    try payload.object("functions").set("text", functions)
    return payload
  }

  private var isHosted: Bool { model?.features.contains(.hosted) ?? false }
}

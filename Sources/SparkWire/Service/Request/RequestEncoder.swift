/// Encodes a request for a transport.
package protocol RequestEncoder: Sendable {
  /// Appends the JSON of `request`, which `RequestRules` has checked.
  func append(_ request: ChatRequest, to buffer: inout ByteBuffer) throws(SparkError)
}

/// The sender and the destination of requests.
package struct RequestContext: Sendable {
  package var appID: String
  package var userID: String?
  package var patchID: String?
  package var endpoint: Endpoint

  package init(appID: String, userID: String?, patchID: String?, endpoint: Endpoint) {
    self.appID = appID
    self.userID = userID
    self.patchID = patchID
    self.endpoint = endpoint
  }

  package var encoder: any RequestEncoder {
    switch endpoint.transport {
    case .webSocket: WebSocketRequestEncoder(context: self)
    case .http: HTTPRequestEncoder(context: self)
    }
  }

  var isHosted: Bool { endpoint.model?.isHosted ?? false }
}

extension ChatRequest {
  /// Sets the options that have the same names on both transports.
  func setSampling(in object: JSONObject, of context: RequestContext) throws(SparkError) {
    let transport = context.endpoint.transport
    if let value = temperature {
      let takesZero = context.endpoint.model?.takesZeroTemperature(transport) ?? true
      try object.set(
        "temperature", value == 0 && !takesZero ? RequestRules.leastTemperature : value)
    }
    if let value = topK { try object.set("top_k", Int64(value)) }
    if let value = topP { try object.set("top_p", value) }
    if let value = maxTokens { try object.set("max_tokens", Int64(value)) }
    if let value = presencePenalty { try object.set("presence_penalty", value) }
    if let value = frequencyPenalty { try object.set("frequency_penalty", value) }
    guard let thinking else { return }
    // The older switch does nothing on hosted models (protocol 10.2).
    if !context.isHosted {
      try object.object("thinking").set("type", thinking.rawValue)
    } else if thinking != .auto {
      try object.set("enable_thinking", thinking == .enabled)
    }
  }

  /// Returns the web search as a tool; nil if there is none to name. Hosted models other than X2.5
  /// have switches instead.
  func searchTool(in object: JSONObject, of context: RequestContext) throws(SparkError)
    -> JSONObject?
  {
    guard let search else { return nil }
    if context.endpoint.model?.family == .hosted {
      try object.set("search_disable", search.mode == .disabled)
      try object.set("show_ref_label", search.references)
      return nil
    }
    let options = try JSONObject()
    try options.set("enable", search.mode != .disabled)
    if search.mode != .disabled {
      try options.set("show_ref_label", search.references)
      try options.set("search_mode", search.mode == .deep ? "deep" : "normal")
    }
    let tool = try JSONObject()
    try tool.set("type", "web_search")
    try tool.set("web_search", options)
    return tool
  }

  /// The tools to offer, as both transports describe them.
  func declarations() throws(SparkError) -> [JSONObject] {
    // Over WebSocket, this is the only way to say that no tool may be called.
    guard toolChoice != ToolChoice.none else { return [] }
    var list: [JSONObject] = []
    for tool in tools {
      let declaration = try JSONObject()
      try declaration.set("name", tool.name)
      try declaration.set("description", tool.description)
      try declaration.set("parameters", tool.parameters)
      list.append(declaration)
    }
    return list
  }
}

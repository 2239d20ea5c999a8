/// Encodes a request for the service over HTTP (protocol 3.6). It always asks for a stream.
struct HTTPRequestEncoder: RequestEncoder {
  let context: RequestContext

  func append(_ request: ChatRequest, to buffer: inout ByteBuffer) throws(SparkError) {
    let body = try JSONObject()
    try body.set("model", context.endpoint.domain)
    try body.set("messages", messages(request.messages))
    try body.set("stream", true)
    if context.isHosted { try body.object("stream_options").set("include_usage", true) }
    if let userID = context.userID { try body.set("user", userID) }
    try request.setSampling(in: body, of: context)
    if let value = request.reasoningEffort { try body.set("reasoning_effort", value) }
    if let value = request.chatID { try body.set("chat_id", value) }
    if let value = request.auditing { try body.set("auditing", value) }
    if let format = request.responseFormat {
      try body.object("response_format").set("type", format.rawValue)
    }
    try setTools(request, in: body)
    if let extra = request.extra {
      try body.merge(extra)
      // The response is read as a stream.
      try body.set("stream", true)
    }
    body.write(to: &buffer)
  }

  /// Images become parts of the user message after them (protocol 10.2).
  private func messages(_ messages: [Message]) throws(SparkError) -> [JSONObject] {
    var list: [JSONObject] = []
    var images: [JSONObject] = []
    for (index, message) in messages.enumerated() {
      if let image = message.image {
        images.append(try Self.part(image))
        let isFollowed = index + 1 < messages.count && messages[index + 1].role == .user
        if isFollowed { continue }
      }
      let object = try JSONObject()
      try object.set("role", message.role.rawValue)
      if images.isEmpty {
        try object.set("content", message.content)
      } else {
        if message.image == nil { images.append(try Self.part(message.content)) }
        try object.set("content", images)
        images = []
      }
      if message.role == .tool { try object.set("tool_call_id", message.callID) }
      if !message.calls.isEmpty { try object.set("tool_calls", JSONObject.list(of: message.calls)) }
      list.append(object)
    }
    return list
  }

  private static func part(_ text: String) throws(SparkError) -> JSONObject {
    let part = try JSONObject()
    try part.set("type", "text")
    try part.set("text", text)
    return part
  }

  private static func part(_ image: Image) throws(SparkError) -> JSONObject {
    let part = try JSONObject()
    try part.set("type", "image_url")
    try part.object("image_url").set("url", image.url)
    return part
  }

  private func setTools(_ request: ChatRequest, in body: JSONObject) throws(SparkError) {
    var tools: [JSONObject] = []
    for declaration in try request.declarations() {
      let tool = try JSONObject()
      try tool.set("type", "function")
      try tool.set("function", declaration)
      tools.append(tool)
    }
    if !tools.isEmpty {
      // Otherwise at most one call comes, as an object (protocol 3.6).
      if !context.isHosted { try body.set("tool_calls_switch", true) }
      try setChoice(request.toolChoice, in: body)
    }
    if let search = try request.searchTool(in: body, of: context) { tools.append(search) }
    if !tools.isEmpty { try body.set("tools", tools) }
  }

  private func setChoice(
    _ choice: ChatRequest.ToolChoice?, in body: JSONObject
  ) throws(SparkError) {
    switch choice {
    case nil, .some(.none): break
    case .auto: try body.set("tool_choice", "auto")
    case .required: try body.set("tool_choice", "required")
    // Hosted models only take a word; `RequestRules` has checked that only this tool is offered.
    case .named where context.isHosted: try body.set("tool_choice", "required")
    case .named(let name):
      let forced = try body.object("tool_choice")
      try forced.set("type", "function")
      // X1.5 and later expect a flat object.
      let isFlat = context.endpoint.model?.family == .reasoning
      try isFlat ? forced.set("name", name) : forced.object("function").set("name", name)
    }
  }
}

/// A history as JSON: an object with `version` and `messages`, which have the members of OpenAI's
/// messages, and `tokens` if the service has counted them.
extension History {
  private static let version: Int64 = 1

  package func write(to buffer: inout ByteBuffer) throws(SparkError) {
    let root = try JSONObject()
    try root.set("version", Self.version)
    var list: [JSONObject] = []
    for entry in entries { list.append(try Self.object(entry)) }
    try root.set("messages", list)
    root.write(to: &buffer)
    guard !buffer.hasFailed else {
      throw SparkError(.noMemory, "out of memory while saving the conversation")
    }
  }

  /// Parses the history in `text`.
  package init(parsing text: UnsafeRawBufferPointer) throws(SparkError) {
    let document = try JSONObject(parsing: text, what: "the saved conversation")
    let root = document.value
    guard root["version"]?.integer == Self.version else {
      throw Self.malformed(
        "has \(root["version"]?.integer.map { "version \($0)" } ?? "no version"), not \(Self.version)"
      )
    }
    guard let list = root["messages"], list.kind == .array else {
      throw Self.malformed("has no list of messages")
    }
    self.init()
    for index in 0..<list.count {
      guard let item = list[at: index], let entry = try Self.entry(item, at: index) else {
        throw Self.malformed("has no message at index \(index)")
      }
      guard entry.message.role != .system || index == 0 else {
        throw Self.malformed("has a system message that is not the first, at index \(index)")
      }
      do throws(SparkError) {
        try append(entry)
      } catch {
        throw Self.malformed("is not in order at index \(index): \(error.message)")
      }
    }
  }

  private static func object(_ entry: Entry) throws(SparkError) -> JSONObject {
    let message = entry.message
    let object = try JSONObject()
    try object.set("role", message.role.rawValue)
    switch message.image {
    case .file(let file): try object.set("image", file.base64)
    case .url(let url): try object.set("image_url", url)
    case nil: try object.set("content", message.content)
    }
    if message.role == .tool {
      try object.set("tool_call_id", message.callID)
      try object.set("name", message.toolName)
    }
    if !message.calls.isEmpty { try object.set("tool_calls", JSONObject.list(of: message.calls)) }
    if let tokens = entry.tokens { try object.set("tokens", Int64(tokens)) }
    return object
  }

  private static func entry(_ item: JSONValue, at index: Int) throws(SparkError) -> Entry? {
    guard item.kind == .object, let role = item["role"]?.string.flatMap(Message.Role.init) else {
      throw malformed("has a message without a known role, at index \(index)")
    }
    let content = try text("content", of: item, at: index)
    var message = try image(item, at: index) ?? Message(role, content)
    guard message.image == nil || role == .user && content.isEmpty else {
      throw malformed("has an image that is not a user's only content, at index \(index)")
    }
    message.callID = try text("tool_call_id", of: item, at: index)
    message.toolName = try text("name", of: item, at: index)
    let calls = item["tool_calls"]
    guard calls.map({ $0.kind == .array }) ?? true else {
      throw malformed("has tool_calls that are not a list, at index \(index)")
    }
    guard role == .assistant || calls?.count ?? 0 == 0 else {
      throw malformed("has tool calls of the \(role.rawValue), at index \(index)")
    }
    for place in 0..<(calls?.count ?? 0) {
      // C ends an id at a NUL: no result could be added.
      guard let call = calls?[at: place], let id = call["id"]?.string, !id.utf8.contains(0),
        let name = call["function"]?["name"]?.string,
        let arguments = call["function"]?["arguments"]?.string
      else {
        throw malformed("has a tool call without valid id, name or arguments, at index \(index)")
      }
      message.calls.append(Message.Call(id: id, name: name, arguments: arguments))
    }
    let isEmpty = message.content.isEmpty && message.image == nil && message.calls.isEmpty
    guard !isEmpty || role == .tool else {
      throw malformed("has an empty message, at index \(index)")
    }
    guard let count = item["tokens"] else { return Entry(message: message) }
    guard let tokens = count.integer, tokens > 0 else {
      throw malformed("has an invalid count of tokens, at index \(index)")
    }
    return Entry(message: message, tokens: whole(Double(tokens)))
  }

  private static func image(_ item: JSONValue, at index: Int) throws(SparkError) -> Message? {
    let url = try text("image_url", of: item, at: index)
    if !url.isEmpty { return Message(try Image(url: url)) }
    guard let image = item["image"] else { return nil }
    var file = ByteBuffer()
    guard let base64 = image.bytes, file.appendDecodedBase64(base64) else {
      throw malformed("has an image that is not Base64, at index \(index)")
    }
    return Message(try Image(file: file.readable))
  }

  /// The text of a member; empty if it is missing.
  private static func text(
    _ name: StaticString, of item: JSONValue, at index: Int
  ) throws(SparkError) -> String {
    guard let value = item[name] else { return "" }
    guard let text = value.string else {
      throw malformed("has a \(name) that is not a text, at index \(index)")
    }
    return text
  }

  private static func malformed(_ what: String) -> SparkError {
    SparkError(
      .invalidArgument, "the saved conversation \(what)",
      hint: "pass the saved text of a conversation unchanged")
  }
}

extension JSONObject {
  /// Tool calls as OpenAI's messages hold them.
  static func list(of calls: [Message.Call]) throws(SparkError) -> [JSONObject] {
    var list: [JSONObject] = []
    for call in calls {
      let object = try JSONObject()
      try object.set("id", call.id)
      try object.set("type", "function")
      let function = try object.object("function")
      try function.set("name", call.name)
      try function.set("arguments", call.arguments)
      list.append(object)
    }
    return list
  }
}

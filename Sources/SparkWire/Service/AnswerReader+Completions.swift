/// What comes over HTTP (protocol 6): the chunks of a stream, or one document.
extension AnswerReader {
  /// `[DONE]`, which ends a stream.
  package static let done: StaticString = "[DONE]"

  static func isDone(_ message: UnsafeRawBufferPointer) -> Bool {
    message.count <= 16 && message.first != UInt8(ascii: "{")
      && message[...].trimmingBlanks().elementsEqual("[DONE]".utf8)
  }

  /// What was kept back until the end becomes events.
  mutating func readDone() throws(SparkError) {
    guard hasChoices else { throw .violation("the service's answer ended without any choice") }
    endHalves()
    flushCalls()
    isFinished = true
  }

  mutating func readCompletion(_ root: JSONValue, repaired: Bool) throws(SparkError) {
    if let sid = (root["sid"] ?? root["id"])?.bytes { keep(sid: sid) }
    if let error = root["error"] { try readError(error) }
    let choices = root["choices"]
    for index in 0..<(choices?.count ?? 0) {
      guard let choice = choices?[at: index], choice.kind == .object else { continue }
      // A document says `message` where a chunk says `delta`.
      if let item = choice["delta"] ?? choice["message"] {
        try readItem(item, repaired: repaired)
      }
      if let reason = choice["finish_reason"]?.bytes, !reason.isEmpty { flushCalls() }
    }
    if let usage = root["usage"] { readUsage(usage) }
    try readCode(of: root)
    if choices?.kind == .array { hasChoices = true }
  }

  private mutating func readItem(_ item: JSONValue, repaired: Bool) throws(SparkError) {
    try readTexts(of: item, repaired: repaired)
    if let parts = item["content"], parts.kind == .array {
      for place in 0..<parts.count {
        if let text = parts[at: place]?["text"]?.bytes { take(text, repaired: repaired) }
      }
    }
    guard let tools = item["tool_calls"] else { return }
    // An object where only one call may come (protocol 6.3).
    guard tools.kind == .array else {
      try readTool(tools, at: 0, repaired)
      return flushCalls()
    }
    for place in 0..<tools.count {
      if let tool = tools[at: place] { try readTool(tool, at: place, repaired) }
    }
  }

  private mutating func readTool(
    _ tool: JSONValue, at place: Int, _ repaired: Bool
  ) throws(SparkError) {
    if let search = tool["web_search"] { return readSearch(search, repaired: repaired) }
    guard let function = tool["function"] else { return }
    hasAnswer = true
    let arguments = arguments(function["arguments"], repaired: repaired)
    try calls.add(
      index: tool["index"]?.integer ?? Int64(place), id: tool["id"]?.bytes,
      name: function["name"]?.bytes.map { whole($0, repaired: repaired) }, arguments: arguments)
  }

  /// A list of pages, or an object with one under whatever name: our sources do not say which.
  private mutating func readSearch(_ search: JSONValue, repaired: Bool) {
    guard search.kind == .object else { return readPages(search, repaired: repaired) }
    if search["url"] != nil || search["title"] != nil {
      return readPage(search, repaired: repaired)
    }
    for member in search.members where member.kind == .array {
      readPages(member, repaired: repaired)
    }
  }

  /// `{"error": {"message": ..., "type": ..., "code": "11200"}}` (protocol 6.4).
  private mutating func readError(_ error: JSONValue) throws(SparkError) {
    var failure = ServiceFailure(error)
    if failure.sid == nil { failure.sid = sid?.string }
    throw failure.error
  }
}

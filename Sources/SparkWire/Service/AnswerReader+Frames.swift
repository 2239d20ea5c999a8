/// What comes over WebSocket (protocol 4).
extension AnswerReader {
  mutating func readFrame(_ root: JSONValue, repaired: Bool) throws(SparkError) {
    let header = root["header"]
    let payload = root["payload"]
    guard header != nil || payload != nil else {
      throw .violation("the service sent JSON with neither header nor payload")
    }
    if let sid = header?["sid"]?.bytes {
      // An answer begins with 0, also that of a gateway which gives all of them the same id.
      if isLate(sid: sid), header?["status"]?.integer != 0,
        payload?["choices"]?["seq"]?.integer != 0
      {
        return
      }
      keep(sid: sid)
    }
    if let plugins = payload?["plugins"]?["text"] {
      readPlugins(plugins, repaired: repaired)
    }
    let choices = payload?["choices"]
    if let texts = choices?["text"] {
      guard texts.kind == .array else {
        throw .violation("the text in the service's message is \(texts.kind), not an array")
      }
      try readItems(texts, repaired: repaired)
    }
    // Either status field may tell the end.
    let isLast = header?["status"]?.integer == 2 || choices?["status"]?.integer == 2
    if isLast { endHalves() }
    if let usage = payload?["usage"]?["text"] { readUsage(usage) }
    if let header { try readCode(of: header) }
    if isLast { isFinished = true }
  }

  private mutating func readItems(_ texts: JSONValue, repaired: Bool) throws(SparkError) {
    for index in 0..<texts.count {
      guard let item = texts[at: index], item.kind == .object else { continue }
      try readTexts(of: item, repaired: repaired)
      if let call = item["function_call"] { try readCall(call, id: nil, repaired: repaired) }
      // How X1.5 and later ask for functions here is not published (protocol 9.3).
      if let list = item["tool_calls"] {
        for place in 0..<max(list.count, list.kind == .object ? 1 : 0) {
          guard let call = list.kind == .object ? list : list[at: place],
            let function = call["function"]
          else { continue }
          try readCall(function, id: call["id"]?.bytes, repaired: repaired)
        }
      }
    }
  }

  /// Comes whole, in one frame (protocol 4.4).
  private mutating func readCall(
    _ call: JSONValue, id: UnsafeRawBufferPointer?, repaired: Bool
  ) throws(SparkError) {
    guard let name = call["name"]?.bytes else {
      throw .violation("the service asks for a function without naming it")
    }
    appendCall(
      id: id, name: whole(name, repaired: repaired),
      arguments: arguments(call["arguments"], repaired: repaired))
  }

  /// A plugin's content is a JSON text within the JSON: a list of pages (protocol 4.5). Plugins
  /// that say something else are passed over.
  private mutating func readPlugins(_ plugins: JSONValue, repaired: Bool) {
    for index in 0..<plugins.count {
      guard let content = plugins[at: index]?["content"]?.bytes,
        let (list, wasRepaired) = try? JSONParser.parseForeign(content)
      else { continue }
      documents.append(list)
      readPages(JSONValue(raw: list), repaired: repaired || wasRepaired)
    }
  }
}

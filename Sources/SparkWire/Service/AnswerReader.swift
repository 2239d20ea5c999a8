internal import CJansson
internal import Glibc

/// Reads the service's messages (protocol 4): JSON in, events out.
///
/// Every member may be missing, and either status field may tell the end (protocol 7.1 to 7.6).
package struct AnswerReader: ~Copyable {
  /// The service said that the answer is finished. An error or a warning may still follow.
  package private(set) var isFinished = false
  /// The service's id of the exchange.
  package private(set) var sid: OwnedText?

  private var events: [AnswerEvent] = []
  private var position = 0
  private var documents: [UnsafeMutablePointer<json_t>] = []
  private var textHalf = SurrogateHalf()
  private var reasoningHalf = SurrogateHalf()
  private var hasAnswer = false

  package init() {}

  deinit {
    for document in documents { json_decref(document) }
  }

  /// Gets ready for the answer to another question. Swift 6.3 does not run `deinit` where an optimized
  /// build assigns a new reader.
  package mutating func startOver() {
    forgetLast()
    (isFinished, hasAnswer, sid) = (false, false, nil)
    (textHalf, reasoningHalf) = (SurrogateHalf(), SurrogateHalf())
  }

  /// The next event of the last message; its texts live until the next `read`.
  package mutating func nextEvent() -> AnswerEvent? {
    guard position < events.count else { return nil }
    defer { position += 1 }
    return events[position]
  }

  package var hasEvents: Bool { position < events.count }

  /// Reads one message. A failure that the service reports is thrown; events that came before it
  /// in the same message are kept.
  package mutating func read(_ message: UnsafeRawBufferPointer) throws(SparkError) {
    forgetLast()
    let (document, repaired) = try parse(message)
    documents.append(document)
    let root = JSONValue(raw: document)
    guard root.kind == .object else { throw .violation("the service sent JSON that is no object") }
    let header = root["header"]
    let payload = root["payload"]
    guard header != nil || payload != nil else {
      throw .violation("the service sent JSON with neither header nor payload")
    }
    if let sid = header?["sid"]?.bytes { keep(sid: sid) }
    if let plugins = payload?["plugins"]?["text"] { try readCitations(plugins) }
    let choices = payload?["choices"]
    if let texts = choices?["text"] { try readTexts(texts, repaired: repaired) }
    let isLast = header?["status"]?.integer == 2 || choices?["status"]?.integer == 2
    if isLast { endHalves() }
    if let usage = payload?["usage"]?["text"] { readUsage(usage) }
    let code = header?["code"]?.integer ?? 0
    if code != 0 { try readFailure(Int32(clamping: code), header?["message"]) }
    if isLast { isFinished = true }
  }

  private mutating func forgetLast() {
    events.removeAll(keepingCapacity: true)
    position = 0
    for document in documents { json_decref(document) }
    documents.removeAll(keepingCapacity: true)
  }

  /// A message with a number beyond 64 bits, or with half a surrogate pair, does not parse at first.
  private func parse(
    _ message: UnsafeRawBufferPointer
  ) throws(SparkError) -> (document: UnsafeMutablePointer<json_t>, repaired: Bool) {
    do throws(SparkError) {
      return (try JSONParser.parse(message), false)
    } catch {
      if let document = try? JSONParser.parse(message, wholeNumbers: false) {
        return (document, false)
      }
      guard let repaired = SurrogateRepair.repair(message) else { throw error }
      let result = repaired.withUnsafeBytes { text in
        Result { () throws(SparkError) in try JSONParser.parse(text) }
      }
      return (try result.get(), true)
    }
  }

  private mutating func keep(sid bytes: UnsafeRawBufferPointer) {
    let isSame = sid.map { $0.equals(bytes) } ?? false
    if !isSame, !bytes.isEmpty { sid = OwnedText(bytes) }
  }

  private mutating func readTexts(_ texts: JSONValue, repaired: Bool) throws(SparkError) {
    for index in 0..<texts.count {
      guard let item = texts[at: index], item.kind == .object else { continue }
      if let reasoning = try text(item["reasoning_content"], "reasoning_content") {
        if let whole = repaired || reasoningHalf.isPending
          ? reasoningHalf.join(reasoning, into: &documents) : reasoning, !whole.isEmpty
        {
          hasAnswer = true
          events.append(.reasoning(whole))
        }
      }
      if let content = try text(item["content"], "content") {
        if let whole = repaired || textHalf.isPending
          ? textHalf.join(content, into: &documents) : content, !whole.isEmpty
        {
          hasAnswer = true
          events.append(.text(whole))
        }
      }
      if let call = item["function_call"] { try readFunctionCall(call, repaired: repaired) }
    }
  }

  /// Half a pair that still waits when the answer ends has lost its other half.
  private mutating func endHalves() {
    if reasoningHalf.isPending,
      let rest = reasoningHalf.join(Self.nothing, isEnd: true, into: &documents)
    {
      events.append(.reasoning(rest))
    }
    if textHalf.isPending, let rest = textHalf.join(Self.nothing, isEnd: true, into: &documents) {
      events.append(.text(rest))
    }
  }

  /// A text that comes in one message: no half in it can find its other half.
  private mutating func whole(
    _ text: UnsafeRawBufferPointer, repaired: Bool
  ) -> UnsafeRawBufferPointer {
    guard repaired else { return text }
    var half = SurrogateHalf()
    return half.join(text, isEnd: true, into: &documents) ?? text
  }

  private func text(
    _ value: JSONValue?, _ name: String
  ) throws(SparkError) -> UnsafeRawBufferPointer? {
    guard let value else { return nil }
    guard let bytes = value.bytes else {
      throw .violation("\(name) in the service's message is \(value.kind), not a string")
    }
    return bytes
  }

  private mutating func readFunctionCall(_ call: JSONValue, repaired: Bool) throws(SparkError) {
    guard let name = call["name"]?.bytes else {
      throw .violation("the service asks for a function without naming it")
    }
    hasAnswer = true
    var arguments = call["arguments"]?.bytes ?? Self.nothing
    // Documented as a string; some gateways send the object itself (protocol 4.4).
    if let value = call["arguments"], value.bytes == nil,
      let dumped = json_dumps(value.raw, Int(JSON_COMPACT) | Int(JSON_ENCODE_ANY))
    {
      defer { free(dumped) }
      if let copy = json_string(dumped) {
        documents.append(copy)
        arguments = JSONValue(raw: copy).bytes ?? Self.nothing
      }
    }
    events.append(
      .functionCall(
        name: whole(name, repaired: repaired), arguments: whole(arguments, repaired: repaired)))
  }

  /// A plugin's content is a JSON text within the JSON: a list of pages (protocol 4.5). Plugins
  /// that say something else are passed over.
  private mutating func readCitations(_ plugins: JSONValue) throws(SparkError) {
    for index in 0..<plugins.count {
      guard let content = plugins[at: index]?["content"]?.bytes,
        let list = try? JSONParser.parse(content)
      else { continue }
      documents.append(list)
      let pages = JSONValue(raw: list)
      for place in 0..<pages.count {
        guard let page = pages[at: place], page.kind == .object else { continue }
        guard let url = page["url"]?.bytes ?? page["title"].map({ _ in Self.nothing }) else {
          continue
        }
        let number = page["index"]?.integer.flatMap(Int32.init(exactly:)) ?? -1
        events.append(
          .citation(index: number, title: page["title"]?.bytes ?? Self.nothing, url: url))
      }
    }
  }

  private mutating func readUsage(_ counts: JSONValue) {
    var usage = Usage()
    usage.question = counts["question_tokens"]?.integer ?? -1
    usage.prompt = counts["prompt_tokens"]?.integer ?? -1
    usage.completion = counts["completion_tokens"]?.integer ?? -1
    usage.total = counts["total_tokens"]?.integer ?? -1
    if usage != Usage() { events.append(.usage(usage)) }
  }

  private mutating func readFailure(
    _ code: Int32, _ message: JSONValue?
  ) throws(SparkError) {
    if code == ServiceCode.policyWarning, hasAnswer {
      events.append(.warning(code: code, message: message?.bytes ?? Self.nothing))
      return
    }
    throw ServiceCode.error(code, message: message?.string ?? "", sid: sid?.string)
  }

  /// No bytes, and a NUL behind them.
  private static var nothing: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: UnsafeRawPointer(("" as StaticString).utf8Start), count: 0)
  }
}

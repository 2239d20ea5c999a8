internal import CJansson
internal import Glibc

/// Reads the service's messages: JSON in, events out. `AnswerReader+Frames` reads what comes over
/// WebSocket, `AnswerReader+Completions` what comes over HTTP; the events mean the same.
///
/// Every member may be missing (protocol 7.1 to 7.6).
package struct AnswerReader: ~Copyable {
  /// The service said that the answer is finished. An error or a warning may still follow.
  package internal(set) var isFinished = false
  /// The service's id of the exchange.
  package private(set) var sid: OwnedText?

  let transport: Transport
  var events: [AnswerEvent] = []
  private var position = 0
  /// What the events of the last message borrow from.
  var documents: [UnsafeMutablePointer<json_t>] = []
  var hasAnswer = false
  /// Something of an answer came, if only an empty list.
  var hasChoices = false
  var calls: CallCollector
  /// Of the answer before this one on the connection.
  private var earlierSID: OwnedText?
  private var callIDs: [[UInt8]] = []
  private var textHalf = SurrogateHalf()
  private var reasoningHalf = SurrogateHalf()

  /// - Parameter maxCallSize: The most bytes that are kept of function calls which come in pieces.
  package init(transport: Transport = .webSocket, maxCallSize: Int = 1 << 20) {
    self.transport = transport
    calls = CallCollector(maxSize: maxCallSize)
  }

  deinit {
    for document in documents { json_decref(document) }
  }

  /// Gets ready for the answer to another question. Swift 6.3 does not run `deinit` where an optimized
  /// build assigns a new reader.
  package mutating func startOver() {
    forgetLast()
    earlierSID = sid
    (isFinished, hasAnswer, hasChoices, sid, callIDs) = (false, false, false, nil, [])
    (textHalf, reasoningHalf) = (SurrogateHalf(), SurrogateHalf())
    _ = calls.takeAll()
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
    if transport == .http {
      // Nothing counts behind the end.
      if isFinished { return }
      if Self.isDone(message) { return try readDone() }
    }
    let (document, repaired) = try JSONParser.parseForeign(message)
    documents.append(document)
    let root = JSONValue(raw: document)
    guard root.kind == .object else { throw .violation("the service sent JSON that is no object") }
    switch transport {
    case .webSocket: try readFrame(root, repaired: repaired)
    case .http: try readCompletion(root, repaired: repaired)
    }
  }

  private mutating func forgetLast() {
    events.removeAll(keepingCapacity: true)
    position = 0
    for document in documents { json_decref(document) }
    documents.removeAll(keepingCapacity: true)
  }

  /// What belongs to the answer before, and came when the next question was already asked.
  func isLate(sid bytes: UnsafeRawBufferPointer) -> Bool {
    sid == nil && earlierSID?.equals(bytes) == true
  }

  mutating func keep(sid bytes: UnsafeRawBufferPointer) {
    let isSame = sid.map { $0.equals(bytes) } ?? false
    if !isSame, !bytes.isEmpty { sid = OwnedText(bytes) }
  }

  /// The text of an item, and its reasoning: both transports name them alike.
  mutating func readTexts(of item: JSONValue, repaired: Bool) throws(SparkError) {
    if let reasoning = try text(item["reasoning_content"], "reasoning_content") {
      if let whole = repaired || reasoningHalf.isPending
        ? reasoningHalf.join(reasoning, into: &documents) : reasoning, !whole.isEmpty
      {
        hasAnswer = true
        events.append(.reasoning(whole))
      }
    }
    if let content = try text(item["content"], "content") { take(content, repaired: repaired) }
  }

  mutating func take(_ content: UnsafeRawBufferPointer, repaired: Bool) {
    if let whole = repaired || textHalf.isPending
      ? textHalf.join(content, into: &documents) : content, !whole.isEmpty
    {
      hasAnswer = true
      events.append(.text(whole))
    }
  }

  /// Half a pair that still waits when the answer ends has lost its other half.
  mutating func endHalves() {
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
  mutating func whole(_ text: UnsafeRawBufferPointer, repaired: Bool) -> UnsafeRawBufferPointer {
    guard repaired else { return text }
    var half = SurrogateHalf()
    return half.join(text, isEnd: true, into: &documents) ?? text
  }

  private func text(
    _ value: JSONValue?, _ name: String
  ) throws(SparkError) -> UnsafeRawBufferPointer? {
    guard let value else { return nil }
    // Parts of a text, as some gateways send them, are left to the reader of completions.
    if transport == .http, value.kind == .array { return nil }
    guard let bytes = value.bytes else {
      throw .violation("\(name) in the service's message is \(value.kind), not a string")
    }
    return bytes
  }

  /// Arguments are documented as a string; some gateways send the object itself (protocol 4.4).
  mutating func arguments(
    _ value: JSONValue?, repaired: Bool
  ) -> UnsafeRawBufferPointer {
    guard let value else { return Self.nothing }
    if let bytes = value.bytes { return whole(bytes, repaired: repaired) }
    guard let dumped = json_dumps(value.raw, Int(JSON_COMPACT) | Int(JSON_ENCODE_ANY)) else {
      return Self.nothing
    }
    defer { free(dumped) }
    return lent(UnsafeRawBufferPointer(start: dumped, count: strlen(dumped)))
  }

  /// A copy that lives as long as the message's events.
  mutating func lent(_ bytes: some Collection<UInt8>) -> UnsafeRawBufferPointer {
    let copy = Array(bytes).withUnsafeBytes { bytes in
      bytes.isEmpty
        ? nil
        : json_stringn_nocheck(bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
    }
    guard let copy else { return Self.nothing }
    documents.append(copy)
    return JSONValue(raw: copy).bytes ?? Self.nothing
  }

  mutating func appendCall(
    id: UnsafeRawBufferPointer?, name: UnsafeRawBufferPointer, arguments: UnsafeRawBufferPointer
  ) {
    hasAnswer = true
    // Results are told apart by it, so it is no id if another call has it.
    let given = id.flatMap { $0.isEmpty || callIDs.contains(Array($0)) ? nil : $0 }
    let id = given ?? lent(Self.madeID(callIDs.count, sid: sid).utf8)
    callIDs.append(Array(id))
    events.append(.functionCall(id: id, name: name, arguments: arguments))
  }

  mutating func flushCalls() {
    for call in calls.takeAll() {
      appendCall(
        id: call.id.isEmpty ? nil : lent(call.id), name: lent(call.name),
        arguments: lent(call.arguments))
    }
  }

  /// Where the service gives none: the same for the same answer, and unlike any other answer's.
  private static func madeID(_ index: Int, sid: OwnedText?) -> String {
    let letters = sid.map { sid in
      sid.string.utf8.filter { byte in byte.isDigit || (97...122).contains(byte.asciiLowercased) }
    }
    let name = letters.map { String(decoding: $0, as: UTF8.self) } ?? ""
    return name.isEmpty ? "call_\(index)" : "call_\(name)_\(index)"
  }

  /// The pages that a web search found.
  mutating func readPages(_ pages: JSONValue, repaired: Bool) {
    for place in 0..<pages.count {
      if let page = pages[at: place] { readPage(page, repaired: repaired) }
    }
  }

  mutating func readPage(_ page: JSONValue, repaired: Bool) {
    guard let url = page["url"]?.bytes ?? page["title"].map({ _ in Self.nothing }) else { return }
    let number = page["index"]?.integer.flatMap(Int32.init(exactly:)) ?? -1
    let title = page["title"]?.bytes ?? Self.nothing
    events.append(
      .citation(
        index: number, title: whole(title, repaired: repaired), url: whole(url, repaired: repaired))
    )
  }

  mutating func readUsage(_ counts: JSONValue) {
    var usage = Usage()
    usage.question = counts["question_tokens"]?.integer ?? -1
    usage.prompt = counts["prompt_tokens"]?.integer ?? -1
    usage.completion = counts["completion_tokens"]?.integer ?? -1
    usage.total = counts["total_tokens"]?.integer ?? -1
    // Over HTTP, hosted models send zeros until the end (protocol 6.5).
    let isCounted = usage.prompt > 0 || usage.completion > 0 || usage.total > 0
    guard usage != Usage(), transport == .webSocket || isCounted else { return }
    events.append(.usage(usage))
  }

  /// A code that is no number is no success either.
  mutating func readCode(of root: JSONValue) throws(SparkError) {
    guard let code = root["code"], code.bytes?.isEmpty != true else { return }
    guard let number = code.integer else {
      var failure = ServiceFailure(root)
      if failure.sid == nil { failure.sid = sid?.string }
      throw failure.error
    }
    if number != 0 { try readFailure(Int32(clamping: number), root["message"]) }
  }

  private mutating func readFailure(_ code: Int32, _ message: JSONValue?) throws(SparkError) {
    if code == ServiceCode.policyWarning, hasAnswer {
      events.append(.warning(code: code, message: message?.bytes ?? Self.nothing))
      return
    }
    throw ServiceCode.error(code, message: message?.string ?? "", sid: sid?.string)
  }

  /// No bytes, and a NUL behind them.
  static var nothing: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: UnsafeRawPointer(("" as StaticString).utf8Start), count: 0)
  }
}

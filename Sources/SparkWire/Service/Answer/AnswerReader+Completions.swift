/// A message over HTTP (protocol 6): a chunk of a stream, a whole document, or an error.
struct Completion {
  typealias Value = JSONReader.Value

  struct Choice {
    var item: AnswerItem?
    var finishReason = Value.missing
  }

  private(set) var isObject = false
  private(set) var code = Value.missing
  private(set) var message = Value.missing
  private(set) var type = Value.missing
  private(set) var sid = Value.missing
  private(set) var id = Value.missing
  private(set) var error = Value.missing
  private(set) var usage = Value.missing
  /// Some gateways report a failure over HTTP as the service does over WebSocket.
  private(set) var header = Value.missing
  private(set) var choicesKind = JSONReader.Kind.null
  /// Usually there is one choice; others are read later.
  private(set) var choice: Choice?
  private(set) var otherChoices: Value?

  init(_ json: inout JSONReader) throws(JSONReader.Fault) {
    isObject = try json.enterObject() == .object
    while isObject, let name = try json.nextMember() {
      switch name {
      case "choices": try readChoices(&json)
      case "code": code = try json.value()
      case "message", "msg", "desc": message = try json.value()
      case "type": type = try json.value()
      case "sid", "Sid": sid = try json.value()
      case "id": id = try json.value()
      case "error": error = try json.value()
      case "usage": usage = try json.value()
      case "header": header = try json.value()
      default: try json.skip()
      }
    }
    try json.finish()
  }

  private mutating func readChoices(_ json: inout JSONReader) throws(JSONReader.Fault) {
    (choice, otherChoices) = (nil, nil)
    choicesKind = try json.enterArray()
    guard choicesKind == .array, try json.nextElement() else { return }
    if try json.enterObject() == .object { choice = try Choice(&json) }
    otherChoices = try json.restOfArray()
  }
}

extension Completion {
  /// What it reports at its top.
  var top: ServiceFailure.Members {
    var top = ServiceFailure.Members()
    (top.code, top.message, top.type, top.sid, top.id) = (code, message, type, sid, id)
    return top
  }
}

extension Completion.Choice {
  /// - Parameter json: must have entered the object.
  init(_ json: inout JSONReader) throws(JSONReader.Fault) {
    var hasDelta = false
    var message: AnswerItem?
    while let name = try json.nextMember() {
      switch name {
      // A document has `message`, a chunk `delta`.
      case "delta":
        let kind = try json.enterObject()
        hasDelta = kind != .null
        item = kind == .object ? try AnswerItem(&json) : nil
      case "message":
        message = try json.enterObject() == .object ? try AnswerItem(&json) : nil
      case "finish_reason": finishReason = try json.value()
      default: try json.skip()
      }
    }
    if !hasDelta { item = message }
  }
}

extension Completion.Choice {
  /// Some servers write null as a string.
  fileprivate var finishWord: UnsafeRawBufferPointer? {
    guard let word = finishReason.text, !word.isEmpty, !word.elementsEqual("null".utf8) else {
      return nil
    }
    return word
  }
}

extension AnswerReader {
  /// `[DONE]`, which ends a stream.
  package static let done: StaticString = "[DONE]"

  static func isDone(_ message: UnsafeMutableRawBufferPointer) -> Bool {
    message.count <= 16 && message.first != UInt8(ascii: "{")
      && message[...].trimmingBlanks().elementsEqual("[DONE]".utf8)
  }

  mutating func readDone() throws(SparkError) {
    guard hasChoices else {
      throw complaint?.error ?? .violation("the service's answer ended without any choice")
    }
    try finish()
  }

  /// Ends a complete body without `[DONE]`. The answer is finished if it has a finish reason.
  package mutating func endBody() throws(SparkError) {
    if !hasChoices, let complaint { throw complaint.error }
    guard !isFinished, hasChoices, finishReason != nil else { return }
    forgetLast()
    try finish()
  }

  mutating func take(_ completion: Completion) throws(SparkError) {
    guard completion.isObject else {
      throw .violation("the service sent JSON that is not an object")
    }
    if let sid = (completion.sid.isNull ? completion.id : completion.sid).text { keep(sid: sid) }
    if let choice = completion.choice {
      try take(choice)
      // The finish reason of further choices, such as those with a search's sources, is not the
      // answer's.
      if let word = choice.finishWord { keep(finishReason: word) }
    }
    try completion.otherChoices?.forEachElement { value throws(SparkError) in
      if let choice = value.object(Completion.Choice.init) { try take(choice) }
    }
    takeUsage(completion.usage)
    if !completion.error.isNull || !completion.header.isNull { try checkParts(of: completion) }
    try check(code: completion.code, completion.top)
    if completion.choicesKind == .array {
      hasChoices = true
    } else if completion.top.isComplaint {
      complaint = ServiceFailure(completion.top, sid: sid?.string)
    }
  }

  @inline(never)
  private mutating func checkParts(of completion: Completion) throws(SparkError) {
    let error = ServiceFailure.Members(completion.error)
    if error.reportsFailure {
      throw ServiceFailure(error.or(completion.top), sid: sid?.string).error
    }
    var json = completion.header.reader
    if let header = try? Frame.Header(&json) { try check(code: header.code, header.failure) }
  }

  private mutating func take(_ choice: Completion.Choice) throws(SparkError) {
    if let item = choice.item {
      try takeTexts(of: item)
      if !item.toolCalls.isNull || !item.toolCall.isNull { try takeCalls(of: item) }
    }
    // Complete calls do not wait for the end; some servers give a finish reason with every piece.
    if choice.finishReason.kind == .string, choice.finishWord != nil, calls.areWhole {
      try flushCalls()
    }
  }

  private mutating func takeCalls(of item: AnswerItem) throws(SparkError) {
    // Some servers send a call in both members.
    if try !takeTools(item.toolCalls), !item.toolCall.isNull { try takeCall(item.toolCall) }
    // Only the service itself sends an object, which is a complete call.
    if item.toolCalls.kind == .object { try flushCalls() }
  }

  /// Takes a list, or an object if only one call is possible (protocol 6.3). Returns false if it
  /// has no call.
  mutating func takeTools(_ tools: Value) throws(SparkError) -> Bool {
    guard !tools.isNull else { return false }
    let isOne = !tools.hasSeveralElements
    var place: Int64 = 0
    var hasCall = false
    try tools.forEachOrOnly { value throws(SparkError) in
      let tool = ToolPiece(value)
      if !tool.search.isNull {
        takeSearch(tool.search)
      } else if !tool.function.isNull {
        hasCall = true
        try takeCall(tool.function, of: tool, at: isOne ? nil : place)
      }
      place += 1
    }
    return hasCall
  }

  private mutating func takeCall(
    _ function: Value, of tool: ToolPiece? = nil, at place: Int64? = nil
  ) throws(SparkError) {
    let function = FunctionPiece(function)
    if function.isBlank, tool?.id.text?.isEmpty ?? true { return }
    hasAnswer = true
    try calls.add(
      CallCollector.Piece(
        index: tool?.index.integer, place: place, id: Array(tool?.id.text ?? Self.nothing),
        name: Array(function.name.text ?? Self.nothing),
        arguments: arguments(function.arguments)))
  }

  /// Takes a list of pages, or an object that is a page or has lists of them under any name: our
  /// sources do not say which.
  private mutating func takeSearch(_ search: Value) {
    guard search.kind == .object else { return takePages(search) }
    var page = WebPage()
    var lists: [Value] = []
    search.forEachMember { name, value in
      page.take(name, value)
      if value.kind == .array { lists.append(value) }
    }
    if page.isEmpty { lists.forEach { takePages($0) } } else { append(page) }
  }
}

/// A message over WebSocket (protocol 4).
struct Frame {
  typealias Value = JSONReader.Value

  /// nil if missing.
  private(set) var header: Header?
  private(set) var payload: Payload?
  /// An error without a header.
  private(set) var failure = ServiceFailure.Members()
  private(set) var error = Value.missing
  private(set) var isObject = false

  init(_ json: inout JSONReader) throws(JSONReader.Fault) {
    isObject = try json.enterObject() == .object
    while isObject, let name = try json.nextMember() {
      switch name {
      case "header": header = try Header(&json)
      case "payload": payload = try Payload(&json)
      case "code": failure.code = try json.value()
      case "message", "msg", "desc": failure.message = try json.value()
      case "sid", "Sid": failure.sid = try json.value()
      case "id": failure.id = try json.value()
      case "type": failure.type = try json.value()
      case "error": error = try json.value()
      default: try json.skip()
      }
    }
    try json.finish()
  }

  /// The code and message it reports: in a member `error`, in its header, or at its top.
  var report: ServiceFailure.Members {
    error.isNull
      ? (header?.failure ?? ServiceFailure.Members()).or(failure)
      : ServiceFailure.Members(error).or(failure)
  }
}

extension Frame {
  struct Header {
    private(set) var code = Value.missing
    private(set) var message = Value.missing
    private(set) var sid = Value.missing
    private(set) var status = Value.missing

    init() {}

    /// Returns nil if the next value is null.
    init?(_ json: inout JSONReader) throws(JSONReader.Fault) {
      let kind = try json.enterObject()
      while kind == .object, let name = try json.nextMember() {
        switch name {
        case "code": code = try json.value()
        case "message", "msg": message = try json.value()
        case "sid", "Sid": sid = try json.value()
        case "status": status = try json.value()
        default: try json.skip()
        }
      }
      if kind == .null { return nil }
    }

    var failure: ServiceFailure.Members {
      var members = ServiceFailure.Members()
      (members.code, members.message, members.sid) = (code, message, sid)
      return members
    }
  }

  struct Payload {
    private(set) var choices = Choices()
    /// The member `text` of `plugins` and of `usage`.
    private(set) var plugins = Value.missing
    private(set) var usage = Value.missing

    init() {}

    /// Returns nil if the next value is null.
    init?(_ json: inout JSONReader) throws(JSONReader.Fault) {
      let kind = try json.enterObject()
      while kind == .object, let name = try json.nextMember() {
        switch name {
        case "choices": choices = try Choices(&json)
        case "plugins": plugins = try Self.text(&json)
        case "usage": usage = try Self.text(&json)
        default: try json.skip()
        }
      }
      if kind == .null { return nil }
    }

    /// The member `text` of an object.
    private static func text(_ json: inout JSONReader) throws(JSONReader.Fault) -> Value {
      var text = Value.missing
      let kind = try json.enterObject()
      while kind == .object, let name = try json.nextMember() {
        if case "text" = name { text = try json.value() } else { try json.skip() }
      }
      return text
    }
  }

  struct Choices {
    private(set) var status = Value.missing
    private(set) var seq = Value.missing
    private(set) var textKind = JSONReader.Kind.null
    /// Usually there is one item; others are read once it is clear that the frame counts.
    private(set) var item: AnswerItem?
    private(set) var otherItems: Value?

    init() {}

    init(_ json: inout JSONReader) throws(JSONReader.Fault) {
      let kind = try json.enterObject()
      while kind == .object, let name = try json.nextMember() {
        switch name {
        case "status": status = try json.value()
        case "seq": seq = try json.value()
        case "text":
          (item, otherItems) = (nil, nil)
          textKind = try json.enterArray()
          guard textKind == .array, try json.nextElement() else { continue }
          if try json.enterObject() == .object { item = try AnswerItem(&json) }
          otherItems = try json.restOfArray()
        default: try json.skip()
        }
      }
    }
  }
}

extension AnswerReader {
  /// Returns false if the frame belongs to the previous answer.
  mutating func take(_ frame: Frame) throws(SparkError) -> Bool {
    guard frame.isObject else { throw .violation("the service sent JSON that is not an object") }
    guard frame.header != nil || frame.payload != nil else {
      if !frame.error.isNull {
        throw ServiceFailure(frame.report, sid: sid?.string).error
      }
      try check(code: frame.failure.code, frame.failure)
      if frame.failure.isComplaint { throw ServiceFailure(frame.failure, sid: sid?.string).error }
      throw .violation("the service sent JSON with neither header nor payload")
    }
    let header = frame.header ?? Frame.Header()
    let payload = frame.payload ?? Frame.Payload()
    if let sid = header.sid.text {
      if isEarlier(sid: sid), Self.isLate(header, payload.choices) { return false }
      keep(sid: sid)
    }
    // After the end, only a code or usage still counts.
    if !isFinished {
      takePlugins(payload.plugins)
      try takeItems(of: payload.choices)
    }
    // Either status field may mark the end.
    let isLast = header.status.integer == 2 || payload.choices.status.integer == 2
    if isLast { endHalves() }
    takeUsage(payload.usage)
    try check(code: header.code, header.failure)
    if isLast, !isFinished { try finish() }
    return true
  }

  /// Whether a frame with the id of the previous answer belongs to that answer. Some gateways give
  /// all answers the same id: a new answer begins with 0, has only one frame, or is an error.
  private static func isLate(_ header: Frame.Header, _ choices: Frame.Choices) -> Bool {
    if let code = header.code.integer, code != 0 { return code == Int64(ServiceCode.policyWarning) }
    if header.status.integer == 0 || choices.seq.integer == 0 { return false }
    return header.status.integer != 2 || !choices.seq.isNull
  }

  private mutating func takeItems(of choices: Frame.Choices) throws(SparkError) {
    guard choices.textKind == .array || choices.textKind == .null else {
      throw .violation(
        "the text in the service's message is \(choices.textKind), not an array")
    }
    if let item = choices.item {
      try takeTexts(of: item)
      try takeCalls(of: item)
    }
    try choices.otherItems?.forEachElement { value throws(SparkError) in
      guard let item = value.object(AnswerItem.init) else { return }
      try takeTexts(of: item)
      try takeCalls(of: item)
    }
  }

  private mutating func takeCalls(of item: AnswerItem) throws(SparkError) {
    if !item.toolCall.isNull { try takeCall(item.toolCall) }
    // How X1.5 and later ask for tools here is not published (protocol 9.3): perhaps in pieces, as
    // over HTTP.
    if !item.toolCalls.isNull { _ = try takeTools(item.toolCalls) }
  }

  /// Takes a call, which comes complete in one frame (protocol 4.4).
  private mutating func takeCall(_ function: Value) throws(SparkError) {
    let function = FunctionPiece(function)
    if function.isBlank { return }
    guard let name = function.name.text, !name.isEmpty else { throw Self.namelessCall }
    appendCall(id: nil, name: name, arguments: arguments(function.arguments))
  }

  /// A plugin's content is a string of JSON: a list of pages (protocol 4.5). Any other content is
  /// skipped.
  private mutating func takePlugins(_ plugins: Value) {
    plugins.forEachElement { plugin in
      var content = Value.missing
      plugin.forEachMember { name, value in
        if case "content" = name { content = value }
      }
      if let pages = content.innerValue { takePages(pages) }
    }
  }
}

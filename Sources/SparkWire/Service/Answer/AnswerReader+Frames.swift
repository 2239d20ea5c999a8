/// What comes over WebSocket (protocol 4).
struct Frame {
  typealias Value = JSONReader.Value

  struct Header {
    var code = Value.missing
    var message = Value.missing
    var sid = Value.missing
    var status = Value.missing
  }

  struct Payload {
    var choices = Choices()
    /// Of `plugins` and `usage`, the member `text`.
    var plugins = Value.missing
    var usage = Value.missing
  }

  struct Choices {
    var status = Value.missing
    var seq = Value.missing
    var textKind = JSONReader.Kind.null
    /// There is one item, as a rule; others are read when it is clear that the frame counts.
    var item: AnswerItem?
    var otherItems: Value?
  }

  /// nil: missing.
  private(set) var header: Header?
  private(set) var payload: Payload?
  private(set) var isObject = false

  init(_ json: inout JSONReader) throws(JSONReader.Fault) {
    isObject = try json.enterObject() == .object
    while isObject, let name = try json.nextMember() {
      switch name {
      case "header": header = try Self.header(&json)
      case "payload": payload = try Self.payload(&json)
      default: try json.skip()
      }
    }
    try json.finish()
  }

  private static func header(_ json: inout JSONReader) throws(JSONReader.Fault) -> Header? {
    var header = Header()
    let kind = try json.enterObject()
    while kind == .object, let name = try json.nextMember() {
      switch name {
      case "code": header.code = try json.value()
      case "message": header.message = try json.value()
      case "sid": header.sid = try json.value()
      case "status": header.status = try json.value()
      default: try json.skip()
      }
    }
    return kind == .null ? nil : header
  }

  private static func payload(_ json: inout JSONReader) throws(JSONReader.Fault) -> Payload? {
    var payload = Payload()
    let kind = try json.enterObject()
    while kind == .object, let name = try json.nextMember() {
      switch name {
      case "choices": payload.choices = try choices(&json)
      case "plugins": payload.plugins = try text(&json)
      case "usage": payload.usage = try text(&json)
      default: try json.skip()
      }
    }
    return kind == .null ? nil : payload
  }

  private static func choices(_ json: inout JSONReader) throws(JSONReader.Fault) -> Choices {
    var choices = Choices()
    let kind = try json.enterObject()
    while kind == .object, let name = try json.nextMember() {
      switch name {
      case "status": choices.status = try json.value()
      case "seq": choices.seq = try json.value()
      case "text": try readItems(&json, &choices)
      default: try json.skip()
      }
    }
    return choices
  }

  private static func readItems(
    _ json: inout JSONReader, _ choices: inout Choices
  ) throws(JSONReader.Fault) {
    (choices.item, choices.otherItems) = (nil, nil)
    choices.textKind = try json.enterArray()
    guard choices.textKind == .array, try json.nextElement() else { return }
    if try json.enterObject() == .object { choices.item = try AnswerItem(&json) }
    choices.otherItems = try json.restOfArray()
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

extension AnswerReader {
  mutating func take(_ frame: Frame) throws(SparkError) {
    guard frame.isObject else { throw .violation("the service sent JSON that is no object") }
    guard frame.header != nil || frame.payload != nil else {
      throw .violation("the service sent JSON with neither header nor payload")
    }
    let header = frame.header ?? Frame.Header()
    let payload = frame.payload ?? Frame.Payload()
    if let sid = header.sid.text {
      // An answer begins with 0, also that of a gateway which gives all of them the same id.
      if isLate(sid: sid), header.status.integer != 0, payload.choices.seq.integer != 0 { return }
      keep(sid: sid)
    }
    takePlugins(payload.plugins)
    try takeItems(payload.choices)
    // Either status field may tell the end.
    let isLast = header.status.integer == 2 || payload.choices.status.integer == 2
    if isLast { endHalves() }
    takeUsage(payload.usage)
    try check(code: header.code, message: header.message)
    if isLast { isFinished = true }
  }

  private mutating func takeItems(_ choices: Frame.Choices) throws(SparkError) {
    guard choices.textKind == .array || choices.textKind == .null else {
      throw .violation(
        "the text in the service's message is \(choices.textKind), not an array")
    }
    if let item = choices.item { try take(item) }
    try choices.otherItems?.forEachElement { value throws(SparkError) in
      if let item = AnswerItem(value) { try take(item) }
    }
  }

  private mutating func take(_ item: AnswerItem) throws(SparkError) {
    try takeTexts(of: item)
    if !item.functionCall.isNull { try takeCall(item.functionCall, id: .missing) }
    // How X1.5 and later ask for functions here is not published (protocol 9.3).
    guard !item.toolCalls.isNull else { return }
    try item.toolCalls.forEachOrOnly { value throws(SparkError) in
      let call = ToolPiece(value)
      if !call.function.isNull { try takeCall(call.function, id: call.id) }
    }
  }

  /// Comes whole, in one frame (protocol 4.4).
  private mutating func takeCall(_ function: Value, id: Value) throws(SparkError) {
    let function = FunctionPiece(function)
    guard let name = function.name.text else {
      throw .violation("the service asks for a function without naming it")
    }
    appendCall(id: id.text, name: name, arguments: arguments(function.arguments))
  }

  /// A plugin's content is a JSON text within the JSON: a list of pages (protocol 4.5). Plugins
  /// that say something else are passed over.
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

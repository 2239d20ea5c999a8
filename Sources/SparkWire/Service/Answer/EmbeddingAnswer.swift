/// The message that holds a vector (protocol 3.8).
struct EmbeddingAnswer {
  typealias Value = JSONReader.Value

  private(set) var vector = Value.missing
  private(set) var isObject = false
  private var header: Frame.Header?
  private var top = ServiceFailure.Members()
  private var error = Value.missing

  init(_ json: inout JSONReader) throws(JSONReader.Fault) {
    isObject = try json.enterObject() == .object
    while isObject, let name = try json.nextMember() {
      switch name {
      case "header": header = try Frame.Header(&json)
      case "payload": vector = try Self.vector(&json)
      case "code": top.code = try json.value()
      case "message", "msg", "desc": top.message = try json.value()
      case "sid", "Sid": top.sid = try json.value()
      case "error": error = try json.value()
      default: try json.skip()
      }
    }
    try json.finish()
  }

  /// The code and message it reports: in its header, or where gateways put them.
  var report: ServiceFailure.Members {
    let inner = error.isNull ? header?.failure : ServiceFailure.Members(error)
    return inner?.or(top) ?? top
  }

  /// It reports a failure, with or without a code.
  var isFailure: Bool {
    let code = report.code
    return !error.isNull || !code.isNull && code.integer != 0
      || code.isNull && vector.isNull && !report.message.isNull
  }

  /// The member `feature.text` of an object.
  private static func vector(_ json: inout JSONReader) throws(JSONReader.Fault) -> Value {
    var text = Value.missing
    guard try json.enterObject() == .object else { return text }
    while let name = try json.nextMember() {
      guard case "feature" = name else {
        try json.skip()
        continue
      }
      let kind = try json.enterObject()
      while kind == .object, let name = try json.nextMember() {
        if case "text" = name { text = try json.value() } else { try json.skip() }
      }
    }
    return text
  }
}

extension AnswerReader {
  mutating func take(_ answer: EmbeddingAnswer) throws(SparkError) {
    guard answer.isObject else { throw .violation("the service sent JSON that is not an object") }
    let report = answer.report
    if let sid = report.sid.text { keep(sid: sid) }
    guard !answer.isFailure else { throw ServiceFailure(report, sid: sid?.string).error }
    guard let text = answer.vector.text else {
      throw .violation("the service's answer holds no vector")
    }
    vector = try EmbeddingVector(base64: text)
    isFinished = true
  }
}

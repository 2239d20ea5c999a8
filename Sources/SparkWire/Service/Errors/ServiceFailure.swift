/// What an error body says, in any of the shapes that the service and its gateways have
/// (protocol 6.4).
struct ServiceFailure {
  private(set) var code: Int32 = 0
  private(set) var message = ""
  private var type = ""
  var sid: String?

  init(code: JSONReader.Value, message: JSONReader.Value, type: JSONReader.Value = .missing) {
    self.message = message.string ?? ""
    self.type = type.string ?? ""
    self.code = Int32(clamping: code.integer ?? 0)
    readMessage()
  }

  /// The value of the member `error`.
  init(_ error: JSONReader.Value) {
    var (code, type) = (JSONReader.Value.missing, JSONReader.Value.missing)
    var message = error
    if error.kind == .object { message = .missing }
    error.forEachMember { name, value in
      switch name {
      case "code": code = value
      case "message": message = value
      case "type": type = value
      default: break
      }
    }
    self.init(code: code, message: message, type: type)
  }

  /// A whole body: `{"error": ...}`, `{"code": ..., "message": ...}`, or `{"message": ...}`. nil: it
  /// is none of these.
  ///
  /// - Parameter body: is changed.
  init?(body: UnsafeMutableRawBufferPointer) {
    var json = JSONReader(body)
    guard let root = try? Completion(&json) else { return nil }
    if !root.error.isNull {
      self.init(root.error)
      guard !message.isEmpty || root.error.kind == .string else { return nil }
    } else {
      guard !root.message.isNull else { return nil }
      self.init(code: root.code, message: root.message, type: root.type)
    }
    if let given = root.sid.string { sid = given }
  }

  /// The failure, where only its body is known.
  var error: SparkError {
    guard code == 0 else { return ServiceCode.error(code, message: message, sid: sid) }
    let text = message.isEmpty ? "no message" : excerpt(message, limit: 500)
    let isOurs = type == "invalid_request_error"
    var error = SparkError(
      isOurs ? .invalidRequest : .service, "the service reports an error: \(text)",
      hint: isOurs ? "correct what the message names" : "see the service's table of error codes")
    error.sid = sid
    return error
  }

  /// Gateways pass the service's words on within their own.
  private mutating func readMessage() {
    for mark in ["(sid: ", "Sid: ", "(request id: "] where sid == nil {
      sid = message.word(after: mark).flatMap { $0.isEmpty ? nil : $0 }
    }
    if code == 0, let digits = message.word(after: "code: ") { code = Int32(digits) ?? 0 }
  }
}

extension String {
  /// The letters, digits and marks of an id behind `mark`; nil where that does not occur.
  fileprivate func word(after mark: String) -> String? {
    let pattern = Array(mark.utf8)
    var rest = Array(utf8)[...]
    while rest.count >= pattern.count, !rest.starts(with: pattern) { rest = rest.dropFirst() }
    guard rest.count >= pattern.count else { return nil }
    let word = rest.dropFirst(pattern.count).prefix { byte in
      byte.isDigit || (97...122).contains(byte.asciiLowercased) || byte == UInt8(ascii: "@")
        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }
    return String(decoding: word, as: UTF8.self)
  }
}

internal import CJansson

/// What an error body says, in any of the shapes that the service and its gateways have
/// (protocol 6.4).
struct ServiceFailure {
  private(set) var code: Int32 = 0
  private(set) var message = ""
  private var type = ""
  var sid: String?

  /// The value of the member `error`, or what has the same members.
  init(_ error: JSONValue) {
    message = error.string ?? error["message"]?.string ?? ""
    type = error["type"]?.string ?? ""
    code = Int32(clamping: error["code"]?.integer ?? 0)
    readMessage()
  }

  /// A whole body: `{"error": ...}`, `{"code": ..., "message": ...}`, or `{"message": ...}`. nil: it
  /// is none of these.
  init?(body: UnsafeRawBufferPointer) {
    guard let document = try? JSONParser.parse(body) else { return nil }
    defer { json_decref(document) }
    let root = JSONValue(raw: document)
    let error = root["error"] ?? root
    guard error.kind == .string || error["message"] != nil else { return nil }
    self.init(error)
    if let given = root["sid"]?.string { sid = given }
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

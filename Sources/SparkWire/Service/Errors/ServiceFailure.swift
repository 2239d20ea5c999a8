/// A failure that the service or a gateway before it reports, in any shape: bodies, events and
/// frames have the same members under different names and in different places (protocol 6.4, 10.4).
///
/// A class, because `AnswerReader` may hold one and moves with every message.
final class ServiceFailure {
  /// 0: none, or not a number.
  let code: Int32
  let message: String
  let sid: String?
  /// A code that is not a number, such as `model_not_found`.
  private let codeName: String
  private let type: String
  private let words: ErrorWords

  /// - Parameter sid: The answer's, used if the failure has none.
  init(_ members: Members, sid: String? = nil) {
    message = members.message.string ?? ""
    type = members.type.string ?? ""
    let number = members.code.integer
    codeName =
      number == nil && !members.code.isNull
      ? String(decoding: members.code.bytes, as: UTF8.self) : ""
    words = ErrorWords(codeName.isEmpty ? message : "\(codeName) \(message)")
    // A gateway's own code is often HTTP's status, and the service's code in its words.
    let isGateways = number.map { (100..<600).contains($0) } ?? true
    code = (isGateways ? words.code : nil) ?? number.map { Int32(clamping: $0) } ?? 0
    self.sid = members.sid.filled ?? words.sid ?? members.id.filled ?? sid
  }

  /// Reads a whole body: JSON, or the first event of a stream. Returns nil if it reports nothing.
  ///
  /// - Parameter body: Changed in place.
  convenience init?(body: UnsafeMutableRawBufferPointer) {
    var json = JSONReader(Self.firstEvent(body) ?? body)
    guard let root = try? Frame(&json) else { return nil }
    self.init(root.report)
    guard !message.isEmpty || code != 0 || verdictByType != nil else { return nil }
  }

  /// Returns the data of the first event if the body is a stream of events.
  private static func firstEvent(
    _ body: UnsafeMutableRawBufferPointer
  ) -> UnsafeMutableRawBufferPointer? {
    for line in body.split(whereSeparator: { $0 == 10 || $0 == 13 }) {
      if line.starts(with: "data:".utf8) { return .init(rebasing: line.dropFirst(5)) }
      // Other fields of an event begin with a letter; JSON does not.
      guard let first = line.first, (97...122).contains(first) else { return nil }
    }
    return nil
  }

  var error: SparkError { error(otherwise: Verdict(type: type) ?? .unknown) }

  /// - Parameter otherwise: The verdict if neither code nor words lead to one.
  func error(otherwise: Verdict) -> SparkError {
    let verdict = verdict ?? otherwise
    let text = message.isEmpty ? "the service gave no message" : excerpt(message, limit: 500)
    let name = code != 0 ? "code \(code)" : codeName.isEmpty ? "" : "code \(excerpt(codeName))"
    var error = SparkError(
      verdict.status,
      name.isEmpty ? "the service reports an error: \(text)" : "service \(name): \(text)",
      hint: verdict.hint, retryable: verdict.retryable)
    error.serviceCode = code
    error.sid = sid
    return error
  }

  /// Whether the words name no kind of failure, and only quote this status.
  func onlyQuotes(status: Int) -> Bool { words.onlyQuotes(status: status) }

  /// By the code or, if that means a failure of an engine or is unknown, by the words.
  var verdict: Verdict? {
    if !ServiceCode.wrapsOthers(code), let known = ServiceCode.verdict(code, message: message) {
      return known
    }
    return words.verdict ?? words.codeOfName.flatMap { ServiceCode.verdict($0, message: message) }
      ?? Verdict(gatewayCode: code) ?? ServiceCode.verdict(code, message: message)
  }

  /// The verdict by the error's type.
  var verdictByType: Verdict? { Verdict(type: type) }
}

extension ServiceFailure {
  /// The members of an object that reports an error.
  struct Members {
    var code = JSONReader.Value.missing
    var message = JSONReader.Value.missing
    var type = JSONReader.Value.missing
    var sid = JSONReader.Value.missing
    /// Used as the sid if there is no other.
    var id = JSONReader.Value.missing

    init() {}

    /// The value of a member `error`: an object, or a text.
    init(_ error: JSONReader.Value) {
      guard error.kind == .object else {
        message = error
        return
      }
      error.forEachMember { name, value in
        switch name {
        case "code": code = value
        case "message", "msg", "desc": message = value
        case "type": type = value
        case "sid", "Sid": sid = value
        default: break
        }
      }
    }

    /// Returns these members, and those of `other` if these are missing or say nothing.
    func or(_ other: Members) -> Members {
      var all = self
      if code.isNull { all.code = other.code }
      if message.isBlank { all.message = other.message }
      if type.isBlank { all.type = other.type }
      if sid.isBlank { all.sid = other.sid }
      if id.isBlank { all.id = other.id }
      return all
    }

    /// A message without a code, as gateways refuse requests.
    var isComplaint: Bool { code.isNull && !message.isBlank }

    /// Some gateways send an empty error with every answer.
    var reportsFailure: Bool { [code, message, type].contains { !$0.isBlank } }
  }
}

extension JSONReader.Value {
  /// A text that is not empty.
  fileprivate var filled: String? { string.flatMap { $0.isEmpty ? nil : $0 } }

  /// Null, false, 0 (which may be a text), or an empty text or list.
  var isBlank: Bool {
    switch kind {
    case .null: true
    case .boolean: bytes.first == UInt8(ascii: "f")
    case .number, .string: count == 0 || integer == 0
    case .array: bytes.dropFirst().first == UInt8(ascii: "]")
    case .object: false
    }
  }
}

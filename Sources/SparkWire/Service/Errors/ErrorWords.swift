/// Interprets the text of an error. Gateways pass on the service's errors within their own text,
/// and the service those of its engine (protocol 10.3, 10.4).
struct ErrorWords {
  /// An explanation needs no more bytes; a server that sends millions must not keep the host busy.
  static let mostBytes = 16_384
  private let bytes: [UInt8]

  init(_ text: String) {
    bytes = Array(text.utf8.prefix(Self.mostBytes))
  }

  /// The service's id. A `request id` is a gateway's, and does not count.
  var sid: String? {
    for value in values(of: "sid") {
      let word = value.prefix(while: Self.isPartOfID)
      if !word.isEmpty { return String(decoding: word, as: UTF8.self) }
    }
    return nil
  }

  /// The service's code, which has five digits.
  var code: Int32? {
    for value in values(of: "code") + values(of: "错误码") {
      let digits = value.prefix { $0.isDigit }
      if digits.count == 5 { return Int32(String(decoding: digits, as: UTF8.self)) }
    }
    return nil
  }

  /// Returns what follows the name, as in `sid: x`, `sid=x`, `"sid":"x"` and `'sid': 'x'`.
  private func values(of name: String) -> [ArraySlice<UInt8>] {
    ends(of: name, isOneWord: true).compactMap { end in
      let gap = bytes[end...].prefix { Self.gaps.contains($0) }
      return gap.contains(where: Self.signs.contains) ? bytes[gap.endIndex...] : nil
    }
  }

  private static let signs = Array(":=：".utf8)
  private static let gaps = signs + Array(#" "'"#.utf8)

  /// The first kind of failure that the text names, except for the service's own error names.
  var verdict: Verdict? {
    if let kind { return kind }
    if let verdict = innerStatus.flatMap({ Verdict(innerStatus: $0) }) { return verdict }
    return Self.complaints.contains { !ends(of: $0).isEmpty } ? .invalidRequest : nil
  }

  private var kind: Verdict? { Self.kinds.first { !ends(of: $0.words).isEmpty }?.verdict }

  func onlyQuotes(status: Int) -> Bool { kind == nil && innerStatus == status }

  /// The code that belongs to the error name in the text, such as `RequestParamsError`.
  var codeOfName: Int32? {
    Self.names.first { !ends(of: $0.part).isEmpty }?.code
  }

  /// As in `status code: 400`, `status: 400 Bad Request` and `<400>`.
  private var innerStatus: Int? {
    for mark in ["status code", "statuscode", "status:", "<"] {
      for end in ends(of: mark) {
        let rest = bytes[end...].drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ":") }
        let digits = rest.prefix { $0.isDigit }
        guard digits.count == 3 else { continue }
        if mark == "<", rest.dropFirst(3).first != UInt8(ascii: ">") { continue }
        return Int(String(decoding: digits, as: UTF8.self))
      }
    }
    return nil
  }

  /// Words to look for, in upper or lower case. A used-up quota often comes with a rate limit's
  /// status, so it is looked for first.
  private static let kinds: [(words: String, verdict: Verdict)] = [
    ("context_window_exceeded", .contextLength), ("context_length_exceeded", .contextLength),
    ("context length", .contextLength), ("context too long", .contextLength),
    ("context window", .contextLength), ("context size", .contextLength),
    ("input token limit", .contextLength), ("model token limit", .contextLength),
    ("range of input length", .contextLength), ("maximum allowed length", .contextLength),
    ("maximum prompt length", .contextLength), ("exceeds max length", .contextLength),
    ("contextwindowexceeded", .contextLength), ("prompt is too long", .contextLength),
    ("input is too long", .contextLength),
    ("input too long", .contextLength), ("exceeds the model's max", .contextLength),
    ("上下文长度", .contextLength), ("上下文超长", .contextLength), ("上下文过长", .contextLength),
    ("data_inspection_failed", .moderation), ("datainspectionfailed", .moderation),
    ("inappropriate content", .moderation), ("new_sensitive", .moderation),
    ("considered high risk", .moderation), ("content_filter", .moderation),
    ("content_policy", .moderation), ("敏感内容", .moderation), ("敏感信息", .moderation),
    ("insufficient_quota", .usedUp), ("insufficient_user_quota", .usedUp),
    ("quota is not enough", .usedUp), ("exceeded your current quota", .usedUp),
    ("insufficient balance", .usedUp), ("insufficient_balance", .usedUp),
    ("arrearage", .usedUp), ("billing cycle", .usedUp), ("budget has been exceeded", .usedUp),
    ("余额不足", .usedUp), ("额度不足", .usedUp),
    ("额度已用尽", .usedUp), ("欠费", .usedUp),
    ("has not activated", .notAllowed), ("invalid_api_key", .wrongKey),
    ("hmac signature", .wrongSignature),
    ("too many requests", .rateLimited), ("rate limit", .rateLimited),
    ("rate_limit_exceeded", .rateLimited),
    ("engine busy", .overloaded), ("system is busy", .overloaded), ("overloaded", .overloaded),
  ]

  /// The words of engines that refuse a request without giving a status.
  private static let complaints = [
    "bad request", "invalid parameter", "invalidparameter", "invalid_parameter", "invalid type",
    "validation error", "type must be", "must be a", "must be one of", "must be between",
    "must be less", "must be larger", "must be greater", "must have", "not supported",
    "unsupported", "only support", "model_not_found", "model not found", "参数",
  ]

  /// The service's error names all end with `Error`; a part of each identifies it.
  private static let names: [(part: String, code: Int32)] = [
    ("noautherror", 11200), ("overflowerror", 11202), ("notenoughcverror", 11210),
    ("paramserror", 10004), ("paramerror", 10004), ("clientmsgerror", 10003), ("auditerror", 10013),
    ("serviceisbusyerror", 10110), ("fromengineerror", 10010),
    ("engineinternalerror", 10012),
  ]

  /// Returns where each occurrence of the words ends.
  ///
  /// - Parameter isOneWord: Whether to skip the end of a longer word, and words after `status`.
  private func ends(of words: String, isOneWord: Bool = false) -> [Int] {
    let pattern = Array(words.utf8)
    guard bytes.count >= pattern.count else { return [] }
    return (0...(bytes.count - pattern.count)).filter { start in
      zip(bytes[start...], pattern).allSatisfy { $0.asciiLowercased == $1 }
        && !(isOneWord && isContinued(before: start))
    }.map { $0 + pattern.count }
  }

  private func isContinued(before start: Int) -> Bool {
    guard let last = bytes[..<start].last else { return false }
    let isLetter = (97...122).contains(last.asciiLowercased) || last == UInt8(ascii: "_")
    return isLetter
      || bytes[..<start].suffix(7).elementsEqual("status ".utf8) { $0.asciiLowercased == $1 }
  }

  private static func isPartOfID(_ byte: UInt8) -> Bool {
    byte.isDigit || (97...122).contains(byte.asciiLowercased) || byte == UInt8(ascii: "@")
      || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
  }
}

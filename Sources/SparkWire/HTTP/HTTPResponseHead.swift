/// The status line and the fields of an HTTP/1 response.
package struct HTTPResponseHead: Sendable {
  package var status: Int
  package var reason: String
  /// In the order of the wire, names as the server wrote them.
  package var headers: [(name: String, value: String)]
  /// HTTP/1.0
  package var isHTTP10 = false

  package init(status: Int, reason: String, headers: [(name: String, value: String)]) {
    self.status = status
    self.reason = reason
    self.headers = headers
  }

  /// Whether another request may follow on the connection (RFC 9112, 9.3).
  package var keepsConnection: Bool {
    // After 101, another protocol follows.
    guard status != 101 else { return false }
    guard isHTTP10 else { return !hasToken("close", in: "Connection") }
    // HTTP/1.0 has no codings: the end of such a body is a guess (RFC 9112, 6.1).
    return hasToken("keep-alive", in: "Connection") && first("Transfer-Encoding") == nil
  }

  /// The values of every field of that name, in order.
  package func values(_ name: String) -> [String] {
    headers.filter { $0.name.equalsIgnoringCase(name) }.map { $0.value }
  }

  package func first(_ name: String) -> String? {
    headers.first { $0.name.equalsIgnoringCase(name) }?.value
  }

  /// The members of a field that is a list: comma-separated, and possibly on several lines.
  package func listMembers(_ name: String) -> [Substring] {
    values(name).flatMap { value in
      value.utf8.split(separator: UInt8(ascii: ",")).map { Substring($0.trimmingBlanks()) }
    }.filter { !$0.isEmpty }
  }

  package func hasToken(_ token: String, in name: String) -> Bool {
    listMembers(name).contains { $0.equalsIgnoringCase(token) }
  }
}

extension StringProtocol {
  /// Compares as HTTP does: the case of ASCII letters does not matter, any other byte does.
  func equalsIgnoringCase(_ other: String) -> Bool {
    utf8.elementsEqual(other.utf8) { $0.asciiLowercased == $1.asciiLowercased }
  }
}

extension UInt8 {
  var asciiLowercased: UInt8 {
    self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self
  }

  var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

  var hexValue: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// A character of a field's name (RFC 9110, 5.6.2).
  var isToken: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"),
      UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
      UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"),
      UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
      true
    default: false
    }
  }

  /// A space or a tab.
  var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }

  /// A control character other than tab, which no line of HTTP may contain.
  var isControl: Bool { self < 0x20 && self != UInt8(ascii: "\t") || self == 0x7F }
}

extension BidirectionalCollection<UInt8> where SubSequence == Self {
  /// Without the spaces and tabs at both ends.
  func trimmingBlanks() -> Self {
    var trimmed = drop { $0.isBlank }
    while trimmed.last?.isBlank == true { trimmed = trimmed.dropLast() }
    return trimmed
  }
}

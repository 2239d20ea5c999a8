internal import Glibc

/// The rules for the name or the IPv4 address in a URL.
enum HostName {
  private static let maxLength = 253
  private static let maxLabelLength = 63

  /// Checks `text` and returns it in lower case. The caller has checked it for spaces and control
  /// characters.
  ///
  /// A dot at the end tells DNS that the name is complete. It is kept only if DNS is asked: not
  /// after an address or a name of this machine (RFC 6761, 6.3).
  static func normalised(_ text: Substring) throws(SparkError) -> String {
    guard text.utf8.last == UInt8(ascii: "."), text.utf8.count > 1 else {
      return try relative(text)
    }
    let name = try relative(Substring(text.utf8.dropLast()))
    let isLocal = name == "localhost" || name.hasSuffix(".localhost")
    return isLocal || ServiceURL.isAddress(name, AF_INET) ? name : name + "."
  }

  private static func relative(_ text: Substring) throws(SparkError) -> String {
    guard !text.isEmpty else { throw error("the URL has no host") }
    guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
      throw error(
        "the host '\(excerpt(text))' in the URL is not ASCII",
        hint: "write the host in punycode: xn--...")
    }
    if let byte = text.utf8.first(where: { !isNameByte($0) && $0 != UInt8(ascii: ".") }) {
      throw error("the host in the URL contains the character '\(Unicode.Scalar(byte))'")
    }
    let name = text.lowercased()
    guard name.utf8.count <= maxLength else {
      throw error("the host in the URL is longer than \(maxLength) characters")
    }
    let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    for label in labels where label.isEmpty || label.count > maxLabelLength {
      throw error(
        "the host '\(excerpt(name))' in the URL has a part that is "
          + (label.isEmpty ? "empty" : "longer than \(maxLabelLength) characters"))
    }
    // `getaddrinfo` reads "127.1" and "0x7f000001" as addresses; they are probably mistakes.
    if let last = labels.last, isNumber(last), !ServiceURL.isAddress(name, AF_INET) {
      throw error("the host '\(excerpt(name))' in the URL is neither a name nor an IPv4 address")
    }
    return name
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private static func isNumber(_ label: Substring.UTF8View) -> Bool {
    label.allSatisfy(\.isDigit)
      || label.starts(with: "0x".utf8) && label.dropFirst(2).allSatisfy { $0.hexValue != nil }
  }

  private static func error(
    _ message: String, hint: String = "a Spark URL looks like wss://spark-api.xf-yun.com/v4.0/chat"
  ) -> SparkError {
    SparkError(.config, message, hint: hint)
  }
}

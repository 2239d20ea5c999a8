/// Parses `user:password` in a proxy's URL.
enum ProxyLogin {
  /// The limit of SOCKS (RFC 1929).
  private static let maxLength = 255

  /// Returns nil if both are empty.
  static func parse(
    _ text: ProxyURL.Bytes, kind: Proxy.Kind
  ) throws(SparkError) -> Proxy.Login? {
    let first = text.prefix { $0 != UInt8(ascii: ":") }
    let user = try decoded(first, "user name")
    let password = try decoded(text.dropFirst(first.count + 1), "password")
    if user.count == 0 && password.count == 0 { return nil }
    if kind == .http {
      // The first colon ends the user name in a Basic login.
      guard !user.withBytes({ $0.contains(UInt8(ascii: ":")) }) else {
        throw ProxyURL.error(
          "the user name in the proxy's URL contains a colon, which an HTTP proxy does not allow")
      }
    } else {
      guard user.count > 0 else {
        throw ProxyURL.error("the proxy's URL has a password but no user name")
      }
    }
    return Proxy.Login(user: user, password: password)
  }

  private static func decoded(
    _ text: ProxyURL.Bytes, _ what: String
  ) throws(SparkError) -> Secret {
    var buffer = ByteBuffer(wiping: true)
    var rest = text
    while let byte = rest.popFirst() {
      var decoded = byte
      if byte == UInt8(ascii: "%") {
        guard let high = rest.popFirst()?.hexValue, let low = rest.popFirst()?.hexValue else {
          throw ProxyURL.error(
            "a '%' in the \(what) in the proxy's URL is not followed by two hexadecimal digits",
            hint: "write a '%' that belongs to the \(what) as %25")
        }
        decoded = high << 4 | low
      }
      guard decoded >= 0x20, decoded != 0x7F else {
        throw ProxyURL.error("the \(what) in the proxy's URL contains a control character")
      }
      buffer.append(decoded)
    }
    guard buffer.count <= maxLength else {
      throw ProxyURL.error("the \(what) in the proxy's URL is longer than \(maxLength) bytes")
    }
    guard !buffer.hasFailed else { throw SparkError(.noMemory, "out of memory") }
    return Secret(copying: buffer.readable)
  }
}

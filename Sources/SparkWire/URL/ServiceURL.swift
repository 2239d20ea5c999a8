internal import Glibc

/// The normalised URL of a service: two spellings of one URL are equal, and the same text is
/// signed, sent and shown.
package struct ServiceURL: Sendable, Hashable, CustomStringConvertible {
  /// From the scheme.
  package var transport: Transport
  package var isSecure: Bool
  /// In lower case; an IPv6 address without its brackets, a name without a dot at its end.
  package private(set) var host: String
  /// The host as it is looked up in DNS: it may end with a dot, which neither TLS nor the server
  /// should see.
  package private(set) var lookupName: String
  package var port: UInt16
  /// Starts with `/`.
  package var path: String
  /// Without the `?`.
  package var query: String?

  private static let maxLength = 2_048

  package init(_ text: String) throws(SparkError) {
    guard text.utf8.count <= Self.maxLength else {
      throw Self.error("the URL is longer than \(Self.maxLength) bytes")
    }
    try Self.checkCharacters(text)
    let (scheme, rest) = try Self.splitScheme(text)
    (transport, isSecure) = try Self.meaning(ofScheme: scheme)
    let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
    (lookupName, port) = try Self.hostAndPort(authority, defaultPort: isSecure ? 443 : 80)
    host = lookupName.hasSuffix(".") ? String(lookupName.dropLast()) : lookupName
    let target = rest.dropFirst(authority.count)
    let path = target.prefix { $0 != UInt8(ascii: "?") }
    self.path = path.isEmpty ? "/" : try Self.escaped(path, in: "path")
    // The rest starts with the '?'.
    let query = target.dropFirst(path.count)
    self.query = query.isEmpty ? nil : try Self.escaped(query.dropFirst(), in: "query")
    guard description.utf8.count <= Self.maxLength else {
      throw Self.error("the URL is longer than \(Self.maxLength) bytes once it is percent-encoded")
    }
  }

  /// Host and port for the Host header and the signature: without the scheme's default port.
  package var authority: String { authority(host) }

  package var description: String { origin + target }

  /// For messages: without the query, which may hold a signature.
  package var display: String { origin + path }

  private var origin: String {
    "\(transport.scheme(isSecure: isSecure))://\(authority(lookupName))"
  }

  private func authority(_ name: String) -> String {
    let host = name.contains(":") ? "[\(name)]" : name
    return port == (isSecure ? 443 : 80) ? host : "\(host):\(port)"
  }

  /// Returns the same path, query and transport at another server, with that server's encryption.
  func moved(to server: ServiceURL) -> ServiceURL {
    var there = server
    (there.transport, there.path, there.query) = (transport, path, query)
    return there
  }

  /// Path and query.
  package var target: String { path + (query.map { "?" + $0 } ?? "") }

  /// True for an IP address: there is no name to look up, and none for TLS to request.
  package var isLiteralAddress: Bool {
    Self.isAddress(host, AF_INET) || Self.isAddress(host, AF_INET6)
  }
}

// No message quotes the whole text: people put passwords and signatures into URLs.
extension ServiceURL {
  private static func error(
    _ message: String, hint: String = "a Spark URL looks like wss://spark-api.xf-yun.com/v4.0/chat"
  ) -> SparkError {
    SparkError(.config, message, hint: hint)
  }

  private static func checkCharacters(_ text: String) throws(SparkError) {
    for (offset, byte) in text.utf8.enumerated() {
      if byte == UInt8(ascii: " ") {
        throw error("the URL has a space at offset \(offset)")
      }
      if byte < 0x20 || byte == 0x7F {
        throw error("the URL has the control character \(byte) at offset \(offset)")
      }
      if byte == UInt8(ascii: "#") {
        throw error(
          "the URL has a fragment, at offset \(offset)",
          hint: "leave out '#' and what follows; write a '#' that belongs to the address as %23")
      }
    }
  }

  private static func splitScheme(
    _ text: String
  ) throws(SparkError) -> (scheme: String, rest: Substring.UTF8View) {
    guard !text.isEmpty else { throw error("the URL is empty") }
    let scheme = text[...].utf8.prefix { $0 != UInt8(ascii: ":") }
    let rest = text[...].utf8.dropFirst(scheme.count)
    guard rest.starts(with: "://".utf8), !scheme.isEmpty, scheme.allSatisfy(isSchemeByte) else {
      throw error(
        "the URL has no scheme",
        hint: "put wss:// in front: wss://spark-api.xf-yun.com/v4.0/chat")
    }
    return (Substring(scheme).lowercased(), rest.dropFirst(3))
  }

  private static func meaning(
    ofScheme scheme: String
  ) throws(SparkError) -> (Transport, isSecure: Bool) {
    switch scheme {
    case "wss": return (.webSocket, true)
    case "ws": return (.webSocket, false)
    case "https": return (.http, true)
    case "http": return (.http, false)
    default:
      throw error(
        "the URL has the scheme '\(excerpt(scheme, limit: 32))', not wss, ws, https or http",
        hint: "a Spark URL starts with wss:// or https://, for example"
          + " wss://spark-api.xf-yun.com/v4.0/chat")
    }
  }

  private static func hostAndPort(
    _ authority: Substring.UTF8View, defaultPort: UInt16
  ) throws(SparkError) -> (String, UInt16) {
    guard !authority.contains(UInt8(ascii: "@")) else {
      throw error(
        "the URL has user information in front of its host",
        hint: "leave out '@' and what comes before it; credentials are set separately")
    }
    if authority.first == UInt8(ascii: "[") {
      let address = authority.prefix { $0 != UInt8(ascii: "]") }
      let rest = authority.dropFirst(address.count)
      guard !rest.isEmpty else { throw error("the IPv6 address in the URL lacks its ']'") }
      let host = try addressInBrackets(Substring(address.dropFirst()))
      return (host, try port(rest.dropFirst(), default: defaultPort))
    }
    let whole = Substring(authority)
    guard !isAddress(String(whole), AF_INET6) else {
      throw error("the IPv6 address \(whole) in the URL needs brackets: [\(whole)]")
    }
    let name = authority.prefix { $0 != UInt8(ascii: ":") }
    let host = try HostName.normalised(Substring(name))
    return (host, try port(authority.dropFirst(name.count), default: defaultPort))
  }

  private static func addressInBrackets(_ text: Substring) throws(SparkError) -> String {
    guard !text.utf8.contains(UInt8(ascii: "%")) else {
      throw error(
        "the IPv6 address in the URL has a zone",
        hint: "leave out '%' and what follows; an address with a zone is not reachable by URL")
    }
    let address = text.lowercased()
    guard isAddress(address, AF_INET6) else {
      throw error("the host in brackets in the URL is not an IPv6 address")
    }
    return address
  }

  /// `text` is empty or what follows the host.
  private static func port(
    _ text: Substring.UTF8View, default port: UInt16
  ) throws(SparkError) -> UInt16 {
    guard !text.isEmpty else { return port }
    let digits = text.dropFirst()
    let isNumber = !digits.isEmpty && digits.count <= 5 && digits.allSatisfy(\.isDigit)
    guard text.first == UInt8(ascii: ":"), isNumber, let port = UInt16(Substring(digits)), port > 0
    else {
      // Anything but a short number may be a password whose '@' was forgotten.
      let quoted = isNumber ? " '\(Substring(digits))'" : ""
      throw error(
        "the port\(quoted) in the URL is not a number from 1 to 65535",
        hint: "leave out ':' and the port to use the default one")
    }
    return port
  }

  /// Percent-encodes what a URL cannot contain, and checks what is already encoded.
  private static func escaped(
    _ text: Substring.UTF8View, in part: String
  ) throws(SparkError) -> String {
    var result = ""
    var rest = text
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%") {
        guard rest.prefix(2).count == 2, rest.prefix(2).allSatisfy({ $0.hexValue != nil }) else {
          throw error(
            "a '%' in the \(part) of the URL is not followed by two hexadecimal digits",
            hint: "write a '%' that belongs to the address as %25")
        }
      }
      if byte == UInt8(ascii: "%") || isTargetByte(byte) {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        // Always two digits: control characters have been refused.
        result += "%" + String(byte, radix: 16, uppercase: true)
      }
    }
    return result
  }

  private static func isSchemeByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }

  /// What RFC 3986 allows in a path or a query.
  private static func isTargetByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      // from '&' to ';' are & ' ( ) * + , - . / 0-9 : ;
      UInt8(ascii: "&")...UInt8(ascii: ";"), UInt8(ascii: "!"), UInt8(ascii: "$"),
      UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "@"), UInt8(ascii: "_"),
      UInt8(ascii: "~"):
      true
    default: false
    }
  }

  static func isAddress(_ host: String, _ family: Int32) -> Bool {
    var address = in6_addr()  // the larger of the two
    return inet_pton(family, host, &address) == 1
  }
}

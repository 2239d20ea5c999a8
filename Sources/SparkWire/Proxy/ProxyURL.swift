/// The parts of a proxy's URL.
///
/// Messages quote nothing but the scheme: an odd character may have put the password in the wrong
/// place. For the same reason the URL is read as bytes: a String could not be wiped.
struct ProxyURL {
  typealias Bytes = Slice<UnsafeRawBufferPointer>

  let kind: Proxy.Kind
  let host: String
  let port: UInt16
  let login: Proxy.Login?

  private static let maxLength = 2_048

  init(_ url: UnsafeRawBufferPointer) throws(SparkError) {
    guard url.count <= Self.maxLength else {
      throw Self.error("the proxy's URL is longer than \(Self.maxLength) bytes")
    }
    guard url.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw Self.error(
        "the proxy's URL contains a space, a control character or a non-ASCII character",
        hint: "percent-encode such a character in a user name or password: a space is %20")
    }
    let (kind, rest) = try Self.splitScheme(url[...])
    let authority = try Self.authority(rest)
    // The last '@' ends the login: an earlier one belongs to a password that was not encoded.
    if let at = authority.lastIndex(of: UInt8(ascii: "@")) {
      login = try ProxyLogin.parse(authority[..<at], kind: kind)
      (host, port) = try Self.hostAndPort(authority[at...].dropFirst(), kind: kind)
    } else {
      login = nil
      (host, port) = try Self.hostAndPort(authority, kind: kind)
    }
    self.kind = kind
  }

  static func error(
    _ message: String,
    hint: String = "a proxy's URL looks like http://proxy.example:8080 or"
      + " socks5://user:password@proxy.example:1080"
  ) -> SparkError {
    SparkError(.invalidArgument, message, hint: hint)
  }

  private static func splitScheme(
    _ whole: Bytes
  ) throws(SparkError) -> (kind: Proxy.Kind, rest: Bytes) {
    let scheme = whole.prefix { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "@") }
    let rest = whole.dropFirst(scheme.count)
    guard rest.starts(with: "://".utf8) else { return (.http, whole) }
    return (try kind(string(scheme).lowercased()), rest.dropFirst(3))
  }

  private static func string(_ bytes: Bytes) -> String {
    String(decoding: bytes, as: UTF8.self)
  }

  private static func kind(_ scheme: String) throws(SparkError) -> Proxy.Kind {
    switch scheme {
    case "http": return .http
    // Desktops write "socks" into the environment and mean version 5.
    case "socks", "socks5", "socks5h": return .socks5
    case "https":
      throw error(
        "TLS to a proxy (https://) is not supported",
        hint: "use the proxy's http:// port; traffic to a wss:// URL is encrypted"
          + " nevertheless")
    case "socks4", "socks4a":
      throw error(
        "the proxy's URL has the scheme '\(scheme)'; of SOCKS only version 5 is supported",
        hint: "if the proxy speaks SOCKS 5, write socks5://")
    default:
      throw error("the proxy's URL has the unknown scheme '\(excerpt(scheme, limit: 32))'")
    }
  }

  /// Returns what comes before the path, which must be empty or `/`.
  private static func authority(_ text: Bytes) throws(SparkError) -> Bytes {
    let authority = text.prefix {
      $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#")
    }
    let rest = text.dropFirst(authority.count)
    guard rest.isEmpty || rest.elementsEqual("/".utf8) else {
      throw error(
        "the proxy's URL continues after host and port",
        hint: "leave out the path; in a user name or password, write '/' as %2F, '?' as %3F and"
          + " '#' as %23")
    }
    return authority
  }

  private static func hostAndPort(
    _ text: Bytes, kind: Proxy.Kind
  ) throws(SparkError) -> (String, UInt16) {
    guard !text.isEmpty else { throw error("the proxy's URL has no host") }
    if text.first == UInt8(ascii: "[") {
      let address = text.dropFirst().prefix { $0 != UInt8(ascii: "]") }
      let rest = text.dropFirst(address.count + 1)
      let host = string(address).lowercased()
      guard !rest.isEmpty, LiteralAddress(host)?.isIPv6 == true else {
        throw error("the host in brackets in the proxy's URL is not an IPv6 address")
      }
      return (host, try port(rest.dropFirst(), kind: kind))
    }
    guard LiteralAddress(string(text)) == nil || !text.contains(UInt8(ascii: ":")) else {
      throw error("the IPv6 address in the proxy's URL needs brackets: [::1]")
    }
    let name = text.prefix { $0 != UInt8(ascii: ":") }
    let host: String
    do throws(SparkError) {
      host = try HostName.normalised(string(name)[...])
    } catch {
      throw Self.error("the host in the proxy's URL is neither a name nor an address")
    }
    return (host, try port(text.dropFirst(name.count), kind: kind))
  }

  /// `text` is empty or what follows the host.
  private static func port(
    _ text: Bytes, kind: Proxy.Kind
  ) throws(SparkError) -> UInt16 {
    guard !text.isEmpty else { return kind == .http ? 80 : 1080 }
    let digits = text.dropFirst()
    guard text.first == UInt8(ascii: ":"), !digits.isEmpty, digits.count <= 5,
      digits.allSatisfy(\.isDigit), let port = UInt16(string(digits)), port > 0
    else {
      let message = "the port in the proxy's URL is not a number from 1 to 65535"
      guard !digits.allSatisfy(\.isDigit) else { throw error(message) }
      throw error(
        message, hint: "put a user name and a password before the host: user:password@host:port")
    }
    return port
  }
}

/// A proxy to connect through, read from its URL.
package struct Proxy: Sendable, CustomStringConvertible {
  package enum Kind: Sendable {
    case http
    case socks5
  }

  struct Login: Sendable {
    let user: Secret
    let password: Secret
  }

  package let kind: Kind
  /// In lower case; an IPv6 address without its brackets.
  package let host: String
  package let port: UInt16
  let login: Login?
  /// The environment variable that names the proxy; nil if the configuration does.
  package var variable: String?

  /// Parses `http://`, `socks5://`, `socks5h://` or `socks://`, then
  /// `[user[:password]@]host[:port]`. Without a scheme, as is common in the environment, it is
  /// `http://`. The default port is 80 for HTTP and 1080 for SOCKS.
  ///
  /// The three for SOCKS mean the same: the proxy always looks up names.
  package init(_ url: UnsafeRawBufferPointer) throws(SparkError) {
    let parts = try ProxyURL(url)
    kind = parts.kind
    host = parts.host
    port = parts.port
    login = parts.login
  }

  /// Host and port, for messages.
  package var authority: String { Self.authority(host, port) }

  /// Where it was set, for hints.
  package var origin: String {
    variable.map { "the proxy comes from the environment variable \($0)" }
      ?? "the proxy comes from the configuration"
  }

  /// Without the credentials.
  package var description: String {
    "\(kind == .http ? "http" : "socks5")://\(authority)"
  }

  static func authority(_ host: String, _ port: UInt16) -> String {
    host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}

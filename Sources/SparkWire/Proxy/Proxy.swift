/// A proxy to connect through, as its URL gives it.
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
  /// The environment variable that names it; nil: it is set.
  package var variable: String?

  /// Reads `http://`, `socks5://`, `socks5h://` or `socks://`, then `[user[:password]@]host[:port]`. Without a
  /// scheme it is `http://`, as many write it in the environment. The port is 80 for HTTP and 1080
  /// for SOCKS where none is given.
  ///
  /// The three for SOCKS mean the same: names are always looked up by the proxy.
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
      ?? "the proxy is the one that is set"
  }

  /// Without the credentials.
  package var description: String {
    "\(kind == .http ? "http" : "socks5")://\(authority)"
  }

  static func authority(_ host: String, _ port: UInt16) -> String {
    host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}

package import SparkWire

/// How connections of a client to one server are made.
package struct Route: Sendable {
  package let url: ServiceURL
  package let proxy: Proxy?
  /// Needed where the URL is a `wss` one.
  package let tls: TLSContext?
  package let keepalive: Keepalive
  package let addresses = AddressBook()
  let sessions = TLSSessionCache()

  package init(url: ServiceURL, proxy: Proxy?, tls: TLSContext?, keepalive: Keepalive = Keepalive())
  {
    self.url = url
    self.proxy = proxy
    self.tls = tls
    self.keepalive = keepalive
  }

  /// Whom to connect to first.
  var firstHop: (host: String, port: UInt16, authority: String) {
    if let proxy { return (proxy.host, proxy.port, "the proxy \(proxy.authority)") }
    return (url.lookupName, url.port, url.authority)
  }

  /// An error of a phase, with the proxy blamed for what it is to blame for.
  func explained(_ error: SparkError, in phase: Phase) -> SparkError {
    guard let proxy, [.resolve, .connect, .proxy].contains(phase) else { return error }
    var error = error
    if phase == .resolve { error.message = "the proxy \(proxy.authority): \(error.message)" }
    // A shortage of this machine's keeps its own hint.
    if error.hint.hasPrefix("check the URL's"), phase != .proxy {
      error.hint = "check the proxy's host and port, and that it runs"
    }
    error.append(hint: proxy.origin)
    return error
  }
}

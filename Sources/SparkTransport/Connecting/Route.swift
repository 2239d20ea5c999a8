package import SparkWire

/// How a client connects to one server.
package struct Route: Sendable {
  package let url: ServiceURL
  package let proxy: Proxy?
  /// Required if the URL is secure.
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

  /// The proxy, if there is one, or the server.
  var firstHop: (host: String, port: UInt16, authority: String) {
    if let proxy { return (proxy.host, proxy.port, "the proxy \(proxy.authority)") }
    return (url.lookupName, url.port, url.authority)
  }

  /// Returns a timeout with the peer that did not answer in its phase; without one if it is not a
  /// phase of connecting.
  func explained(timeout: SparkError) -> SparkError {
    let isAtHop = [.resolve, .connect, .proxy].contains(timeout.phase)
    guard isAtHop || [.tls, .upgrade].contains(timeout.phase) else { return timeout }
    let proxy = isAtHop ? proxy : nil
    let what = timeout.phase == .resolve ? "host name, and this machine's DNS" : "host and port"
    var error = timeout
    error.message += " (\(isAtHop ? firstHop.authority : url.authority))"
    error.prepend(hint: "check \(proxy == nil ? "the URL's" : "the proxy's") \(what)")
    if let proxy { error.append(hint: proxy.origin) }
    return error
  }

  /// Returns `error`, attributed to the proxy if the phase concerns the proxy.
  func explained(_ error: SparkError, in phase: Phase) -> SparkError {
    guard let proxy, [.resolve, .connect, .proxy].contains(phase) else { return error }
    var error = error
    if phase == .resolve { error.message = "the proxy \(proxy.authority): \(error.message)" }
    // A shortage on this machine keeps its own hint.
    if error.hint.hasPrefix("check the URL's"), phase != .proxy {
      error.hint = "check the proxy's host and port, and that it is running"
    }
    error.append(hint: proxy.origin)
    return error
  }
}

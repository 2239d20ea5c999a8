/// The replies of a SOCKS 5 proxy that does not connect (RFC 1928, 6).
enum SOCKS5Reply {
  static func error(_ code: UInt8, proxy: Proxy, host: String, port: UInt16) -> SparkError {
    let (reason, hint, retryable) = explanation(code)
    return SparkError(
      .connect,
      "the proxy \(proxy.authority) could not connect to \(Proxy.authority(host, port)): \(reason)",
      hint: hint, retryable: retryable)
  }

  private static func explanation(
    _ code: UInt8
  ) -> (reason: String, hint: String, retryable: Bool) {
    switch code {
    case 1: ("general failure", "check the URL's host and port, and the proxy's log", true)
    case 2: ("not allowed", "ask the proxy's administrator to allow this server and port", false)
    case 3: ("network unreachable", "check the proxy's network", true)
    case 4: ("host unreachable", "check the URL's host; the proxy may not know the name", true)
    case 5: ("connection refused", "check the URL's host and port", true)
    case 6: ("timed out on the way", "check the URL's host, and the proxy's network", true)
    case 7: ("the proxy does not make connections", "check the proxy's URL", false)
    case 8:
      (
        "the proxy does not support this kind of address",
        "use the server's name, or an address of the other IP version", false
      )
    default: ("unknown reply \(code)", "check the proxy's URL, and the proxy's log", false)
    }
  }
}

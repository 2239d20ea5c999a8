/// Asks a proxy for a connection to a server.
package struct ProxyHandshake {
  /// The cases hold classes: with large structs, Valgrind reports the use of uninitialized memory.
  private enum Dialogue {
    case http(HTTPConnect)
    case socks5(SOCKS5Handshake)
  }

  private let dialogue: Dialogue

  package init(_ proxy: Proxy, target: ServiceURL) {
    switch proxy.kind {
    case .http: dialogue = .http(HTTPConnect(proxy, target: target))
    case .socks5: dialogue = .socks5(SOCKS5Handshake(proxy, target: target))
    }
  }

  /// Takes the proxy's responses from `input` and appends what to send to `output`, which may hold
  /// credentials and should be a wiping buffer. Returns true once the proxy has connected to the
  /// server; what `input` then holds comes from the server.
  package mutating func advance(
    _ input: inout ByteBuffer, _ output: inout ByteBuffer
  ) throws(SparkError) -> Bool {
    let isConnected: Bool
    switch dialogue {
    case .http(let http): isConnected = try http.advance(&input, &output)
    case .socks5(let socks5): isConnected = try socks5.advance(&input, &output)
    }
    guard !output.hasFailed else { throw SparkError(.noMemory, "out of memory") }
    return isConnected
  }
}

/// Asks a proxy for a connection to a server.
package struct ProxyHandshake {
  /// Of classes: how the compiler takes an enum of large structs apart looks to Valgrind like the
  /// use of memory that nobody has written.
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

  /// Takes the proxy's answers from `input` and appends what is to be sent to `output`, which may
  /// hold credentials and should be a wiping buffer. True once the connection to the server stands;
  /// what `input` holds then comes from the server.
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

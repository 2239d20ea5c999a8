internal import SparkWire

/// Asks a proxy for a connection to the server, over a socket that leads to the proxy.
final class Tunnel {
  private var handshake: ProxyHandshake
  private let proxy: Proxy
  private var incoming = ByteBuffer()
  private var outgoing = ByteBuffer(wiping: true)

  init(_ proxy: Proxy, target: ServiceURL) {
    self.proxy = proxy
    handshake = ProxyHandshake(proxy, target: target)
  }

  /// Returns true once the socket leads to the server.
  func advance(_ socket: Socket) throws(SparkError) -> Bool {
    while true {
      let stands = try handshake.advance(&incoming, &outgoing)
      guard try flush(socket) else { return false }
      if stands {
        guard incoming.isEmpty else {
          throw SparkError(
            .protocol, "the proxy \(proxy.authority) sent unexpected data after its response",
            hint: "check the scheme and the port of the proxy's URL")
        }
        return true
      }
      guard try receive(socket) else { return false }
    }
  }

  private func flush(_ socket: Socket) throws(SparkError) -> Bool {
    while !outgoing.isEmpty {
      switch socket.send(outgoing.readable) {
      case .bytes(let count): outgoing.consume(count)
      case .wouldBlock: return false
      case .end: throw closed
      case .failed(let code):
        throw .system(
          .connect, "writing to the proxy \(proxy.authority) failed", errno: code, retryable: true)
      }
    }
    return true
  }

  private func receive(_ socket: Socket) throws(SparkError) -> Bool {
    switch socket.receive(incoming.reserve(1024)) {
    case .bytes(let count):
      incoming.commit(count)
      return true
    case .wouldBlock: return false
    case .end: throw closed
    case .failed(let code):
      throw .system(
        .connect, "reading from the proxy \(proxy.authority) failed", errno: code, retryable: true)
    }
  }

  private var closed: SparkError {
    SparkError(
      .connect, "the proxy \(proxy.authority) closed the connection",
      hint: "check the proxy's address, and whether it allows connections to this server",
      retryable: true)
  }
}

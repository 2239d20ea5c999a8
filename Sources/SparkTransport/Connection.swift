internal import Glibc
package import SparkWire

/// A byte stream to a server: looked up, connected, tunnelled through a proxy if there is one, and
/// encrypted where the URL says so.
///
/// Nothing here blocks. `advance` does what can be done; where it returns false, the caller waits
/// for one of the `interests`, or until `wakeAt`, and calls again.
package final class Connection {
  package enum ReadOutcome {
    case bytes(Int)
    case wouldBlock
    /// The server ended the connection in the proper way.
    case end
  }

  private enum State {
    case idle
    case resolving(Resolver)
    case dialing(Dialer)
    case tunnelling(Socket, Tunnel)
    case securing(Socket, TLSSession)
    case open(Socket, TLSSession?)
  }

  private let route: Route
  /// Woken by the name lookup; let go of behind it, since a connection may outlive its stream.
  private var interruption: Interruption?
  private var state = State.idle {
    didSet { onPhaseChange?() }
  }
  /// Called whenever `phase` may have become another one.
  package var onPhaseChange: (() -> Void)?
  private var wantsToWrite = false
  package private(set) var bytesSent: UInt64 = 0
  package private(set) var bytesReceived: UInt64 = 0

  package init(_ route: Route, interruption: Interruption) {
    self.route = route
    self.interruption = interruption
  }

  /// Which part of connecting is under way; `.none` once the connection is open.
  package var phase: Phase {
    switch state {
    case .idle, .resolving: .resolve
    case .dialing: .connect
    case .tunnelling: .proxy
    case .securing: .tls
    case .open: .none
    }
  }

  /// Whether the TLS handshake was shortened by an earlier connection's.
  package var isResumed: Bool {
    if case .open(_, let session?) = state { session.isResumed } else { false }
  }

  /// True once the connection is open.
  package func advance(now: Instant) throws(SparkError) -> Bool {
    while true {
      switch state {
      case .idle:
        try resolve()
      case .resolving(let resolver):
        guard let outcome = resolver.outcome else { return false }
        dial(try outcome.get())
      case .dialing(let dialer):
        guard let socket = try dialer.advance(now: now) else { return false }
        try connected(socket)
      case .tunnelling(let socket, let tunnel):
        guard try tunnel.advance(socket) else { return false }
        try secure(socket)
      case .securing(let socket, let session):
        guard try session.handshake() else { return false }
        state = .open(socket, session)
      case .open:
        return true
      }
    }
  }

  private func resolve() throws(SparkError) {
    let hop = route.firstHop
    if let addresses = AddressBook.numeric(hop.host, hop.port) {
      dial(addresses)
    } else if let interruption {
      state = .resolving(
        try route.addresses.lookUp(hop.host, hop.port, waiter: interruption))
    }
  }

  private func dial(_ addresses: [SocketAddress]) {
    interruption = nil
    state = .dialing(Dialer(addresses, authority: route.firstHop.authority))
  }

  private func connected(_ socket: Socket) throws(SparkError) {
    if let proxy = route.proxy {
      state = .tunnelling(socket, Tunnel(proxy, target: route.url))
    } else {
      try secure(socket)
    }
  }

  private func secure(_ socket: Socket) throws(SparkError) {
    guard route.url.isSecure else {
      state = .open(socket, nil)
      return
    }
    guard let context = route.tls else {
      throw SparkError(.internal, "a wss URL without a TLS context")
    }
    state = .securing(socket, try TLSSession(context: context, socket: socket, url: route.url))
  }

  /// Appends what has arrived to `buffer`, in pieces of `size` bytes at most.
  package func read(
    into buffer: inout ByteBuffer, size: Int
  ) throws(SparkError) -> ReadOutcome {
    guard case .open(let socket, let session) = state else { return .wouldBlock }
    let room = buffer.reserve(size)
    guard !room.isEmpty else {
      throw SparkError(.noMemory, "out of memory while reading from \(route.url.host)")
    }
    let outcome = try session?.read(room) ?? socket.receive(room)
    switch outcome {
    case .bytes(let count):
      buffer.commit(count)
      bytesReceived &+= UInt64(count)
      return .bytes(count)
    case .wouldBlock:
      return .wouldBlock
    case .end:
      return .end
    case .failed(let code):
      throw .system(.io, "reading from \(route.url.host) failed", errno: code, retryable: true)
    }
  }

  /// Sends from the front of `buffer`; true once all is sent.
  package func write(from buffer: inout ByteBuffer) throws(SparkError) -> Bool {
    wantsToWrite = false
    guard case .open(let socket, let session) = state else { return buffer.isEmpty }
    while !buffer.isEmpty {
      let outcome = try session?.write(buffer.readable) ?? socket.send(buffer.readable)
      switch outcome {
      case .bytes(let count):
        buffer.consume(count)
        bytesSent &+= UInt64(count)
      case .wouldBlock:
        wantsToWrite = session?.waitsToWrite ?? true
        return false
      case .end:
        throw SparkError(
          .io, "writing to \(route.url.host) failed: the server closed the connection",
          retryable: true)
      case .failed(let code):
        throw .system(.io, "writing to \(route.url.host) failed", errno: code, retryable: true)
      }
    }
    return true
  }

  /// Appends what to wait for.
  package func appendInterests(to list: inout [Interest]) {
    switch state {
    case .idle, .resolving:
      break
    case .dialing(let dialer):
      dialer.appendInterests(to: &list)
    case .tunnelling(let socket, let tunnel):
      list.append(socket.interest(writing: tunnel.waitsToWrite))
    case .securing(let socket, let session):
      list.append(socket.interest(writing: session.waitsToWrite))
    case .open(let socket, let session):
      list.append(socket.interest(writing: wantsToWrite || session?.waitsToWrite ?? false))
    }
  }

  /// When to call again though no descriptor is ready.
  package var wakeAt: Instant? {
    guard case .dialing(let dialer) = state else { return nil }
    return dialer.nextAttempt
  }

  /// Whether a read might bring something without waiting.
  package var mayHaveMore: Bool {
    guard case .open(let socket, let session) = state else { return false }
    return socket.mayHaveMore || session?.hasBuffered ?? false
  }

  /// The caller has waited: there may be something to read.
  package func becameReady() {
    switch state {
    case .tunnelling(let socket, _), .securing(let socket, _), .open(let socket, _):
      socket.becameReady()
    default: break
    }
  }

  /// Says goodbye at the TLS level, as far as that is possible without waiting.
  package func close() {
    if case .open(let socket, let session) = state {
      session?.shutDown()
      socket.discardArrived()
    }
    state = .idle
  }
}

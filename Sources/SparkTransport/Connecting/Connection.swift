internal import Glibc
package import SparkWire

/// A byte stream to a server: looked up, connected, tunnelled through a proxy if there is one, and
/// encrypted if the URL requires it.
///
/// Nothing here blocks. `advance` does all it can in the current phase. If the phase does not change,
/// the caller waits for one of the interests, or until `wakeAt`, and calls `advance` again.
package final class Connection {
  package enum ReadOutcome {
    case bytes(Int)
    case wouldBlock
    /// The server closed the connection cleanly.
    case end
  }

  private enum State {
    case idle
    /// All lookup threads are busy; retried at this time.
    case awaitingThread(Instant)
    case resolving(Lookup)
    case dialing(Dialer)
    case tunnelling(Socket, Tunnel)
    case securing(Socket, TLSConnection)
    case open(Socket, TLSConnection?)
    case closed
  }

  private static let threadPauseMilliseconds: Int32 = 20

  private let route: Route
  /// Woken by the name lookup, and released after it, because a connection may outlive its stream.
  private var waker: Waker?
  private var state = State.idle
  package private(set) var bytesSent: UInt64 = 0
  package private(set) var bytesReceived: UInt64 = 0
  /// The socket's `bytesTaken` when the request began.
  private var requestStart: UInt64 = 0
  private var wasRequestAcknowledged = true

  package init(_ route: Route, waker: Waker?) {
    self.route = route
    self.waker = waker
  }

  /// Moves an open connection to a new object for another owner. This one is closed: it no longer affects
  /// the socket, and its counts stay as they are.
  package func handOver() -> Connection {
    let heir = Connection(route, waker: nil)
    heir.state = state
    state = .closed
    return heir
  }

  /// The current phase of connecting; `.none` once the connection is open or closed.
  package var phase: Phase {
    switch state {
    case .idle, .awaitingThread, .resolving: .resolve
    case .dialing: .connect
    case .tunnelling: .proxy
    case .securing: .tls
    case .open, .closed: .none
    }
  }

  /// Whether TLS resumed the session of an earlier connection.
  package var isResumed: Bool {
    if case .open(_, let tls?) = state { tls.isResumed } else { false }
  }

  /// Continues the current phase. Returns the phase it has reached.
  package func advance(now: Instant) throws(SparkError) -> Phase {
    let before = phase
    do throws(SparkError) {
      try goOn(now)
    } catch {
      throw route.explained(error, in: before)
    }
    return phase
  }

  private func goOn(_ now: Instant) throws(SparkError) {
    switch state {
    case .idle:
      try resolve(now)
    case .awaitingThread(let moment):
      if moment <= now { try resolve(now) }
    case .resolving(let lookup):
      if let outcome = lookup.outcome { dial(try outcome.get()) }
    case .dialing(let dialer):
      if let socket = try dialer.advance(now: now) { try connected(socket) }
    case .tunnelling(let socket, let tunnel):
      if try tunnel.advance(socket) { try secure(socket) }
    case .securing(let socket, let tls):
      if try tls.handshake() { state = .open(socket, tls) }
    case .open, .closed:
      break
    }
  }

  private func resolve(_ now: Instant) throws(SparkError) {
    let hop = route.firstHop
    if let addresses = AddressBook.numeric(hop.host, hop.port) {
      dial(addresses)
    } else if let waker {
      let lookup = try route.addresses.lookUp(hop.host, hop.port, waiter: waker)
      state =
        lookup.map(State.resolving)
        ?? .awaitingThread(now.advanced(byMilliseconds: Self.threadPauseMilliseconds))
    }
  }

  private func dial(_ addresses: [SocketAddress]) {
    waker = nil
    let dialer = Dialer(
      addresses, host: route.firstHop.host, authority: route.firstHop.authority,
      keepalive: route.keepalive)
    state = .dialing(dialer)
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
    state = .securing(socket, try TLSConnection(context: context, socket: socket, route: route))
  }

  /// Appends at most `size` bytes of what has arrived to `buffer`.
  package func read(
    into buffer: inout ByteBuffer, size: Int
  ) throws(SparkError) -> ReadOutcome {
    let room = buffer.reserve(size)
    guard !room.isEmpty else {
      throw SparkError(.noMemory, "out of memory while reading from \(route.url.host)")
    }
    let outcome: IOOutcome
    switch state {
    case .open(_, let tls?): outcome = try tls.read(room)
    case .open(let socket, nil): outcome = socket.receive(room)
    default: return .wouldBlock
    }
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

  /// Sends as much from the front of `buffer` as it can without waiting.
  package func write(from buffer: inout ByteBuffer) throws(SparkError) {
    guard case .open(let socket, let tls) = state else { return }
    while !buffer.isEmpty {
      switch try tls?.write(buffer.readable) ?? socket.send(buffer.readable) {
      case .bytes(let count):
        buffer.consume(count)
        bytesSent &+= UInt64(count)
      case .wouldBlock:
        return
      case .end:
        throw SparkError(
          .io, "writing to \(route.url.host) failed: the server closed the connection",
          retryable: true)
      case .failed(let code):
        throw .system(.io, "writing to \(route.url.host) failed", errno: code, retryable: true)
      }
    }
  }

  /// Marks the start of a request: all later writes belong to it.
  package func beginRequest() {
    requestStart = socket?.bytesTaken ?? 0
  }

  /// Whether the peer's system (the server's or a proxy's) has acknowledged any of the request, or our
  /// system cannot tell. If it has not, no one has received the request.
  package var isRequestAcknowledged: Bool {
    socket?.hasAcknowledged(behind: requestStart) ?? wasRequestAcknowledged
  }

  /// Appends the descriptors to wait for.
  package func appendInterests(to list: inout [Interest]) {
    if let socket {
      if let interest = socket.interest { list.append(interest) }
    } else if case .dialing(let dialer) = state {
      dialer.appendInterests(to: &list)
    }
  }

  /// When to call `advance` again even if no descriptor is ready.
  package var wakeAt: Instant? {
    switch state {
    case .awaitingThread(let moment): moment
    case .dialing(let dialer): dialer.nextAttempt
    default: nil
    }
  }

  /// Returns a timeout with its cause: a local one, or the peer that did not answer.
  package func explained(timeout: SparkError) -> SparkError {
    guard case .awaitingThread = state else { return route.explained(timeout: timeout) }
    var error = timeout
    error.message +=
      ": \(LookupThreads.most) earlier name lookups of this process are still running"
    error.append(hint: "check this machine's network and DNS")
    return error
  }

  /// Whether a read might return data without waiting.
  package var mayRead: Bool {
    switch state {
    case .idle, .awaitingThread, .resolving, .dialing, .closed: false
    case .tunnelling(let socket, _), .open(let socket, nil): socket.mayRead
    case .securing(_, let tls), .open(_, let tls?): tls.mayRead
    }
  }

  /// The caller has waited: the socket may be readable or writable again.
  package func becameReady() { socket?.becameReady() }

  private var socket: Socket? {
    switch state {
    case .tunnelling(let socket, _), .securing(let socket, _), .open(let socket, _): socket
    case .idle, .awaitingThread, .resolving, .dialing, .closed: nil
    }
  }

  /// Closes the connection, after a TLS close notification if it can be sent without waiting.
  package func close() {
    wasRequestAcknowledged = isRequestAcknowledged
    if case .open(let socket, let tls) = state {
      tls?.shutDown()
      socket.discardArrived()
    }
    state = .closed
  }
}

internal import Glibc
package import SparkWire

/// A byte stream to a server: looked up, connected, and encrypted where the URL says so.
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
    case securing(Socket, TLSSession)
    case open(Socket, TLSSession?)
  }

  private let url: ServiceURL
  private let context: TLSContext?
  private let interruption: Interruption
  private var state = State.idle
  private var wantsToWrite = false

  /// - Parameter context: needed where the URL is a `wss` one.
  package init(url: ServiceURL, context: TLSContext?, interruption: Interruption) {
    self.url = url
    self.context = context
    self.interruption = interruption
  }

  /// Which part of connecting is under way; `.none` once the connection is open.
  package var phase: Phase {
    switch state {
    case .idle, .resolving: .resolve
    case .dialing: .connect
    case .securing: .tls
    case .open: .none
    }
  }

  /// True once the connection is open.
  package func advance(now: Instant) throws(SparkError) -> Bool {
    while true {
      switch state {
      case .idle:
        let resolver = Resolver(host: url.host, port: url.port, interruption: interruption)
        try resolver.start()
        state = .resolving(resolver)
      case .resolving(let resolver):
        guard let result = resolver.result else { return false }
        state = .dialing(Dialer(try result.get(), authority: url.authority))
      case .dialing(let dialer):
        guard let socket = try dialer.advance(now: now) else { return false }
        try secure(socket)
      case .securing(let socket, let session):
        guard try session.handshake() else { return false }
        state = .open(socket, session)
      case .open:
        return true
      }
    }
  }

  private func secure(_ socket: Socket) throws(SparkError) {
    guard url.isSecure else {
      state = .open(socket, nil)
      return
    }
    guard let context else { throw SparkError(.internal, "a wss URL without a TLS context") }
    state = .securing(socket, try TLSSession(context: context, socket: socket, url: url))
  }

  /// Appends what has arrived to `buffer`, in pieces of `size` bytes at most.
  package func read(
    into buffer: inout ByteBuffer, size: Int
  ) throws(SparkError) -> ReadOutcome {
    guard case .open(let socket, let session) = state else { return .wouldBlock }
    let room = buffer.reserve(size)
    guard !room.isEmpty else {
      throw SparkError(.noMemory, "out of memory while reading from \(url.host)")
    }
    let outcome = try session?.read(room) ?? socket.receive(room)
    switch outcome {
    case .bytes(let count):
      buffer.commit(count)
      return .bytes(count)
    case .wouldBlock:
      return .wouldBlock
    case .end:
      return .end
    case .failed(let code):
      throw .system(.io, "reading from \(url.host) failed", errno: code, retryable: true)
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
      case .wouldBlock:
        wantsToWrite = session?.waitsToWrite ?? true
        return false
      case .end:
        throw SparkError(
          .io, "writing to \(url.host) failed: the server closed the connection", retryable: true)
      case .failed(let code):
        throw .system(.io, "writing to \(url.host) failed", errno: code, retryable: true)
      }
    }
    return true
  }

  /// Appends the descriptors to wait for. They may be looked at only until the next call.
  package func appendInterests(to list: inout [Interest]) {
    switch state {
    case .idle, .resolving:
      break
    case .dialing(let dialer):
      dialer.appendInterests(to: &list)
    case .securing(let socket, let session):
      append(socket, writing: session.waitsToWrite, to: &list)
    case .open(let socket, let session):
      append(socket, writing: wantsToWrite || session?.waitsToWrite ?? false, to: &list)
    }
  }

  /// When to call again though no descriptor is ready.
  package var wakeAt: Instant? {
    guard case .dialing(let dialer) = state else { return nil }
    return dialer.nextAttempt
  }

  /// The caller has waited: there may be something to read.
  package func becameReady() {
    switch state {
    case .securing(let socket, _), .open(let socket, _): socket.becameReady()
    default: break
    }
  }

  /// Says goodbye at the TLS level, as far as that is possible without waiting.
  package func close() {
    if case .open(_, let session?) = state { session.shutDown() }
    state = .idle
  }

  private func append(_ socket: Socket, writing: Bool, to list: inout [Interest]) {
    let events = Int16(POLLIN) | (writing ? Int16(POLLOUT) : 0)
    list.append(Interest(fd: socket.raw, events: events, revents: 0))
  }
}

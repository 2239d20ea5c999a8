import Glibc
import SparkWire
import Testing

@testable import SparkTransport

private let start = Instant.now()

/// Advances until there is a socket, at a moment that stands still.
private func connect(_ dialer: Dialer, at now: Instant = start) throws -> Socket {
  let end = Instant.now().advanced(byMilliseconds: patience)
  while Instant.now() < end {
    if let socket = try dialer.advance(now: now) { return socket }
    var interests: [Interest] = []
    dialer.appendInterests(to: &interests)
    var list = interests.map(\.forPoll)
    poll(&list, nfds_t(list.count), 100)
  }
  throw SparkError(.timeout, "no connection")
}

private func raw(_ socket: Socket) -> Int32 { socket.descriptor.raw }

private func host(of socket: Socket) -> String {
  var name = sockaddr_in()
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  withUnsafeMutablePointer(to: &name) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      _ = getpeername(raw(socket), $0, &length)
    }
  }
  return String(cString: inet_ntoa(name.sin_addr))
}

struct DialerTests {
  @Test func `connects, without blocking, and leaves nothing to a child`() throws {
    let server = try LocalServer { $0.waitForEnd() }
    let dialer = Dialer([try address("127.0.0.1", server.port)], authority: "a")
    let socket = try connect(dialer)
    #expect(fcntl(raw(socket), F_GETFL) & O_NONBLOCK != 0)
    #expect(fcntl(raw(socket), F_GETFD) & FD_CLOEXEC != 0)
    var value: Int32 = 0
    var length = socklen_t(4)
    getsockopt(raw(socket), Int32(IPPROTO_TCP), TCP_NODELAY, &value, &length)
    #expect(value != 0)
    keep(server)
  }

  @Test func `an address that refuses gives way to the next at once`() throws {
    let server = try LocalServer("127.0.0.9") { $0.waitForEnd() }
    let closed = try ClosedPort()
    let addresses = [
      try address("127.0.0.1", closed.port), try address("127.0.0.1", closed.port),
      try address("127.0.0.9", server.port),
    ]
    #expect(host(of: try connect(Dialer(addresses, authority: "a"))) == "127.0.0.9")
    keep(server, closed)
  }

  @Test func `an address that does not answer gives way after 250 ms, and stays in the race`()
    throws
  {
    let dead = try DeadServer()
    let server = try LocalServer("127.0.0.9") { $0.waitForEnd() }
    let dialer = Dialer(
      [try address("127.0.0.1", dead.port), try address("127.0.0.9", server.port)],
      authority: "a")
    #expect(try dialer.advance(now: start) == nil)
    #expect(dialer.nextAttempt == start.advanced(byMilliseconds: 250))
    #expect(try dialer.advance(now: start.advanced(byMilliseconds: 249)) == nil)
    #expect(interests(of: dialer) == 1)
    let socket = try connect(dialer, at: start.advanced(byMilliseconds: 250))
    #expect(host(of: socket) == "127.0.0.9")
    keep(dead, server)
  }

  @Test func `several addresses may be tried at once`() throws {
    let dead = try [DeadServer("127.0.0.1"), DeadServer("127.0.0.2"), DeadServer("127.0.0.3")]
    let dialer = Dialer(
      try zip(["127.0.0.1", "127.0.0.2", "127.0.0.3"], dead).map { try address($0, $1.port) },
      authority: "a")
    for step in 0..<3 as Range<Int32> {
      #expect(try dialer.advance(now: start.advanced(byMilliseconds: 250 * step)) == nil)
      #expect(interests(of: dialer) == Int(step) + 1)
    }
    #expect(dialer.nextAttempt == nil)
    #expect(try dialer.advance(now: start.advanced(byMilliseconds: 60_000)) == nil)
    keep(dead)
  }

  @Test func `a refusal does not end the wait for an address that has not answered`() throws {
    let dead = try DeadServer()
    let closed = try ClosedPort()
    let dialer = Dialer(
      [try address("127.0.0.1", dead.port), try address("127.0.0.1", closed.port)],
      authority: "a")
    #expect(try dialer.advance(now: start) == nil)
    #expect(try dialer.advance(now: start.advanced(byMilliseconds: 250)) == nil)
    #expect(try dialer.advance(now: start.advanced(byMilliseconds: 500)) == nil)
    #expect(interests(of: dialer) == 1)
    keep(dead, closed)
  }

  @Test func `names every address that refused`() throws {
    let closed = try [ClosedPort("127.0.0.2"), ClosedPort("127.0.0.3")]
    let dialer = Dialer(
      [try address("127.0.0.2", closed[0].port), try address("127.0.0.3", closed[1].port)],
      authority: "example.com:8080")
    let error = try #require(throws: SparkError.self) { _ = try connect(dialer) }
    #expect(error.status == .connect)
    #expect(
      error.message == "connecting to example.com:8080 failed: 127.0.0.2: Connection refused; "
        + "127.0.0.3: Connection refused")
    #expect(error.osErrno == ECONNREFUSED)
    #expect(error.retryable)
    #expect(error.hint.contains("port"))
    keep(closed)
  }

  /// Keeps servers open up to here.
  private func keep(_ servers: Any...) {}

  private func interests(of dialer: Dialer) -> Int {
    var list: [Interest] = []
    dialer.appendInterests(to: &list)
    return list.count
  }
}

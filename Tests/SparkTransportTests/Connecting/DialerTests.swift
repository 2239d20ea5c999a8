import Glibc
import SparkWire
import Testing

@testable import SparkTransport

private let start = Instant.now()

/// Advances until there is a socket, always with the same `now`.
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
    #expect(option(socket, Int32(IPPROTO_TCP), TCP_NODELAY) == 1)
    keep(server)
  }

  @Test func `after a refusal, the next address is tried immediately`() throws {
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

  @Test func `an address is not repeated`() throws {
    let closed = try ClosedPort("127.0.0.2")
    let dialer = Dialer(
      [try address("127.0.0.2", closed.port)], host: "127.0.0.2", authority: "127.0.0.2:8080")
    let error = try #require(throws: SparkError.self) { _ = try connect(dialer) }
    #expect(error.message == "connecting to 127.0.0.2:8080 failed: Connection refused")
    keep(closed)
  }

  @Test func `a name with thousands of dead addresses costs little, and says little`() throws {
    let closed = try ClosedPort()
    let addresses = try (0..<4_000).map {
      try address("127.1.\($0 / 250).\($0 % 250 + 1)", closed.port)
    }
    let error = try #require(throws: SparkError.self) {
      _ = try connect(Dialer(addresses, authority: "a"))
    }
    #expect(error.status == .connect)
    #expect(error.message.hasSuffix("36 more addresses failed; 3960 were not tried"))
    #expect(error.message.contains("127.1.0.4: Connection refused"))
    #expect(error.message.utf8.count < 300)
    keep(closed)
  }

  @Test func `thousands of addresses that do not answer are not all tried at once`() throws {
    let dead = try DeadServer()
    let addresses = try (0..<4_000).map { _ in try address("127.0.0.1", dead.port) }
    let dialer = Dialer(addresses, authority: "a")
    for step in 0..<100 as Range<Int32> {
      _ = try dialer.advance(now: start.advanced(byMilliseconds: 250 * step))
    }
    #expect(interests(of: dialer) == 40)
    #expect(dialer.nextAttempt == nil)
    keep(dead)
  }

  @Test(arguments: [(60_000, 60, 10, 120_000), (1_000, 1, 1, 7_000), (1_500, 2, 1, 8_000)])
  func `lets the system watch over the connection`(
    idle: Int32, seconds: Int32, interval: Int32, patience: Int32
  ) throws {
    let server = try LocalServer { $0.waitForEnd() }
    var keepalive = Keepalive()
    keepalive.idleMilliseconds = idle
    let socket = try connect(
      Dialer([try address("127.0.0.1", server.port)], authority: "a", keepalive: keepalive))
    #expect(option(socket, SOL_SOCKET, SO_KEEPALIVE) == 1)
    #expect(option(socket, Int32(IPPROTO_TCP), TCP_KEEPIDLE) == seconds)
    #expect(option(socket, Int32(IPPROTO_TCP), TCP_KEEPINTVL) == interval)
    #expect(option(socket, Int32(IPPROTO_TCP), TCP_KEEPCNT) == 6)
    #expect(option(socket, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT) == patience)
    keep(server)
  }

  @Test func `without keepalive the system's own settings stay`() throws {
    let server = try LocalServer { $0.waitForEnd() }
    var keepalive = Keepalive()
    keepalive.idleMilliseconds = 0
    let socket = try connect(
      Dialer([try address("127.0.0.1", server.port)], authority: "a", keepalive: keepalive))
    #expect(option(socket, SOL_SOCKET, SO_KEEPALIVE) == 0)
    #expect(option(socket, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT) == 0)
    keep(server)
  }

  private func option(_ socket: Socket, _ level: Int32, _ name: Int32) -> Int32 {
    var value: Int32 = -1
    var length = socklen_t(MemoryLayout<Int32>.size)
    getsockopt(raw(socket), level, name, &value, &length)
    return value
  }

  /// Keeps servers open until this call.
  private func keep(_ servers: Any...) {}

  private func interests(of dialer: Dialer) -> Int {
    var list: [Interest] = []
    dialer.appendInterests(to: &list)
    return list.count
  }
}

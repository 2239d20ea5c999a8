import Foundation
import Glibc
import SparkWire
import Testing

@testable import SparkTransport

struct ConnectionTests {
  private let waker = Waker()

  @Test func `carries bytes both ways and counts them`() throws {
    let server = try LocalServer { peer in peer.send("<\(peer.receive())>") }
    let connection = try connection("ws://127.0.0.1:\(server.port)", waker)
    #expect(connection.phase == .resolve)
    try connection.open(waker)
    #expect(connection.phase == .none)
    try connection.send([UInt8]("hello".utf8), waker)
    #expect(try connection.receive(7, waker) == [UInt8]("<hello>".utf8))
    #expect(connection.bytesSent == 5)
    #expect(connection.bytesReceived == 7)
    #expect(try connection.receive(1, waker).isEmpty)
    #expect(!connection.isResumed)
  }

  @Test func `whoever has handed a connection over cannot touch it any more`() throws {
    let server = try LocalServer { peer in peer.send("<\(peer.receive())>") }
    let first = try connection("ws://127.0.0.1:\(server.port)", waker)
    try first.open(waker)
    try first.send([UInt8]("hello".utf8), waker)
    let second = first.handOver()
    #expect(second.phase == .none)
    #expect(try second.receive(7, waker) == [UInt8]("<hello>".utf8))
    #expect((first.bytesSent, first.bytesReceived) == (5, 0))
    #expect((second.bytesSent, second.bytesReceived) == (0, 7))
    try checkClosed(first)
  }

  @Test func `a closed connection has nothing to do`() throws {
    let server = try LocalServer { peer in _ = peer.receive() }
    let connection = try connection("ws://127.0.0.1:\(server.port)", waker)
    connection.close()
    try checkClosed(connection)
    let open = try SparkTransportTests.connection("ws://127.0.0.1:\(server.port)", waker)
    try open.open(waker)
    open.close()
    try checkClosed(open)
  }

  /// Checks that a closed connection waits for nothing, so that no one waits for it without end, and that
  /// advancing it changes nothing.
  private func checkClosed(_ connection: Connection) throws {
    var interests: [Interest] = []
    var buffer = ByteBuffer()
    buffer.append("more")
    for _ in 0..<3 {
      #expect(try connection.advance(now: Instant.now()) == .none)
      connection.becameReady()
      connection.appendInterests(to: &interests)
      #expect(interests.isEmpty && connection.wakeAt == nil && !connection.mayRead)
      guard case .wouldBlock = try connection.read(into: &buffer, size: 10) else {
        Issue.record("something was read")
        return
      }
      try connection.write(from: &buffer)
      #expect(buffer.count == 4)
    }
  }

  /// The name may also resolve to an IPv6 address on which no one listens.
  @Test func `finds the address that listens`() throws {
    let server = try LocalServer { peer in peer.send("hello") }
    let connection = try connection("ws://localhost:\(server.port)", waker)
    try connection.open(waker)
    #expect(try connection.receive(5, waker) == [UInt8]("hello".utf8))
  }

  @Test func `a server that resets the connection is a failure with its errno`() throws {
    let server = try LocalServer { peer in
      _ = peer.receive()
      peer.armReset()
    }
    let connection = try connection("ws://127.0.0.1:\(server.port)", waker)
    try connection.open(waker)
    try connection.send([1], waker)
    let error = try #require(
      failure { () throws(SparkError) in _ = try connection.receive(1, waker) })
    #expect(error.status == .io)
    #expect(error.osErrno == ECONNRESET)
    #expect(error.retryable)
    #expect(error.message == "reading from 127.0.0.1 failed: Connection reset by peer")
  }

  @Test(arguments: [false, true])
  func `knows whether anybody has the request`(isRead: Bool) throws {
    let server = try LocalServer { peer in
      _ = peer.receive()
      peer.send("hello")
      if isRead { _ = peer.receive() }
    }
    let connection = try connection("ws://127.0.0.1:\(server.port)", waker)
    try connection.open(waker)
    try connection.send([UInt8]("before".utf8), waker)
    #expect(try connection.receive(5, waker).count == 5)
    connection.beginRequest()
    #expect(!connection.isRequestAcknowledged)
    // If the server does not read, the request reaches a closed connection.
    if !isRead { #expect(try connection.receive(1, waker).isEmpty) }
    try connection.send([UInt8]("request".utf8), waker)
    _ = failure { () throws(SparkError) in _ = try connection.receive(1, waker) }
    #expect(connection.isRequestAcknowledged == isRead)
    connection.close()
    #expect(connection.isRequestAcknowledged == isRead)
  }

  @Test func `a server that is gone raises no SIGPIPE`() throws {
    // With the default action, and unblocked, unlike on the other threads of the tests.
    signal(SIGPIPE, SIG_DFL)
    _ = unblocking(SIGPIPE)
    let server = try LocalServer { peer in
      _ = peer.receive()
      peer.armReset()
    }
    let connection = try connection("ws://127.0.0.1:\(server.port)", waker)
    try connection.open(waker)
    let error = failure { () throws(SparkError) in
      for _ in 0..<10_000 { try connection.send([1], waker) }
    }
    #expect(error?.status == .io)
    #expect([EPIPE, ECONNRESET].contains(error?.osErrno))
    #expect(error?.message.hasPrefix("writing to 127.0.0.1 failed: ") == true)
  }

  @Test func `what does not fit at once is sent as the server takes it`() throws {
    let total = 20_000_000
    let server = try LocalServer { peer in
      var rest = total
      while rest > 0 {
        let count = peer.receive().utf8.count
        if count == 0 { return }
        rest -= count
      }
      peer.send("all")
    }
    let connection = try connection("ws://127.0.0.1:\(server.port)", waker)
    try connection.open(waker)
    try connection.send([UInt8](repeating: 0x61, count: total), waker)
    #expect(try connection.receive(3, waker) == [UInt8]("all".utf8))
    #expect(connection.bytesSent == UInt64(total))
  }

  @Test func `says what it waits for`() throws {
    let dead = try DeadServer()
    let connecting = try connection("ws://127.0.0.1:\(dead.port)", waker)
    #expect(try connecting.advance(now: Instant.now()) == .connect)
    #expect(try connecting.advance(now: Instant.now()) == .connect)
    var interests: [Interest] = []
    connecting.appendInterests(to: &interests)
    #expect(interests.map(\.writing) == [true])

    let silent = try LocalServer { $0.waitForEnd() }
    let open = try connection("ws://127.0.0.1:\(silent.port)", waker)
    try open.open(waker)
    // The connection has not checked yet whether there is something to read.
    interests = []
    open.appendInterests(to: &interests)
    #expect(interests.isEmpty && open.mayRead)
    var buffer = ByteBuffer()
    _ = try open.read(into: &buffer, size: 10)
    open.appendInterests(to: &interests)
    #expect(interests.map(\.reading) == [true])
    #expect(interests.map(\.writing) == [false])
    #expect(!open.mayRead)
  }

  @Test func `is of no use once it is closed`() throws {
    let server = try LocalServer { $0.waitForEnd() }
    let connection = try connection("ws://127.0.0.1:\(server.port)", waker)
    try connection.open(waker)
    connection.close()
    connection.close()
    #expect(try connection.advance(now: Instant.now()) == .none)
    #expect(!connection.mayRead && connection.wakeAt == nil)
    var buffer = ByteBuffer()
    guard case .wouldBlock = try connection.read(into: &buffer, size: 10) else {
      Issue.record("a closed connection returned bytes")
      return
    }
    var interests: [Interest] = []
    connection.appendInterests(to: &interests)
    #expect(interests.isEmpty)
  }
}

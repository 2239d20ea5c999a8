import Foundation
import Glibc
import SparkWire
import Testing

@testable import SparkTransport

private let question = [UInt8]("GET /_emulator/health HTTP/1.0\r\nHost: localhost\r\n\r\n".utf8)

@Suite(.withEmulator)
struct TLSConnectionTests {
  private let waker = Waker()

  private func trust() throws -> TrustStore {
    .custom(file: try Emulator.running().ready.caFile, directory: nil)
  }

  @Test(arguments: ["127.0.0.1", "localhost"])
  func `talks to a server whose certificate is good for the host`(host: String) throws {
    let port = try Emulator.running().ready.wssPort
    let connection = try connection("wss://\(host):\(port)", waker, trust: trust())
    try connection.open(waker)
    try connection.send(question, waker)
    let answer = try connection.receive(100_000, waker)
    #expect(String(decoding: answer, as: UTF8.self).hasSuffix("{\"ok\": true}"))
    #expect(connection.bytesReceived == UInt64(answer.count))
    connection.close()
    #expect(try !hasOpenSSLErrors())
  }

  @Test func `resumes a session of an earlier connection`() throws {
    let context = try TLSContext(trust: trust(), identity: nil, pins: nil)
    let url = try ServiceURL("wss://127.0.0.1:\(Emulator.running().ready.wssPort)")
    let route = Route(url: url, proxy: nil, tls: context)
    for round in 0..<3 {
      let connection = Connection(route, waker: waker)
      try connection.open(waker)
      #expect(connection.isResumed == (round > 0))
      try connection.send(question, waker)
      _ = try connection.receive(100_000, waker)
      connection.close()
    }
  }

  /// Only the certificate authority that was set is trusted, and no option changes that.
  @Test(arguments: [
    ("tls_wrong_name", "address mismatch", "host name that the certificate was made for"),
    ("tls_untrusted", "certificate", "set the CA file"),
    ("tls_expired", "certificate has expired", "clock"),
  ])
  func `refuses a certificate`(port: String, message: String, hint: String) throws {
    let url = try Emulator.running().url(.wss, port: port)
    let error = try #require(try refusal(url, trust: trust()))
    #expect(error.status == .certificate)
    #expect(error.message.hasPrefix("the certificate of 127.0.0.1 was refused: "))
    #expect(error.message.contains(message), "\(error.message)")
    #expect(error.hint.contains(hint), "\(error.hint)")
    #expect(!error.retryable)
    #expect(try !hasOpenSSLErrors())
  }

  @Test func `refuses an authority that is not the one set`() throws {
    let url = try Emulator.running().url(.wss)
    let empty = FileManager.default.temporaryDirectory.path
    let error = try refusal(url, trust: .custom(file: nil, directory: empty))
    #expect(error?.status == .certificate)
  }

  @Test func `refuses TLS 1.1`() throws {
    let url = try Emulator.running().url(.wss, port: "tls_old")
    #expect(try refusal(url, trust: trust()) != nil)
  }

  @Test(
    arguments: [
      (70, "alert protocol version", "TLS 1.2"), (40, "handshake failure", "none of the versions"),
      // It does speak TLS.
      (80, "internal error", "the server refuses"),
      (112, "unrecognized name", "the server refuses"),
      (120, "no application protocol", "the server refuses"),
    ] as [(UInt8, String, String)])
  func `repeats what the server says in refusing`(
    alert: UInt8, message: String, hint: String
  ) throws {
    let server = try LocalServer { peer in
      _ = peer.receive()
      peer.send([21, 3, 1, 0, 2, 2, alert])
      peer.waitForEnd()
    }
    let error = try #require(try refusal("wss://127.0.0.1:\(server.port)", trust: trust()))
    #expect(error.status == .tls)
    #expect(!error.retryable)
    #expect(error.message.contains(message), "\(error.message)")
    #expect(error.hint.contains(hint), "\(error.hint)")
  }

  @Test func `reports a server that does not speak TLS`() throws {
    let port = try Emulator.running().ready.wsPort
    let error = try #require(try refusal("wss://127.0.0.1:\(port)", trust: trust()))
    #expect(error.status == .tls)
    #expect(error.hint.contains("does not seem to speak TLS"), "\(error.message) \(error.hint)")
    let garbage = try Emulator.running().url(.wss, port: "garbage")
    #expect(try refusal(garbage, trust: trust())?.status == .tls)
    #expect(try !hasOpenSSLErrors())
  }

  @Test(arguments: ["close", "reset"])
  func `a server that goes away during the handshake may be tried again`(port: String) throws {
    let url = try Emulator.running().url(.wss, port: port)
    let error = try #require(try refusal(url, trust: trust()))
    // The reset may arrive before the connection is checked for the first time.
    #expect([.io, .connect].contains(error.status), "\(error.message)")
    #expect(error.retryable)
    // Closing with unread data resets the connection, too.
    #expect(error.osErrno == ECONNRESET || port == "close" && error.osErrno == 0)
  }

  @Test func `waits for a server that says nothing`() throws {
    let url = try Emulator.running().url(.wss, port: "blackhole")
    let connection = try connection(url, waker, trust: trust())
    var poller = Poller()
    while try connection.advance(now: Instant.now()) != .tls {
      _ = try poller.wait(waker, timeoutMilliseconds: 10) {
        connection.appendInterests(to: &$0)
      }
    }
    #expect(try connection.advance(now: Instant.now()) == .tls)
    #expect(!connection.mayRead)
    connection.close()
  }

  @Test func `a server that vanishes raises no SIGPIPE`() throws {
    signal(SIGPIPE, SIG_DFL)
    _ = unblocking(SIGPIPE)
    let port = try Emulator.running().ready.wssPort
    let connection = try connection("wss://127.0.0.1:\(port)", waker, trust: trust())
    try connection.open(waker)
    try connection.send(question, waker)
    _ = try connection.receive(100_000, waker)
    let error = failure { () throws(SparkError) in
      for _ in 0..<10_000 { try connection.send([1], waker) }
    }
    #expect(error?.status == .io)
    connection.close()
    #expect(try !hasOpenSSLErrors())
  }

  private func refusal(_ url: String, trust: TrustStore) throws -> SparkError? {
    let connection = try connection(url, waker, trust: trust)
    return failure { () throws(SparkError) in try connection.open(waker) }
  }
}

import Foundation
import SparkWire
import Testing

@testable import SparkTransport

/// No test waits longer than this.
let patience: Int32 = 10_000

extension Connection {
  /// Waits until the connection is open.
  func open(_ waker: Waker) throws(SparkError) {
    var poller = Poller()
    let end = Instant.now().advanced(byMilliseconds: patience)
    while true {
      let before = phase
      let next = try advance(now: Instant.now())
      if next == .none { return }
      guard Instant.now() < end else { throw SparkError(.timeout, "the connection does not open") }
      if next == before { try wait(&poller, waker) }
    }
  }

  /// Returns what the server sends, until `count` bytes have arrived or it ends the connection.
  func receive(_ count: Int, _ waker: Waker) throws(SparkError) -> [UInt8] {
    var poller = Poller()
    var buffer = ByteBuffer()
    let end = Instant.now().advanced(byMilliseconds: patience)
    while buffer.count < count {
      switch try read(into: &buffer, size: 4_096) {
      case .bytes: continue
      case .end: return [UInt8](buffer.readable)
      case .wouldBlock: break
      }
      guard Instant.now() < end else { throw SparkError(.timeout, "the server sends nothing") }
      try wait(&poller, waker)
    }
    return [UInt8](buffer.readable)
  }

  func send(_ bytes: [UInt8], _ waker: Waker) throws(SparkError) {
    var poller = Poller()
    var buffer = ByteBuffer()
    bytes.withUnsafeBytes { buffer.append($0) }
    let end = Instant.now().advanced(byMilliseconds: patience)
    while true {
      try write(from: &buffer)
      if buffer.isEmpty { return }
      guard Instant.now() < end else { throw SparkError(.timeout, "the server takes nothing") }
      try wait(&poller, waker)
    }
  }

  private func wait(_ poller: inout Poller, _ waker: Waker) throws(SparkError) {
    let limit = wakeAt.map { Instant.now().milliseconds(until: $0) } ?? 1_000
    _ = try poller.wait(waker, timeoutMilliseconds: min(limit, 1_000)) {
      appendInterests(to: &$0)
    }
    becameReady()
  }
}

func connection(
  _ url: String, _ waker: Waker, trust: TrustStore? = nil,
  identity: ClientIdentity? = nil, pins: PublicKeyPins? = nil
) throws -> Connection {
  let context = try trust.map { (trust) throws(SparkError) in
    try TLSContext(trust: trust, identity: identity, pins: pins)
  }
  let route = Route(url: try ServiceURL(url), proxy: nil, tls: context)
  return Connection(route, waker: waker)
}

/// Returns the error that `body` throws; nil if it throws none.
func failure(of body: () throws(SparkError) -> Void) -> SparkError? {
  do throws(SparkError) {
    try body()
    return nil
  } catch {
    return error
  }
}

/// Unblocks a signal on this thread, because tests run with all signals blocked. Returns the thread.
func unblocking(_ signal: Int32) -> pthread_t {
  var set = sigset_t()
  sigemptyset(&set)
  sigaddset(&set, signal)
  pthread_sigmask(SIG_UNBLOCK, &set, nil)
  return pthread_self()
}

/// Whether OpenSSL's error queue of this thread holds anything.
func hasOpenSSLErrors() throws -> Bool {
  let symbol = try #require(dlsym(dlopen(nil, RTLD_NOW), "ERR_peek_error"))
  let peek = unsafeBitCast(symbol, to: (@convention(c) () -> UInt).self)
  return peek() != 0
}

import Foundation
import Glibc

@testable import SparkTransport

/// A TCP server on this machine; the test supplies its side of each connection.
final class LocalServer: @unchecked Sendable {
  let port: UInt16
  private let listener: Int32

  /// - Parameter serve: Receives a connected descriptor, which is closed afterwards.
  init(
    _ host: String = "127.0.0.1", port: UInt16 = 0,
    serve: @escaping @Sendable (Peer) -> Void
  ) throws {
    listener = try Self.listen(host, port: port, backlog: 16)
    self.port = Self.port(of: listener)
    let listener = listener
    Thread.detachNewThread {
      while true {
        let raw = accept(listener, nil, nil)
        guard raw >= 0 else { break }
        Thread.detachNewThread {
          serve(Peer(raw: raw))
          Glibc.close(raw)
        }
      }
      Glibc.close(listener)
    }
  }

  deinit {
    // The thread closes the descriptor: its number must not be reused while the thread accepts on it.
    shutdown(listener, Int32(SHUT_RDWR))
  }

  /// Returns a bound socket, which listens if there is a backlog.
  static func listen(_ host: String, port: UInt16 = 0, backlog: Int32?) throws -> Int32 {
    let address = try address(host, port)
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    let raw = socket(address.family, type, 0)
    let bound = address.withPointer { bind(raw, $0, $1) }
    guard bound == 0, backlog.map({ Glibc.listen(raw, $0) == 0 }) ?? true else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EINVAL)
    }
    return raw
  }

  static func port(of raw: Int32) -> UInt16 {
    var storage = sockaddr_in6()
    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = getsockname(raw, $0, &length)
      }
    }
    // The port is at the same place in both kinds of address.
    return UInt16(bigEndian: storage.sin6_port)
  }
}

/// The server's end of a connection.
struct Peer {
  let raw: Int32

  func send(_ text: String) {
    send([UInt8](text.utf8))
  }

  func send(_ bytes: [UInt8]) {
    _ = Glibc.send(raw, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }

  /// Returns what has arrived, or "" at the end.
  func receive() -> String {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = recv(raw, &bytes, bytes.count, 0)
    return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
  }

  /// Waits until the other side ends the connection.
  func waitForEnd() {
    while !receive().isEmpty {}
  }

  /// Makes closing send a reset.
  func armReset() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(raw, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
  }
}

/// A socket on this machine that accepts no connection: its queue is full, and it drops everything else,
/// like a host that does not answer.
final class DeadServer {
  let port: UInt16
  private var descriptors: [Int32]

  init(_ host: String = "127.0.0.1") throws {
    let listener = try LocalServer.listen(host, backlog: 0)
    port = LocalServer.port(of: listener)
    descriptors = [listener]
    let address = try address(host, port)
    var isFull = false
    while !isFull {
      let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
      let raw = socket(address.family, type, 0)
      descriptors.append(raw)
      _ = address.withPointer { connect(raw, $0, $1) }
      var interest = pollfd(fd: raw, events: Int16(POLLOUT), revents: 0)
      isFull = poll(&interest, 1, 100) == 0
    }
  }

  deinit {
    for descriptor in descriptors { close(descriptor) }
  }
}

/// A port on which no one listens as long as this object exists.
final class ClosedPort {
  let port: UInt16
  private let descriptor: Int32

  init(_ host: String = "127.0.0.1") throws {
    descriptor = try LocalServer.listen(host, backlog: nil)
    port = LocalServer.port(of: descriptor)
  }

  deinit {
    close(descriptor)
  }
}

/// Parses a numeric address.
func address(_ host: String, _ port: UInt16) throws -> SocketAddress {
  var hints = addrinfo()
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
  hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
  var list: UnsafeMutablePointer<addrinfo>?
  let failure = getaddrinfo(host, String(port), &hints, &list)
  defer { freeaddrinfo(list) }
  guard failure == 0, let info = list?.pointee, let address = SocketAddress(info) else {
    throw POSIXError(.EINVAL)
  }
  return address
}

internal import Glibc

/// How the system monitors an idle connection: it probes the peer, which also keeps routers from
/// dropping the connection. A connection whose sent data is not acknowledged counts as idle, too.
package struct Keepalive: Sendable {
  /// The range that Linux accepts: 1 to 32,767 s.
  package static let milliseconds: ClosedRange<Int32> = 1_000...32_767_000
  private static let probes: Int32 = 6

  /// How long the peer may be silent before it is probed. Six probes take the same time again, but at
  /// least 6 s. 0: never.
  package var idleMilliseconds: Int32 = 60_000

  package init() {}

  func apply(to socket: Int32) {
    guard idleMilliseconds > 0 else { return }
    let idle = Int32((Int64(idleMilliseconds) + 999) / 1000)
    let interval = max(1, idle / Self.probes)
    let patience = (Int64(idle) + Int64(interval) * Int64(Self.probes)) * 1000
    Self.set(socket, SOL_SOCKET, SO_KEEPALIVE, 1)
    Self.set(socket, Int32(IPPROTO_TCP), TCP_KEEPIDLE, idle)
    Self.set(socket, Int32(IPPROTO_TCP), TCP_KEEPINTVL, interval)
    Self.set(socket, Int32(IPPROTO_TCP), TCP_KEEPCNT, Self.probes)
    // Without it, the system keeps retransmitting for a quarter of an hour. A shorter timeout would end a
    // connection when the first probe is lost.
    Self.set(socket, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, Int32(clamping: patience))
  }

  private static func set(_ socket: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
    var value = value
    setsockopt(socket, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
  }
}

package import Glibc
package import SparkWire

/// What a connection waits for.
package typealias Interest = pollfd

/// Waits for one exchange's descriptors with poll(2).
package struct Poller {
  package enum Outcome {
    /// Something may have happened.
    case ready
    case timedOut
    /// A signal handler ran.
    case interrupted
  }

  private var interests: [Interest] = []

  package init() {}

  /// - Parameters:
  ///   - timeoutMilliseconds: nil waits without limit.
  ///   - gather: appends what to wait for.
  package mutating func wait(
    _ interruption: Interruption, timeoutMilliseconds: Int32?,
    gather: (inout [Interest]) -> Void
  ) throws(SparkError) -> Outcome {
    let wake = try interruption.prepare()
    // A cancel that came before the descriptor was there has only left its mark.
    if interruption.isCancelled { return .ready }
    interests.removeAll(keepingCapacity: true)
    interests.append(Interest(fd: wake, events: Int16(POLLIN), revents: 0))
    gather(&interests)
    let count = nfds_t(interests.count)
    let result = interests.withUnsafeMutableBufferPointer {
      poll($0.baseAddress, count, timeoutMilliseconds ?? -1)
    }
    if result > 0 {
      if interests.first?.revents != 0 { interruption.drain() }
      return .ready
    }
    if result == 0 { return .timedOut }
    if errno == EINTR { return .interrupted }
    throw .system(.io, "waiting for the network failed", errno: errno)
  }
}

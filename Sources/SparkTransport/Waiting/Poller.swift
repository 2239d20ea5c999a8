internal import Glibc
package import SparkWire

/// Waits for one exchange's descriptors with poll(2).
package struct Poller {
  private var interests: [Interest] = []
  private var list: [pollfd] = []

  package init() {}

  /// - Parameters:
  ///   - timeoutMilliseconds: nil waits without limit.
  ///   - gather: Appends what to wait for.
  package mutating func wait(
    _ waker: Waker, timeoutMilliseconds: Int32?,
    gather: (inout [Interest]) -> Void
  ) throws(SparkError) -> WaitOutcome {
    let wake = try waker.prepare()
    // A wake that came before the descriptor existed only set the flag.
    if waker.takeSignal() { return .ready }
    interests.removeAll(keepingCapacity: true)
    gather(&interests)
    list.removeAll(keepingCapacity: true)
    list.append(Interest(wake.descriptor, reading: true, writing: false).forPoll)
    for interest in interests { list.append(interest.forPoll) }
    defer { interests.removeAll(keepingCapacity: true) }
    let count = nfds_t(list.count)
    let result = list.withUnsafeMutableBufferPointer {
      poll($0.baseAddress, count, timeoutMilliseconds ?? -1)
    }
    if result > 0 {
      if list.first?.revents != 0 {
        wake.drain()
        _ = waker.takeSignal()
      }
      return .ready
    }
    if result == 0 { return .timedOut }
    if errno == EINTR { return .interrupted }
    throw .system(.io, "waiting for the network failed", errno: errno)
  }
}

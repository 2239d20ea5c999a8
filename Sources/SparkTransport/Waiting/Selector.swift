internal import CSystem
internal import Glibc
package import SparkWire

/// Waits for many connections with one epoll(7) descriptor. The descriptor is level-triggered, so the
/// host may wait for it in its own event loop.
package final class Selector {
  /// The interests registered for one connection.
  package struct Registration {
    fileprivate var interests: [Interest] = []
    package init() {}
  }

  private static let wakeToken = UInt64.max
  private static let timerToken = UInt64.max - 1

  private let epoll: Descriptor
  private let timer: Descriptor
  private let wake: WakeDescriptor
  private var tokens = [UInt64](repeating: 0, count: Int(SPARKCHAT_SHIM_EPOLL_BATCH))
  private var armed: Instant?
  private var gathered: [Interest] = []

  package init() throws(SparkError) {
    let epoll = sparkchat_shim_epoll()
    guard epoll >= 0 else { throw .system(.io, "making an epoll descriptor failed", errno: errno) }
    self.epoll = Descriptor(owning: epoll)
    let timer = sparkchat_shim_timer()
    guard timer >= 0 else { throw .system(.io, "making a timer descriptor failed", errno: errno) }
    self.timer = Descriptor(owning: timer)
    wake = try WakeDescriptor()
    try control(
      EPOLL_CTL_ADD, Interest(wake.descriptor, reading: true, writing: false), Self.wakeToken)
    try control(EPOLL_CTL_ADD, Interest(self.timer, reading: true, writing: false), Self.timerToken)
  }

  package var descriptor: Int32 { epoll.raw }

  /// Ends a wait early. Safe in a signal handler.
  package func signal() { wake.signal() }

  /// Makes the descriptor readable.
  package func nudge() { wake.nudge() }

  package func attach(_ waker: Waker) { waker.attach(to: wake) }

  package func detach(_ waker: Waker) { waker.detach() }

  /// Updates `registration` to what `gather` appends. Without a change, this costs no system call. If it
  /// fails, nothing is registered.
  package func update(
    _ registration: inout Registration, token: UInt64, gather: (inout [Interest]) -> Void
  ) throws(SparkError) {
    gather(&gathered)
    // An interest keeps its descriptor open.
    defer { gathered.removeAll(keepingCapacity: true) }
    if gathered == registration.interests { return }
    for old in registration.interests
    where !gathered.contains(where: { $0.descriptor === old.descriptor }) {
      forget(old)
    }
    for new in gathered {
      let old = registration.interests.first { $0.descriptor === new.descriptor }
      guard old != new else { continue }
      do throws(SparkError) {
        try control(old == nil ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, new, token)
      } catch {
        for interest in gathered { forget(interest) }
        registration.interests = []
        throw error
      }
    }
    registration.interests = gathered
  }

  package func remove(_ registration: inout Registration) {
    for interest in registration.interests { forget(interest) }
    registration.interests = []
  }

  /// Waits, and calls `report` with the token of each connection that is ready.
  package func wait(
    timeoutMilliseconds: Int32?, report: (UInt64) -> Void
  ) throws(SparkError) -> (outcome: WaitOutcome, isSignalled: Bool) {
    let count = tokens.withUnsafeMutableBufferPointer { tokens in
      sparkchat_shim_epoll_wait(epoll.raw, tokens.baseAddress, timeoutMilliseconds ?? -1)
    }
    if count < 0 {
      if errno == EINTR { return (.interrupted, false) }
      throw .system(.io, "waiting for the network failed", errno: errno)
    }
    var isSignalled = false
    for token in tokens.prefix(Int(count)) {
      switch token {
      case Self.wakeToken:
        isSignalled = wake.drain()
      case Self.timerToken:
        var expirations: UInt64 = 0
        _ = read(timer.raw, &expirations, MemoryLayout.size(ofValue: expirations))
        armed = nil
      default:
        report(token)
      }
    }
    return (count > 0 ? .ready : .timedOut, isSignalled)
  }

  /// Makes the descriptor readable at `moment` at the latest. A timer that is set too early is left
  /// alone: it costs one wake, whereas moving it with every message would cost a system call each time.
  package func arm(_ moment: Instant?) {
    guard let moment, armed.map({ moment < $0 }) ?? true else { return }
    let isSet = sparkchat_shim_timer_set(timer.raw, max(moment.nanoseconds, 1)) == 0
    armed = isSet ? moment : nil
  }

  /// If this fails, the descriptor was not registered, and there is nothing to undo.
  private func forget(_ interest: Interest) {
    _ = sparkchat_shim_epoll_control(epoll.raw, EPOLL_CTL_DEL, interest.descriptor.raw, 0, 0, 0)
  }

  private func control(
    _ operation: Int32, _ interest: Interest, _ token: UInt64
  ) throws(SparkError) {
    let result = sparkchat_shim_epoll_control(
      epoll.raw, operation, interest.descriptor.raw, interest.reading ? 1 : 0,
      interest.writing ? 1 : 0, token)
    guard result == 0 else {
      throw .system(.io, "waiting for a connection could not be set up", errno: errno)
    }
  }
}

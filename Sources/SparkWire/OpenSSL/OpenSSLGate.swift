internal import COpenSSL
internal import CSystem
internal import Glibc

/// Keeps threads out of OpenSSL while the process exits.
///
/// OpenSSL frees what its threads share in a handler of exit(3), while other threads still run. Our handler is
/// registered behind that one, and so it runs before: it closes the gate and waits until nobody is inside.
/// Who comes later is held until the process should be gone. A thread that returned to the host could end,
/// and what OpenSSL does at the end of a thread must not meet its cleanup, either.
///
/// Between `enter` and `leave`, OpenSSL is called and never the host, and nobody enters twice: so no thread
/// that is inside calls exit(3), or waits in front of the gate.
///
/// `@unchecked Sendable`: the word is only changed by atomic additions.
package struct OpenSSLGate: @unchecked Sendable {
  package static let shared = OpenSSLGate()

  /// Makes the number of threads inside negative.
  private static let closing = Int32.min
  /// The exiting thread waits this long for the others, and then leaves them that long behind.
  private static let patienceSeconds = 1

  // Written before the gate is closed, and read by those who find it closed.
  nonisolated(unsafe) private static var exitingThread = pthread_t()
  nonisolated(unsafe) private static var heldUntil = timespec()

  /// How many threads are inside. A child process begins with none: the parent's are not there.
  private let inside: UnsafeMutablePointer<Int32>

  private init() {
    // OpenSSL registers its handler with the first setting. This one gives its errors their texts.
    OPENSSL_init_crypto(UInt64(OPENSSL_INIT_LOAD_CRYPTO_STRINGS), nil)
    atexit { OpenSSLGate.shared.close() }
    if let page = sparkchat_shim_map_wiped_on_fork() {
      inside = page
    } else {
      inside = .allocate(capacity: 1)
      inside.initialize(to: 0)
    }
  }

  /// OpenSSL may be called until `leave`. Throws where the process is exiting.
  package func enter() throws(SparkError) {
    guard admits() else { throw turnAway() }
  }

  /// The two halves of `enter`: a token has no instructions to spare for an error that does not happen.
  package func admits() -> Bool { sparkchat_shim_add(inside, 1) > 0 }

  package func turnAway() -> SparkError {
    leave()
    // The exiting thread may still come to free what the host has left to its own handlers.
    if pthread_equal(pthread_self(), Self.exitingThread) == 0 {
      while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &Self.heldUntil, nil) == EINTR {}
    }
    return SparkError(
      .state, "the process is exiting", hint: "end or join the threads that ask before exit()")
  }

  package func leave() {
    _ = sparkchat_shim_add(inside, -1)
  }

  /// For goodbyes, which an exiting process leaves to the system.
  package func ifOpen(_ body: () -> Void) {
    guard (try? enter()) != nil else { return }
    defer { leave() }
    body()
  }

  /// The handler of exit(3).
  private func close() {
    Self.exitingThread = pthread_self()
    var deadline = timespec()
    clock_gettime(CLOCK_MONOTONIC, &deadline)
    deadline.tv_sec += Self.patienceSeconds
    Self.heldUntil = deadline
    Self.heldUntil.tv_sec += Self.patienceSeconds
    _ = sparkchat_shim_add(inside, Self.closing)
    while sparkchat_shim_add(inside, 0) != Self.closing, !hasPassed(deadline) {
      usleep(500)
    }
  }

  private func hasPassed(_ moment: timespec) -> Bool {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return (now.tv_sec, now.tv_nsec) >= (moment.tv_sec, moment.tv_nsec)
  }
}

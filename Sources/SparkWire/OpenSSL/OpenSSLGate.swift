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
package enum OpenSSLGate {
  /// Added to the number of threads inside.
  private static let closed: Int32 = 1 << 30
  /// The exiting thread waits this long for the others, and then leaves them that long behind.
  private static let patienceSeconds = 1

  /// In a child process, the parent's threads are not inside.
  nonisolated(unsafe) private static let state: UnsafeMutablePointer<Int32> = {
    // A setting that changes nothing: OpenSSL registers its handler with the first one.
    OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS), nil)
    atexit { OpenSSLGate.close() }
    if let page = sparkchat_shim_map_wiped_on_fork() { return page }
    let word = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    word.initialize(to: 0)
    return word
  }()

  // Written before the gate is closed, and read by those who find it closed.
  nonisolated(unsafe) private static var exitingThread = pthread_t()
  nonisolated(unsafe) private static var heldUntil = timespec()

  /// OpenSSL may be called until `leave`. Throws where the process is exiting.
  package static func enter() throws(SparkError) {
    guard sparkchat_shim_add(state, 1) >= closed else { return }
    leave()
    hold()
    throw SparkError(
      .state, "the process is exiting", hint: "end or join the threads that ask before exit()")
  }

  /// For goodbyes, which an exiting process leaves to the system.
  package static func ifOpen(_ body: () -> Void) {
    guard (try? enter()) != nil else { return }
    defer { leave() }
    body()
  }

  package static func leave() {
    _ = sparkchat_shim_add(state, -1)
  }

  /// The handler of exit(3).
  private static func close() {
    exitingThread = pthread_self()
    var deadline = timespec()
    clock_gettime(CLOCK_MONOTONIC, &deadline)
    deadline.tv_sec += patienceSeconds
    heldUntil = deadline
    heldUntil.tv_sec += patienceSeconds
    _ = sparkchat_shim_add(state, closed)
    while sparkchat_shim_add(state, 0) != closed, !hasPassed(deadline) {
      usleep(500)
    }
  }

  /// The exiting thread may still come to free what the host has left to its own handlers.
  private static func hold() {
    guard pthread_equal(pthread_self(), exitingThread) == 0 else { return }
    while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &heldUntil, nil) == EINTR {}
  }

  private static func hasPassed(_ moment: timespec) -> Bool {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return (now.tv_sec, now.tv_nsec) >= (moment.tv_sec, moment.tv_nsec)
  }
}

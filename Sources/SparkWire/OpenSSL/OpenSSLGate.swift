internal import COpenSSL
internal import CSystem
internal import Glibc

/// Keeps threads out of OpenSSL while the process exits.
///
/// OpenSSL frees its shared state in a handler of exit(3), while other threads still run. Our
/// handler is registered after that one and therefore runs first: it closes the gate and waits
/// until no thread is inside. Threads that arrive later are held until the process should be gone.
/// If they returned to the host, they could end, and OpenSSL's work at the end of a thread must not
/// run during its cleanup either.
///
/// Between `enter` and `leave`, the library calls OpenSSL but never the host, and no thread enters
/// twice. Therefore no thread inside calls exit(3) or waits at the gate.
///
/// `@unchecked Sendable`: the word is only changed by atomic additions.
package struct OpenSSLGate: @unchecked Sendable {
  package static let shared = OpenSSLGate()

  /// Makes the number of threads inside negative.
  private static let closing = Int32.min
  /// How long the exiting thread waits for the others, and how much longer these are held.
  private static let patienceSeconds = 1

  // Written before the gate closes, and read by threads that find it closed.
  nonisolated(unsafe) private static var exitingThread = pthread_t()
  nonisolated(unsafe) private static var heldUntil = timespec()

  /// How many threads are inside. A child process starts with 0: the parent's threads do not exist
  /// in it.
  private let inside: UnsafeMutablePointer<Int32>

  private init() {
    // OpenSSL registers its handler during the first initialization. This one loads its error
    // texts.
    OPENSSL_init_crypto(UInt64(OPENSSL_INIT_LOAD_CRYPTO_STRINGS), nil)
    atexit { OpenSSLGate.shared.close() }
    if let page = sparkchat_shim_map_wiped_on_fork() {
      inside = page
    } else {
      inside = .allocate(capacity: 1)
      inside.initialize(to: 0)
    }
  }

  /// Allows calls to OpenSSL until `leave`. Throws if the process is exiting.
  package func enter() throws(SparkError) {
    guard admits() else { throw turnAway() }
  }

  /// The two halves of `enter`, which keep the error out of the code that runs for each token.
  package func admits() -> Bool { sparkchat_shim_add(inside, 1) > 0 }

  package func turnAway() -> SparkError {
    leave()
    // Not the exiting thread: it may still run the host's handlers, which free objects.
    if pthread_equal(pthread_self(), Self.exitingThread) == 0 {
      while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &Self.heldUntil, nil) == EINTR {}
    }
    return SparkError(
      .state, "the process is exiting",
      hint: "end or join the threads that use the library before exit()")
  }

  package func leave() {
    _ = sparkchat_shim_add(inside, -1)
  }

  /// Runs `body` unless the process is exiting: closing connections is then left to the system.
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

internal import Glibc
internal import SparkWire

/// Looks up a host name once for all connections that wait for it.
///
/// `getaddrinfo` blocks and cannot be stopped, so it runs on a separate thread, which only
/// stores the result and wakes the waiters. An abandoned lookup ends on its own.
final class Resolver: Sendable {
  typealias Outcome = Result<[SocketAddress], SparkError>

  private struct State {
    var outcome: Outcome?
    var waiters: [Waker] = []
  }

  private let host: String
  private let port: UInt16
  private let state = Locked(State())

  init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// nil while the lookup is running.
  var outcome: Outcome? { state.withLock { $0.outcome } }

  /// Wakes `waiter` when the lookup is done. Returns false if it is already done.
  func join(_ waiter: Waker) -> Bool {
    state.withLock { state in
      if state.outcome == nil { state.waiters.append(waiter) }
      return state.outcome == nil
    }
  }

  /// Forgets one `join` of `waiter`.
  func leave(_ waiter: Waker) {
    state.withLock { state in
      if let index = state.waiters.firstIndex(where: { $0 === waiter }) {
        state.waiters.remove(at: index)
      }
    }
  }

  /// Starts the lookup on a thread, which the caller has taken from `LookupThreads`. It is given back when
  /// the lookup ends.
  func start() throws(SparkError) {
    // The thread inherits the mask, so the host's signal handlers never run on it.
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    let context = Unmanaged.passRetained(self)
    var thread = pthread_t()
    // The host's default stack size: only the host knows how much of it thread-local storage takes.
    let failure = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<Resolver>.fromOpaque(context).takeRetainedValue().run()
        LookupThreads.giveBack()
        return nil
      }, context.toOpaque())
    if failure == 0 { pthread_detach(thread) }
    pthread_sigmask(SIG_SETMASK, &before, nil)
    guard failure == 0 else {
      context.release()
      LookupThreads.giveBack()
      var error = SparkError.system(
        .resolve, "starting the name lookup failed", errno: failure, retryable: true)
      error.hint =
        "the process may have reached its thread limit; raise it (ulimit -u, or pids.max of its cgroup)"
      finish(.failure(error))
      throw error
    }
  }

  private func run() {
    finish(Self.lookUp(host, port, flags: 0))
  }

  /// Releases the waiters before they can see the outcome, so that this thread does not keep
  /// their resources, such as a descriptor, after they are gone.
  private func finish(_ found: Outcome) {
    state.withLock { state in
      for waiter in state.waiters { waiter.wake() }
      state.waiters = []
      state.outcome = found
    }
  }

  /// Blocks, unless `flags` say that the host is a numeric address.
  static func lookUp(_ host: String, _ port: UInt16, flags: Int32) -> Outcome {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = flags | AI_NUMERICSERV
    var list: UnsafeMutablePointer<addrinfo>?
    errno = 0
    let failure = getaddrinfo(host, String(port), &hints, &list)
    let code = errno
    defer { if let list { freeaddrinfo(list) } }
    guard failure == 0 else { return .failure(error(failure, errno: code, host: host)) }
    var addresses: [SocketAddress] = []
    var next = list
    while let info = next?.pointee {
      if let address = SocketAddress(info) { addresses.append(address) }
      next = info.ai_next
    }
    guard !addresses.isEmpty else { return .failure(error(EAI_NONAME, errno: 0, host: host)) }
    return .success(addresses.interleaved())
  }

  private static func error(_ failure: Int32, errno code: Int32, host: String) -> SparkError {
    // Without a free descriptor the C library sends no request, and may return the same code as for a silent
    // name server.
    let shortage = SparkError.shortageHint(errno: code)
    let isSystems = failure == EAI_SYSTEM || shortage != nil
    let reason =
      isSystems
      ? SparkError.describe(errno: code) : String(cString: gai_strerror(failure))
    var error = SparkError(
      .resolve, "the host name \"\(host)\" could not be looked up: \(reason)",
      hint: shortage ?? "check the URL's host name and this machine's network and DNS",
      retryable: failure == EAI_AGAIN)
    error.osErrno = isSystems ? code : 0
    return error
  }
}

internal import Glibc
internal import SparkWire

/// Looks up a host name, once for all who wait for it.
///
/// `getaddrinfo` blocks and cannot be stopped, so it runs on a thread of its own, which only
/// stores the result and wakes the waiters; an abandoned lookup ends by itself.
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

  /// nil while the lookup is under way.
  var outcome: Outcome? { state.withLock { $0.outcome } }

  /// Wakes `waiter` when the lookup is done; false if it is done already.
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

  /// Starts the lookup on a thread, which was taken from `LookupThreads` and is given back when it ends.
  func start() throws(SparkError) {
    // The thread inherits the mask: the host's signal handlers never run on it.
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    let context = Unmanaged.passRetained(self)
    var thread = pthread_t()
    // With the host's own stack size: how much of it thread-local memory takes is the host's affair.
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
        "the process may have no more threads; raise its limit (ulimit -u, or pids.max of its cgroup)"
      finish(.failure(error))
      throw error
    }
  }

  private func run() {
    finish(Self.lookUp(host, port, flags: 0))
  }

  /// The waiters are let go before they can see the outcome: nothing of theirs, such as a
  /// descriptor, outlives them on this thread.
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
    // Without a descriptor the C library asks nobody, and may say what it says of a silent name server.
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

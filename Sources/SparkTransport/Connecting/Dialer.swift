internal import Glibc
internal import SparkWire

/// Connects to the first of several addresses that answers. A new attempt starts every 250 ms, or as soon
/// as one has failed, while the earlier ones continue (RFC 8305, section 5). The number of attempts is
/// limited: DNS may list any number of addresses, and each attempt costs a descriptor and part of the
/// error message.
final class Dialer {
  private struct Attempt {
    let descriptor: Descriptor
    let address: SocketAddress
  }

  private static let delayMilliseconds: Int32 = 250
  /// As many as the default deadline allows if no address answers.
  private static let maxAddresses = 40
  private static let maxNamed = 4

  private let host: String?
  private let authority: String
  private let keepalive: Keepalive
  private let untried: Int
  private var waiting: ArraySlice<SocketAddress>
  private var attempts: [Attempt] = []
  private var failures: [(address: SocketAddress, errno: Int32)] = []
  /// When to try the next address even if no attempt has failed.
  private(set) var nextAttempt: Instant?

  /// - Parameter host: What was looked up; nil: not known.
  init(
    _ addresses: [SocketAddress], host: String? = nil, authority: String,
    keepalive: Keepalive = Keepalive()
  ) {
    waiting = addresses.prefix(Self.maxAddresses)
    untried = addresses.count - waiting.count
    self.host = host
    self.authority = authority
    self.keepalive = keepalive
  }

  /// The connected socket, or nil while no attempt has succeeded yet.
  func advance(now: Instant) throws(SparkError) -> Socket? {
    if let connected = checkAttempts() { return connected }
    while attempts.isEmpty || nextAttempt.map({ $0 <= now }) ?? false {
      guard let address = waiting.popFirst() else {
        nextAttempt = nil
        break
      }
      nextAttempt = waiting.isEmpty ? nil : now.advanced(byMilliseconds: Self.delayMilliseconds)
      if let connected = start(address) { return connected }
    }
    if attempts.isEmpty { throw failure() }
    return nil
  }

  func appendInterests(to list: inout [Interest]) {
    for attempt in attempts {
      list.append(Interest(attempt.descriptor, reading: false, writing: true))
    }
  }

  private func start(_ address: SocketAddress) -> Socket? {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let raw = socket(address.family, type, Int32(IPPROTO_TCP))
    guard raw >= 0 else {
      failures.append((address, errno))
      return nil
    }
    let descriptor = Descriptor(owning: raw)
    var on: Int32 = 1
    setsockopt(raw, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    keepalive.apply(to: raw)
    return settle(Attempt(descriptor: descriptor, address: address))
  }

  private func checkAttempts() -> Socket? {
    let running = attempts
    attempts.removeAll(keepingCapacity: true)
    for attempt in running {
      if let connected = settle(attempt) { return connected }
    }
    return nil
  }

  /// Starts an attempt or checks on it: connect(2) does both.
  private func settle(_ attempt: Attempt) -> Socket? {
    let result = attempt.address.withPointer { connect(attempt.descriptor.raw, $0, $1) }
    let code = result == 0 ? 0 : errno
    switch code {
    case 0, EISCONN:
      return Socket(attempt.descriptor)
    case EINPROGRESS, EALREADY, EINTR:
      attempts.append(attempt)
    default:
      failures.append((attempt.address, code))
      // The next address is tried immediately.
      nextAttempt = Instant.distantPast
    }
    return nil
  }

  private func failure() -> SparkError {
    var list = failures.prefix(Self.maxNamed).map {
      let (address, reason) = ($0.address.description, SparkError.describe(errno: $0.errno))
      return address == host ? reason : "\(address): \(reason)"
    }
    let unnamed = failures.count - list.count
    if unnamed > 0 { list.append("\(unnamed) more addresses failed") }
    if untried > 0 { list.append("\(untried) were not tried") }
    var error = SparkError(
      .connect, "connecting to \(authority) failed: \(list.joined(separator: "; "))",
      hint: failures.lazy.compactMap { SparkError.shortageHint(errno: $0.errno) }.first
        ?? "check the URL's host and port, and whether a firewall or proxy blocks the connection",
      retryable: true)
    error.osErrno = failures.last?.errno ?? 0
    return error
  }
}

internal import Glibc
internal import SparkWire
internal import Synchronization

/// The name lookups of a client. Connections that need the same name at the same time share one
/// lookup, and so one thread.
package final class AddressBook: Sendable {
  private let running = Mutex<[String: Resolver]>([:])

  package init() {}

  /// A lookup that is done, or will wake `waiter` when it is.
  func lookUp(
    _ host: String, _ port: UInt16, waiter: Waker
  ) throws(SparkError) -> Resolver {
    let key = "\(host):\(port)"
    let (resolver, isNew) = running.withLock { running in
      if let resolver = running[key], resolver.join(waiter) { return (resolver, false) }
      let resolver = Resolver(host: host, port: port)
      _ = resolver.join(waiter)
      running[key] = resolver
      return (resolver, true)
    }
    guard isNew else { return resolver }
    do throws(SparkError) {
      try resolver.start()
    } catch {
      running.withLock { if $0[key] === resolver { $0[key] = nil } }
      throw error
    }
    return resolver
  }

  /// A numeric address needs no lookup.
  static func numeric(_ host: String, _ port: UInt16) -> [SocketAddress]? {
    try? Resolver.lookUp(host, port, flags: AI_NUMERICHOST).get()
  }
}

internal import Glibc
internal import SparkWire

/// The name lookups of a client. Connections that need the same name at the same time share one
/// lookup and its thread.
package final class AddressBook: Sendable {
  private let running = Locked<[String: Resolver]>([:])

  package init() {}

  /// Returns a lookup that wakes `waiter` when it is done; nil if no lookup thread is available.
  func lookUp(
    _ host: String, _ port: UInt16, waiter: Waker
  ) throws(SparkError) -> Lookup? {
    let key = "\(host):\(port)"
    let (lookup, isNew) = running.withLock { running -> (lookup: Lookup?, isNew: Bool) in
      if let resolver = running[key], let lookup = Lookup(resolver, waiter: waiter) {
        return (lookup, false)
      }
      guard LookupThreads.take() else { return (nil, false) }
      let resolver = Resolver(host: host, port: port)
      running[key] = resolver
      return (Lookup(resolver, waiter: waiter), true)
    }
    guard let lookup, isNew else { return lookup }
    do throws(SparkError) {
      try lookup.resolver.start()
    } catch {
      running.withLock { if $0[key] === lookup.resolver { $0[key] = nil } }
      throw error
    }
    return lookup
  }

  /// Returns the address if `host` is numeric and needs no lookup; else nil.
  static func numeric(_ host: String, _ port: UInt16) -> [SocketAddress]? {
    try? Resolver.lookUp(host, port, flags: AI_NUMERICHOST).get()
  }
}

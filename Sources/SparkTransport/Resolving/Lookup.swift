internal import SparkWire

/// One connection's wait for a lookup: whoever lets go of it leaves nothing behind, however long the
/// lookup takes.
package final class Lookup {
  let resolver: Resolver
  private let waiter: Waker
  private let process = ProcessStamp()

  /// nil where the lookup is done already; else `waiter` is woken when it is.
  init?(_ resolver: Resolver, waiter: Waker) {
    self.resolver = resolver
    self.waiter = waiter
    guard resolver.join(waiter) else { return nil }
  }

  deinit {
    // In a child process, a thread of the parent may seem to hold the lock for ever.
    guard !process.isForeign else { return }
    resolver.leave(waiter)
  }

  /// nil while the lookup is under way.
  var outcome: Resolver.Outcome? { resolver.outcome }
}

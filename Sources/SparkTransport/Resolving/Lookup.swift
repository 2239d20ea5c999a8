internal import SparkWire

/// One connection's wait for a lookup. Releasing it ends the wait and frees its resources, even if the
/// lookup is still running.
package final class Lookup {
  let resolver: Resolver
  private let waiter: Waker
  private let process = ProcessStamp()

  /// Returns nil if the lookup is already done; otherwise the lookup wakes `waiter` when it is.
  init?(_ resolver: Resolver, waiter: Waker) {
    self.resolver = resolver
    self.waiter = waiter
    guard resolver.join(waiter) else { return nil }
  }

  deinit {
    // In a child process, the lock may look held forever by a thread of the parent.
    guard !process.isForeign else { return }
    resolver.leave(waiter)
  }

  /// nil while the lookup is running.
  var outcome: Resolver.Outcome? { resolver.outcome }
}

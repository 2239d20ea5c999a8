internal import CSystem
internal import Glibc
package import SparkWire
internal import Synchronization

/// Ends a wait early: from another thread, a signal handler, or the name resolver.
///
/// The descriptor is made before the first wait, so that an exchange that never waits costs none,
/// and lives as long as this object: whoever may wake it holds a reference.
package final class Interruption: Sendable {
  private let cancelled = Atomic<Bool>(false)
  private let descriptor = Atomic<Int32>(-1)

  package init() {}

  deinit {
    let descriptor = descriptor.load(ordering: .acquiring)
    if descriptor >= 0 { close(descriptor) }
  }

  package var isCancelled: Bool { cancelled.load(ordering: .sequentiallyConsistent) }

  /// Safe in a signal handler: two atomic accesses and a write.
  package func cancel() {
    cancelled.store(true, ordering: .sequentiallyConsistent)
    wake()
  }

  /// Makes a wait that is under way, or the next one, end at once. Safe in a signal handler.
  package func wake() {
    let descriptor = descriptor.load(ordering: .sequentiallyConsistent)
    guard descriptor >= 0 else { return }
    let saved = errno
    var one: UInt64 = 1
    _ = write(descriptor, &one, MemoryLayout.size(ofValue: one))
    errno = saved
  }

  /// The descriptor to wait on. One thread at a time calls this.
  package func prepare() throws(SparkError) -> Int32 {
    let known = descriptor.load(ordering: .acquiring)
    if known >= 0 { return known }
    let made = sparkchat_shim_eventfd()
    guard made >= 0 else { throw .system(.io, "making an event descriptor failed", errno: errno) }
    descriptor.store(made, ordering: .sequentiallyConsistent)
    return made
  }

  /// Forgets wakes that have been seen.
  package func drain() {
    let descriptor = descriptor.load(ordering: .acquiring)
    guard descriptor >= 0 else { return }
    var count: UInt64 = 0
    _ = read(descriptor, &count, MemoryLayout.size(ofValue: count))
  }
}

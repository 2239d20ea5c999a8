internal import Glibc
internal import SparkWire
internal import Synchronization

/// Ends a wait early. Another thread, a signal handler, the name resolver, or a stream that gives back
/// its place in the queue may do so.
///
/// The descriptor that is signalled belongs to this object, or to the group that its stream is in.
/// It is made for the first wait, and stays open for as long as anyone might signal it.
package final class Waker: Sendable {
  private struct Held {
    var own: WakeDescriptor?
    var groups: [WakeDescriptor] = []
  }

  private let cancelled = Atomic<Bool>(false)
  private let signalled = Atomic<Bool>(false)
  private let target = Atomic<Int32>(-1)
  /// How many calls of `wake` are running: each may be about to use the target it has read.
  private let wakers = Atomic<Int>(0)
  private let held = Locked(Held())

  package init() {}

  package var isCancelled: Bool { cancelled.load(ordering: .sequentiallyConsistent) }

  /// Safe in a signal handler: uses only atomic accesses and write(2).
  package func cancel() {
    cancelled.store(true, ordering: .sequentiallyConsistent)
    wake()
  }

  package func forgetCancel() {
    cancelled.store(false, ordering: .sequentiallyConsistent)
  }

  /// Makes the current wait, or the next one, end immediately. Safe in a signal handler.
  package func wake() {
    signalled.store(true, ordering: .sequentiallyConsistent)
    wakers.add(1, ordering: .sequentiallyConsistent)
    let raw = target.load(ordering: .sequentiallyConsistent)
    if raw >= 0 { WakeDescriptor.signal(raw) }
    wakers.subtract(1, ordering: .sequentiallyConsistent)
  }

  /// Returns whether `wake` was called since the last call.
  package func takeSignal() -> Bool {
    signalled.exchange(false, ordering: .sequentiallyConsistent)
  }

  /// Returns the object's own descriptor, to wait on outside of a group.
  func prepare() throws(SparkError) -> WakeDescriptor {
    if let own = held.withLock({ $0.own }) {
      target.store(own.descriptor.raw, ordering: .sequentiallyConsistent)
      return own
    }
    let made = try WakeDescriptor()
    held.withLock { $0.own = made }
    target.store(made.descriptor.raw, ordering: .sequentiallyConsistent)
    return made
  }

  /// From now on, `wake` signals the group's descriptor.
  func attach(to group: WakeDescriptor) {
    held.withLock { held in
      if !held.groups.contains(where: { $0 === group }) { held.groups.append(group) }
    }
    target.store(group.descriptor.raw, ordering: .sequentiallyConsistent)
    letGo(but: group)
  }

  /// Stops signalling the group's descriptor: the stream has left its group.
  func detach() {
    let own = held.withLock { $0.own?.descriptor.raw }
    target.store(own ?? -1, ordering: .sequentiallyConsistent)
    letGo(but: nil)
  }

  /// Releases the descriptors of former groups: a stream may be in many during its life, and they must
  /// not add up.
  private func letGo(but group: WakeDescriptor?) {
    guard wakers.load(ordering: .sequentiallyConsistent) == 0 else { return }
    held.withLock { $0.groups.removeAll { $0 !== group } }
  }
}

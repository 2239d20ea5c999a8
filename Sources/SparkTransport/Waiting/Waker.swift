internal import Glibc
internal import SparkWire
internal import Synchronization

/// Ends a wait early: from another thread, a signal handler, the name resolver, or whoever gives
/// back a place in line.
///
/// The descriptor that is signalled belongs to this object, or to the group that its stream is in.
/// It is only made for the first wait, and stays open for as long as anybody might signal it.
package final class Waker: Sendable {
  private struct Held {
    var own: WakeDescriptor?
    var groups: [WakeDescriptor] = []
  }

  private let cancelled = Atomic<Bool>(false)
  private let signalled = Atomic<Bool>(false)
  private let target = Atomic<Int32>(-1)
  /// How many calls of `wake` are under way: each may be about to use the target it has read.
  private let wakers = Atomic<Int>(0)
  private let held = Locked(Held())

  package init() {}

  package var isCancelled: Bool { cancelled.load(ordering: .sequentiallyConsistent) }

  /// Safe in a signal handler: atomic accesses and a write.
  package func cancel() {
    cancelled.store(true, ordering: .sequentiallyConsistent)
    wake()
  }

  package func forgetCancel() {
    cancelled.store(false, ordering: .sequentiallyConsistent)
  }

  /// Makes a wait that is under way, or the next one, end at once. Safe in a signal handler.
  package func wake() {
    signalled.store(true, ordering: .sequentiallyConsistent)
    wakers.add(1, ordering: .sequentiallyConsistent)
    let raw = target.load(ordering: .sequentiallyConsistent)
    if raw >= 0 { WakeDescriptor.signal(raw) }
    wakers.subtract(1, ordering: .sequentiallyConsistent)
  }

  /// Whether there was a wake since the last call.
  package func takeSignal() -> Bool {
    signalled.exchange(false, ordering: .sequentiallyConsistent)
  }

  /// The object's own descriptor, to wait on outside of a group.
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

  /// The stream has left its group.
  func detach() {
    let own = held.withLock { $0.own?.descriptor.raw }
    target.store(own ?? -1, ordering: .sequentiallyConsistent)
    letGo(but: nil)
  }

  /// A stream may be in many groups during its life; their descriptors must not add up.
  private func letGo(but group: WakeDescriptor?) {
    guard wakers.load(ordering: .sequentiallyConsistent) == 0 else { return }
    held.withLock { $0.groups.removeAll { $0 !== group } }
  }
}

internal import CSystem
internal import Glibc
internal import SparkWire

/// A descriptor that becomes readable when it is signalled.
final class WakeDescriptor: Sendable {
  let descriptor: Descriptor

  init() throws(SparkError) {
    let raw = sparkchat_shim_eventfd()
    guard raw >= 0 else { throw .system(.io, "making an event descriptor failed", errno: errno) }
    descriptor = Descriptor(owning: raw)
  }

  func signal() {
    Self.signal(descriptor.raw)
  }

  /// Makes the descriptor readable, but counts as no signal.
  func nudge() {
    Self.add(Self.oneNudge, to: descriptor.raw)
  }

  /// Forgets the signals so far. Returns whether there were any.
  @discardableResult
  func drain() -> Bool {
    var count: UInt64 = 0
    _ = read(descriptor.raw, &count, MemoryLayout.size(ofValue: count))
    return count % Self.oneNudge > 0
  }

  /// Safe in a signal handler.
  static func signal(_ raw: Int32) {
    add(1, to: raw)
  }

  /// More signals than there ever are between two drains.
  private static let oneNudge: UInt64 = 1 << 40

  private static func add(_ amount: UInt64, to raw: Int32) {
    let saved = errno
    var amount = amount
    _ = write(raw, &amount, MemoryLayout.size(ofValue: amount))
    errno = saved
  }
}

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

  /// Forgets the signals so far.
  func drain() {
    var count: UInt64 = 0
    _ = read(descriptor.raw, &count, MemoryLayout.size(ofValue: count))
  }

  /// Safe in a signal handler.
  static func signal(_ raw: Int32) {
    let saved = errno
    var one: UInt64 = 1
    _ = write(raw, &one, MemoryLayout.size(ofValue: one))
    errno = saved
  }
}

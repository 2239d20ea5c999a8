internal import Glibc

/// Owns an open file descriptor.
final class Descriptor: Sendable {
  let raw: Int32

  init(owning raw: Int32) {
    self.raw = raw
  }

  deinit {
    close(raw)
  }
}

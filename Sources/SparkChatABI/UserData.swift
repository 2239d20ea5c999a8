internal import CSparkChat

/// The pointer that goes with a callback, and what the caller wants done when it is not needed any
/// more.
///
/// `@unchecked Sendable`: the library only hands it on.
final class UserData: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer?
  private let destroy: sparkchat_destroy_fn?

  init(_ pointer: UnsafeMutableRawPointer?, _ destroy: sparkchat_destroy_fn?) {
    self.pointer = pointer
    self.destroy = destroy
  }

  deinit {
    destroy?(pointer)
  }
}

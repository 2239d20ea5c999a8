internal import CSparkChat

/// The pointer for a callback, and the function that the caller wants called when it is no longer
/// needed.
///
/// `@unchecked Sendable`: the library only passes it on.
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

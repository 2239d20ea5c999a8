internal import CSystem

/// How many threads of this process look up names. One that hangs in the name server cannot be ended, and
/// keeps a descriptor: names without end must not take all that the host has.
enum LookupThreads {
  static let most: Int32 = 32

  /// A child process begins with none: the parent's threads are not there.
  nonisolated(unsafe) private static let running: UnsafeMutablePointer<Int32> = {
    if let page = sparkchat_shim_map_wiped_on_fork() { return page }
    let word = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    word.initialize(to: 0)
    return word
  }()

  /// False where there are as many as there may be.
  static func take() -> Bool {
    if sparkchat_shim_add(running, 1) <= most { return true }
    giveBack()
    return false
  }

  static func giveBack() {
    _ = sparkchat_shim_add(running, -1)
  }
}

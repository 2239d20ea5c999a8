internal import CSystem

/// Limits the threads of this process that look up names. A thread that waits for a silent name server
/// cannot be stopped and holds a descriptor: without a limit, lookups could exhaust the host's.
enum LookupThreads {
  static let most: Int32 = 32

  /// A child process starts at 0, because it does not have the parent's threads.
  nonisolated(unsafe) private static let running: UnsafeMutablePointer<Int32> = {
    if let page = sparkchat_shim_map_wiped_on_fork() { return page }
    let word = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    word.initialize(to: 0)
    return word
  }()

  /// Returns false if the limit is reached.
  static func take() -> Bool {
    if sparkchat_shim_add(running, 1) <= most { return true }
    giveBack()
    return false
  }

  static func giveBack() {
    _ = sparkchat_shim_add(running, -1)
  }
}

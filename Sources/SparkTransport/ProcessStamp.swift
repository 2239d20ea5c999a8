internal import CSystem
package import SparkWire

/// Remembers the process that an object was made in. After fork(), a connection belongs to the
/// parent, and the child must not touch it.
package struct ProcessStamp: Sendable {
  private let process: Int32

  nonisolated(unsafe) private static let page = sparkchat_shim_map_wiped_on_fork()

  package init() {
    process = Self.current
  }

  package var isForeign: Bool { process != Self.current }

  package func check() throws(SparkError) {
    guard isForeign else { return }
    throw SparkError(
      .forked, "the object was made in the parent process, before fork()",
      hint: "make a new client in the child process")
  }

  private static var current: Int32 { sparkchat_shim_process(page) }
}

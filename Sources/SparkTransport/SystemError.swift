internal import CSystem
internal import Glibc
package import SparkWire

extension SparkError {
  /// Returns the error for a failed system call.
  package static func system(
    _ status: Status, _ what: String, errno code: Int32, retryable: Bool = false
  ) -> SparkError {
    var error = SparkError(status, "\(what): \(describe(errno: code))", retryable: retryable)
    error.osErrno = code
    error.hint = shortageHint(errno: code) ?? (retryable ? "try again" : "")
    return error
  }

  /// Returns what to do if descriptors have run out; nil for any other errno.
  static func shortageHint(errno code: Int32) -> String? {
    switch code {
    case EMFILE:
      "the process has too many files and sockets open; raise its limit (ulimit -n)"
    case ENFILE:
      "this machine has too many files and sockets open; raise its limit (sysctl fs.file-max)"
    default: nil
    }
  }

  /// Returns the system's text for an errno, never translated.
  static func describe(errno code: Int32) -> String {
    strerrordesc_np(code).map { String(cString: $0) } ?? "error \(code)"
  }
}

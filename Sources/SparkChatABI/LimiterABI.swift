public import CSparkChat
internal import SparkCore
internal import SparkWire

/// A limiter of C callbacks. It lives as long as any object that may call it.
///
/// `@unchecked Sendable`: the caller promises that its callbacks may run on any thread that uses the
/// client.
final class LimiterCallbacks: Limiter, @unchecked Sendable {
  private let onAcquire: sparkchat_acquire_fn
  private let onReport: sparkchat_report_fn
  private let onRelease: sparkchat_release_fn
  private let userData: UserData

  init(
    _ onAcquire: sparkchat_acquire_fn, _ onReport: sparkchat_report_fn,
    _ onRelease: sparkchat_release_fn, _ userData: UserData
  ) {
    self.onAcquire = onAcquire
    self.onReport = onReport
    self.onRelease = onRelease
    self.userData = userData
  }

  func acquire(_ attempt: Int64) -> Int32 {
    onAcquire(attempt, userData.pointer)
  }

  func report(_ attempt: Int64, _ failure: Status?, serviceCode: Int32) {
    let status = failure.map { sparkchat_status($0.rawValue) } ?? SPARKCHAT_OK
    onReport(attempt, status, serviceCode, userData.pointer)
  }

  func release(_ attempt: Int64) {
    onRelease(attempt, userData.pointer)
  }
}

@_cdecl("sparkchat_config_set_limiter") @implementation
public func sparkchat_config_set_limiter(
  _ config: OpaquePointer?, _ onAcquire: sparkchat_acquire_fn?, _ onReport: sparkchat_report_fn?,
  _ onRelease: sparkchat_release_fn?, _ userData: UnsafeMutableRawPointer?,
  _ destroy: sparkchat_destroy_fn?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(error) { () throws(SparkError) in
    // From here on, `destroy` is always called.
    let userData = UserData(userData, destroy)
    let config = try object(config, ConfigHandle.self)
    guard let onAcquire else {
      try config.value.setLimiter(nil)
      return SPARKCHAT_OK
    }
    let (onReport, onRelease) = try config.read("limiter") { () throws(SparkError) in
      guard let onReport, let onRelease else {
        throw SparkError(
          .invalidArgument, "the limiter has no callback for the end of an attempt",
          hint: "give all three callbacks, or none")
      }
      return (onReport, onRelease)
    }
    try config.value.setLimiter(LimiterCallbacks(onAcquire, onReport, onRelease, userData))
    return SPARKCHAT_OK
  }
}

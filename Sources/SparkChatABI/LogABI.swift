public import CSparkChat
internal import SparkCore
internal import SparkWire

/// A C callback for the log. It lives as long as any object that may call it.
///
/// `@unchecked Sendable`: the caller promises that its callback may run on any thread that uses the
/// client.
final class LogCallback: LogSink, @unchecked Sendable {
  private let onLog: sparkchat_log_fn
  private let userData: UserData

  init(_ onLog: sparkchat_log_fn, _ userData: UserData) {
    self.onLog = onLog
    self.userData = userData
  }

  func write(_ level: LogLevel, _ message: StaticString, fields: String) {
    fields.withCString { fields in
      onLog(
        sparkchat_log_level(UInt32(level.rawValue)), exported(message), fields, userData.pointer)
    }
  }
}

@_cdecl("sparkchat_config_set_log") @implementation
public func sparkchat_config_set_log(
  _ config: OpaquePointer?, _ level: sparkchat_log_level, _ onLog: sparkchat_log_fn?,
  _ userData: UnsafeMutableRawPointer?, _ destroy: sparkchat_destroy_fn?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(error) { () throws(SparkError) in
    // From here on, `destroy` is always called.
    let userData = UserData(userData, destroy)
    let config = try object(config, ConfigHandle.self)
    guard let onLog else {
      try config.value.setLog(Logger())
      return SPARKCHAT_OK
    }
    let known = try config.read("log") { () throws(SparkError) in
      guard let known = Int32(exactly: level.rawValue).flatMap(LogLevel.init(rawValue:)) else {
        throw .unknown("sparkchat_log_level", level.rawValue)
      }
      return known
    }
    try config.value.setLog(Logger(level: known, sink: LogCallback(onLog, userData)))
    return SPARKCHAT_OK
  }
}

public import CSparkChat
internal import SparkWire

/// The object behind a C pointer to an error. The addresses of its texts do not change.
final class ErrorHandle: Handle {
  static let noun = "error"

  let error: SparkError
  let message: OwnedText
  let hint: OwnedText
  let sid: OwnedText?
  let body: OwnedText?
  let serverDate: OwnedText?

  init(_ error: SparkError) {
    self.error = error
    message = OwnedText(error.message)
    hint = OwnedText(error.hint)
    sid = error.sid.map { OwnedText($0) }
    body = error.httpDetails?.body.map { OwnedText($0) }
    serverDate = error.httpDetails?.serverDate.map { OwnedText($0) }
  }
}

@_cdecl("sparkchat_error_status") @implementation
public func sparkchat_error_status(_ error: OpaquePointer?) -> sparkchat_status {
  ErrorHandle.borrow(error).map { sparkchat_status($0.error.status.rawValue) } ?? SPARKCHAT_OK
}

@_cdecl("sparkchat_error_message") @implementation
public func sparkchat_error_message(_ error: OpaquePointer?) -> UnsafePointer<CChar>? {
  ErrorHandle.borrow(error)?.message.bytes.exported() ?? exported("")
}

@_cdecl("sparkchat_error_hint") @implementation
public func sparkchat_error_hint(_ error: OpaquePointer?) -> UnsafePointer<CChar>? {
  ErrorHandle.borrow(error)?.hint.bytes.exported() ?? exported("")
}

@_cdecl("sparkchat_error_service_code") @implementation
public func sparkchat_error_service_code(_ error: OpaquePointer?) -> Int32 {
  ErrorHandle.borrow(error)?.error.serviceCode ?? 0
}

@_cdecl("sparkchat_error_sid") @implementation
public func sparkchat_error_sid(_ error: OpaquePointer?) -> UnsafePointer<CChar>? {
  ErrorHandle.borrow(error)?.sid?.bytes.exported()
}

@_cdecl("sparkchat_error_http_status") @implementation
public func sparkchat_error_http_status(_ error: OpaquePointer?) -> Int32 {
  ErrorHandle.borrow(error)?.error.httpDetails?.httpStatus ?? 0
}

@_cdecl("sparkchat_error_http_body") @implementation
public func sparkchat_error_http_body(_ error: OpaquePointer?) -> UnsafePointer<CChar>? {
  ErrorHandle.borrow(error)?.body?.bytes.exported()
}

@_cdecl("sparkchat_error_server_date") @implementation
public func sparkchat_error_server_date(_ error: OpaquePointer?) -> UnsafePointer<CChar>? {
  ErrorHandle.borrow(error)?.serverDate?.bytes.exported()
}

@_cdecl("sparkchat_error_clock_skew") @implementation
public func sparkchat_error_clock_skew(
  _ error: OpaquePointer?, _ seconds: UnsafeMutablePointer<Int64>?
) -> Int32 {
  guard let skew = ErrorHandle.borrow(error)?.error.httpDetails?.clockSkewSeconds else { return 0 }
  seconds?.pointee = skew
  return 1
}

@_cdecl("sparkchat_error_retry_after_ms") @implementation
public func sparkchat_error_retry_after_ms(_ error: OpaquePointer?) -> Int64 {
  ErrorHandle.borrow(error)?.error.httpDetails?.retryAfterMilliseconds ?? -1
}

@_cdecl("sparkchat_error_os_errno") @implementation
public func sparkchat_error_os_errno(_ error: OpaquePointer?) -> Int32 {
  ErrorHandle.borrow(error)?.error.osErrno ?? 0
}

@_cdecl("sparkchat_error_phase") @implementation
public func sparkchat_error_phase(_ error: OpaquePointer?) -> sparkchat_phase {
  let phase = ErrorHandle.borrow(error)?.error.phase ?? .none
  return sparkchat_phase(UInt32(phase.rawValue))
}

@_cdecl("sparkchat_error_retryable") @implementation
public func sparkchat_error_retryable(_ error: OpaquePointer?) -> Int32 {
  ErrorHandle.borrow(error)?.error.retryable ?? false ? 1 : 0
}

@_cdecl("sparkchat_error_free") @implementation
public func sparkchat_error_free(_ error: OpaquePointer?) {
  ErrorHandle.release(error)
}

public import CSparkChat
internal import SparkWire

final class RequestHandle: Handle {
  static let noun = "request"

  var value = ChatRequest()

  /// Reads an argument from C. The request remembers a failure like any invalid value of the
  /// option.
  func read<Value>(
    _ option: String?, _ reader: () throws(SparkError) -> Value
  ) throws(SparkError) -> Value {
    do throws(SparkError) {
      return try reader()
    } catch {
      throw value.reject(option, error)
    }
  }
}

@_cdecl("sparkchat_request_new") @implementation
public func sparkchat_request_new() -> OpaquePointer? {
  RequestHandle().retained()
}

@_cdecl("sparkchat_request_free") @implementation
public func sparkchat_request_free(_ request: OpaquePointer?) {
  RequestHandle.release(request)
}

@_cdecl("sparkchat_request_copy") @implementation
public func sparkchat_request_copy(_ request: OpaquePointer?) -> OpaquePointer? {
  guard let request = RequestHandle.borrow(request) else { return nil }
  let copy = RequestHandle()
  copy.value = request.value
  return copy.retained()
}

@_cdecl("sparkchat_request_set_extra_json") @implementation
public func sparkchat_request_set_extra_json(
  _ request: OpaquePointer?, _ json: UnsafePointer<CChar>?, _ length: Int,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(request, RequestHandle.self, error) { request throws(SparkError) in
    let text = try request.read("extra JSON") { () throws(SparkError) in
      try bytes(json, length: length, "extra JSON")
    }
    try request.value.setExtra(text)
  }
}

/// Returns the role, if its messages can be added as text.
func messageRole(_ role: sparkchat_role) throws(SparkError) -> Message.Role {
  switch role {
  case SPARKCHAT_ROLE_SYSTEM: return .system
  case SPARKCHAT_ROLE_USER: return .user
  case SPARKCHAT_ROLE_ASSISTANT: return .assistant
  case SPARKCHAT_ROLE_TOOL:
    throw SparkError(
      .invalidArgument, "a tool's result cannot be added as a plain message",
      hint: "add it as a tool result, with the id of the call")
  default: throw .unknown("sparkchat_role", role.rawValue)
  }
}

public import CSparkChat
internal import SparkWire

final class RequestHandle: Handle {
  static let noun = "request"

  var value = ChatRequest()

  /// Reads what C gave. What cannot be read is remembered like any bad value of the option.
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

@_cdecl("sparkchat_request_add_message") @implementation
public func sparkchat_request_add_message(
  _ request: OpaquePointer?, _ role: sparkchat_role, _ content: UnsafePointer<CChar>?,
  _ length: Int, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(request, RequestHandle.self, error) { request throws(SparkError) in
    let message = try request.read(nil) { () throws(SparkError) in
      let speaker = try messageRole(role)
      return (speaker, try text(content, length: length, "the \(speaker.rawValue) message"))
    }
    try request.value.addMessage(message.0, message.1)
  }
}

@_cdecl("sparkchat_request_add_function") @implementation
public func sparkchat_request_add_function(
  _ request: OpaquePointer?, _ name: UnsafePointer<CChar>?,
  _ description: UnsafePointer<CChar>?, _ parameters: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(request, RequestHandle.self, error) { request throws(SparkError) in
    let function = try request.read(nil) { () throws(SparkError) in
      (
        name: try text(name, "the function's name"),
        description: try text(description, "the function's description"),
        parameters: try bytes(parameters, "the function's parameters")
      )
    }
    try request.value.addFunction(
      name: function.name, description: function.description, parameters: function.parameters)
  }
}

@_cdecl("sparkchat_request_set_thinking") @implementation
public func sparkchat_request_set_thinking(
  _ request: OpaquePointer?, _ thinking: sparkchat_thinking,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(request, RequestHandle.self, error) { request throws(SparkError) in
    switch thinking {
    case SPARKCHAT_THINKING_DISABLED: request.value.setThinking(.disabled)
    case SPARKCHAT_THINKING_ENABLED: request.value.setThinking(.enabled)
    case SPARKCHAT_THINKING_AUTO: request.value.setThinking(.auto)
    default:
      throw request.value.reject("thinking", .unknown("sparkchat_thinking", thinking.rawValue))
    }
  }
}

@_cdecl("sparkchat_request_set_web_search") @implementation
public func sparkchat_request_set_web_search(
  _ request: OpaquePointer?, _ search: sparkchat_search, _ references: Int32,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(request, RequestHandle.self, error) { request throws(SparkError) in
    switch search {
    case SPARKCHAT_SEARCH_DISABLED: request.value.setSearch(.disabled, references: false)
    case SPARKCHAT_SEARCH_NORMAL: request.value.setSearch(.normal, references: references != 0)
    case SPARKCHAT_SEARCH_DEEP: request.value.setSearch(.deep, references: references != 0)
    default:
      throw request.value.reject("web search", .unknown("sparkchat_search", search.rawValue))
    }
  }
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

/// Whose message can be added as text.
func messageRole(_ role: sparkchat_role) throws(SparkError) -> Message.Role {
  switch role {
  case SPARKCHAT_ROLE_SYSTEM: return .system
  case SPARKCHAT_ROLE_USER: return .user
  case SPARKCHAT_ROLE_ASSISTANT: return .assistant
  case SPARKCHAT_ROLE_FUNCTION:
    throw SparkError(
      .invalidArgument, "a function's result is no plain message",
      hint: "add it as a function result, with the id of the call")
  default: throw .unknown("sparkchat_role", role.rawValue)
  }
}

public import CSparkChat
internal import SparkWire

@_cdecl("sparkchat_request_set_temperature") @implementation
public func sparkchat_request_set_temperature(
  _ request: OpaquePointer?, _ temperature: Double, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(request, RequestHandle.self, error) { request throws(SparkError) in
    try request.value.setTemperature(temperature)
  }
}

@_cdecl("sparkchat_request_set_top_k") @implementation
public func sparkchat_request_set_top_k(
  _ request: OpaquePointer?, _ topK: Int32, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(request, RequestHandle.self, error) { request throws(SparkError) in
    try request.value.setTopK(Int(topK))
  }
}

@_cdecl("sparkchat_request_set_top_p") @implementation
public func sparkchat_request_set_top_p(
  _ request: OpaquePointer?, _ topP: Double, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(request, RequestHandle.self, error) { request throws(SparkError) in
    try request.value.setTopP(topP)
  }
}

@_cdecl("sparkchat_request_set_max_tokens") @implementation
public func sparkchat_request_set_max_tokens(
  _ request: OpaquePointer?, _ maxTokens: Int32, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(request, RequestHandle.self, error) { request throws(SparkError) in
    try request.value.setMaxTokens(Int(maxTokens))
  }
}

@_cdecl("sparkchat_request_set_presence_penalty") @implementation
public func sparkchat_request_set_presence_penalty(
  _ request: OpaquePointer?, _ penalty: Double, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(request, RequestHandle.self, error) { request throws(SparkError) in
    try request.value.setPresencePenalty(penalty)
  }
}

@_cdecl("sparkchat_request_set_frequency_penalty") @implementation
public func sparkchat_request_set_frequency_penalty(
  _ request: OpaquePointer?, _ penalty: Double, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(request, RequestHandle.self, error) { request throws(SparkError) in
    try request.value.setFrequencyPenalty(penalty)
  }
}

@_cdecl("sparkchat_request_set_chat_id") @implementation
public func sparkchat_request_set_chat_id(
  _ request: OpaquePointer?, _ chatID: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(request, RequestHandle.self, error) { request throws(SparkError) in
    let value = try request.read("chat_id") { () throws(SparkError) in try text(chatID, "chat_id") }
    try request.value.setChatID(value)
  }
}

@_cdecl("sparkchat_request_set_auditing") @implementation
public func sparkchat_request_set_auditing(
  _ request: OpaquePointer?, _ auditing: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(request, RequestHandle.self, error) { request throws(SparkError) in
    let value = try request.read("auditing") { () throws(SparkError) in
      try text(auditing, "auditing")
    }
    try request.value.setAuditing(value)
  }
}

@_cdecl("sparkchat_request_set_function_choice") @implementation
public func sparkchat_request_set_function_choice(
  _ request: OpaquePointer?, _ choice: sparkchat_function_choice, _ name: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(request, RequestHandle.self, error) { request throws(SparkError) in
    let known = try request.read("function choice") {
      () throws(SparkError) -> ChatRequest.FunctionChoice in
      switch choice {
      case SPARKCHAT_FUNCTION_AUTO: return .auto
      case SPARKCHAT_FUNCTION_NONE: return .none
      case SPARKCHAT_FUNCTION_REQUIRED: return .required
      case SPARKCHAT_FUNCTION_NAMED: return .function(try text(name, "the function's name"))
      default: throw .unknown("sparkchat_function_choice", choice.rawValue)
      }
    }
    try request.value.setFunctionChoice(known)
  }
}

@_cdecl("sparkchat_request_set_response_format") @implementation
public func sparkchat_request_set_response_format(
  _ request: OpaquePointer?, _ format: sparkchat_response_format,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(request, RequestHandle.self, error) { request throws(SparkError) in
    switch format {
    case SPARKCHAT_FORMAT_TEXT: request.value.setResponseFormat(.text)
    case SPARKCHAT_FORMAT_JSON_OBJECT: request.value.setResponseFormat(.jsonObject)
    default:
      throw request.value.reject(
        "response format", .unknown("sparkchat_response_format", format.rawValue))
    }
  }
}

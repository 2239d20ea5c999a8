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

@_cdecl("sparkchat_request_set_tool_choice") @implementation
public func sparkchat_request_set_tool_choice(
  _ request: OpaquePointer?, _ choice: sparkchat_tool_choice, _ name: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(request, RequestHandle.self, error) { request throws(SparkError) in
    let known = try request.read("tool choice") {
      () throws(SparkError) -> ChatRequest.ToolChoice in
      switch choice {
      case SPARKCHAT_TOOL_CHOICE_AUTO: return .auto
      case SPARKCHAT_TOOL_CHOICE_NONE: return .none
      case SPARKCHAT_TOOL_CHOICE_REQUIRED: return .required
      case SPARKCHAT_TOOL_CHOICE_NAMED: return .named(try text(name, "the tool's name"))
      default: throw .unknown("sparkchat_tool_choice", choice.rawValue)
      }
    }
    try request.value.setToolChoice(known)
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

@_cdecl("sparkchat_request_set_reasoning_effort") @implementation
public func sparkchat_request_set_reasoning_effort(
  _ request: OpaquePointer?, _ effort: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(request, RequestHandle.self, error) { request throws(SparkError) in
    let value = try request.read("reasoning_effort") { () throws(SparkError) in
      try text(effort, "reasoning_effort")
    }
    try request.value.setReasoningEffort(value)
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

@_cdecl("sparkchat_request_add_tool") @implementation
public func sparkchat_request_add_tool(
  _ request: OpaquePointer?, _ name: UnsafePointer<CChar>?,
  _ description: UnsafePointer<CChar>?, _ parameters: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(request, RequestHandle.self, error) { request throws(SparkError) in
    let tool = try request.read(nil) { () throws(SparkError) in
      (
        name: try text(name, "the tool's name"),
        description: try text(description, "the tool's description"),
        parameters: try bytes(parameters, "the tool's parameters")
      )
    }
    try request.value.addTool(
      name: tool.name, description: tool.description, parameters: tool.parameters)
  }
}

@_cdecl("sparkchat_request_add_stop_sequence") @implementation
public func sparkchat_request_add_stop_sequence(
  _ request: OpaquePointer?, _ sequence: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(request, RequestHandle.self, error) { request throws(SparkError) in
    let value = try request.read(nil) { () throws(SparkError) in
      try text(sequence, "the stop sequence")
    }
    try request.value.addStopSequence(value)
  }
}

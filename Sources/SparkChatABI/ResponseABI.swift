public import CSparkChat
internal import SparkCore
internal import SparkWire

/// The object behind a C pointer to a response.
final class ResponseHandle: Handle {
  static let noun = "response"

  let response: Response

  init(_ response: Response) {
    self.response = response
  }

  static func toolCall(_ pointer: OpaquePointer?, at index: Int) -> Response.ToolCall? {
    borrow(pointer)?.response.toolCalls.element(at: index)
  }

  static func citation(_ pointer: OpaquePointer?, at index: Int) -> Response.Citation? {
    borrow(pointer)?.response.citations.element(at: index)
  }
}

extension Array {
  func element(at index: Int) -> Element? {
    indices.contains(index) ? self[index] : nil
  }
}

@_cdecl("sparkchat_response_outcome") @implementation
public func sparkchat_response_outcome(_ response: OpaquePointer?) -> sparkchat_outcome {
  let outcome = ResponseHandle.borrow(response)?.response.outcome ?? .pending
  return sparkchat_outcome(UInt32(outcome.rawValue))
}

@_cdecl("sparkchat_response_finish_reason") @implementation
public func sparkchat_response_finish_reason(
  _ response: OpaquePointer?
) -> sparkchat_finish_reason {
  let reason = FinishReason(ResponseHandle.borrow(response)?.response.finishReason)
  return sparkchat_finish_reason(UInt32(reason.rawValue))
}

@_cdecl("sparkchat_response_finish_reason_word") @implementation
public func sparkchat_response_finish_reason_word(
  _ response: OpaquePointer?
) -> UnsafePointer<CChar>? {
  ResponseHandle.borrow(response)?.response.finishReason?.bytes.exported()
}

@_cdecl("sparkchat_response_stop_sequence") @implementation
public func sparkchat_response_stop_sequence(
  _ response: OpaquePointer?
) -> UnsafePointer<CChar>? {
  ResponseHandle.borrow(response)?.response.stopSequence?.bytes.exported()
}

@_cdecl("sparkchat_response_text") @implementation
public func sparkchat_response_text(
  _ response: OpaquePointer?, _ length: UnsafeMutablePointer<Int>?
) -> UnsafePointer<CChar>? {
  length?.pointee = 0
  return ResponseHandle.borrow(response)?.response.text.exported(length)
}

@_cdecl("sparkchat_response_reasoning") @implementation
public func sparkchat_response_reasoning(
  _ response: OpaquePointer?, _ length: UnsafeMutablePointer<Int>?
) -> UnsafePointer<CChar>? {
  length?.pointee = 0
  return ResponseHandle.borrow(response)?.response.reasoning.exported(length)
}

@_cdecl("sparkchat_response_raw") @implementation
public func sparkchat_response_raw(
  _ response: OpaquePointer?, _ length: UnsafeMutablePointer<Int>?
) -> UnsafePointer<CChar>? {
  length?.pointee = 0
  return ResponseHandle.borrow(response)?.response.raw.exported(length)
}

@_cdecl("sparkchat_response_sid") @implementation
public func sparkchat_response_sid(_ response: OpaquePointer?) -> UnsafePointer<CChar>? {
  ResponseHandle.borrow(response)?.response.sid?.bytes.exported()
}

@_cdecl("sparkchat_response_tokens") @implementation
public func sparkchat_response_tokens(
  _ response: OpaquePointer?, _ which: sparkchat_tokens
) -> Int64 {
  ResponseHandle.borrow(response)?.response.usage.count(which) ?? -1
}

@_cdecl("sparkchat_response_tool_call_count") @implementation
public func sparkchat_response_tool_call_count(_ response: OpaquePointer?) -> Int {
  ResponseHandle.borrow(response)?.response.toolCalls.count ?? 0
}

@_cdecl("sparkchat_response_tool_call_id") @implementation
public func sparkchat_response_tool_call_id(
  _ response: OpaquePointer?, _ index: Int
) -> UnsafePointer<CChar>? {
  ResponseHandle.toolCall(response, at: index)?.id.bytes.exported()
}

@_cdecl("sparkchat_response_tool_call_arguments_valid") @implementation
public func sparkchat_response_tool_call_arguments_valid(
  _ response: OpaquePointer?, _ index: Int
) -> Int32 {
  guard let call = ResponseHandle.toolCall(response, at: index) else { return 0 }
  return JSONText.isObject(call.arguments.bytes) ? 1 : 0
}

@_cdecl("sparkchat_response_tool_call_name") @implementation
public func sparkchat_response_tool_call_name(
  _ response: OpaquePointer?, _ index: Int
) -> UnsafePointer<CChar>? {
  ResponseHandle.toolCall(response, at: index)?.name.bytes.exported()
}

@_cdecl("sparkchat_response_tool_call_arguments") @implementation
public func sparkchat_response_tool_call_arguments(
  _ response: OpaquePointer?, _ index: Int, _ length: UnsafeMutablePointer<Int>?
) -> UnsafePointer<CChar>? {
  length?.pointee = 0
  return ResponseHandle.toolCall(response, at: index)?.arguments.bytes.exported(length)
}

@_cdecl("sparkchat_response_citation_count") @implementation
public func sparkchat_response_citation_count(_ response: OpaquePointer?) -> Int {
  ResponseHandle.borrow(response)?.response.citations.count ?? 0
}

@_cdecl("sparkchat_response_citation_index") @implementation
public func sparkchat_response_citation_index(
  _ response: OpaquePointer?, _ index: Int
) -> Int32 {
  ResponseHandle.citation(response, at: index)?.index ?? -1
}

@_cdecl("sparkchat_response_citation_title") @implementation
public func sparkchat_response_citation_title(
  _ response: OpaquePointer?, _ index: Int
) -> UnsafePointer<CChar>? {
  ResponseHandle.citation(response, at: index)?.title.bytes.exported()
}

@_cdecl("sparkchat_response_citation_url") @implementation
public func sparkchat_response_citation_url(
  _ response: OpaquePointer?, _ index: Int
) -> UnsafePointer<CChar>? {
  ResponseHandle.citation(response, at: index)?.url.bytes.exported()
}

@_cdecl("sparkchat_response_warning_code") @implementation
public func sparkchat_response_warning_code(_ response: OpaquePointer?) -> Int32 {
  ResponseHandle.borrow(response)?.response.warning?.code ?? 0
}

@_cdecl("sparkchat_response_warning_message") @implementation
public func sparkchat_response_warning_message(
  _ response: OpaquePointer?
) -> UnsafePointer<CChar>? {
  ResponseHandle.borrow(response)?.response.warning?.message.bytes.exported()
}

@_cdecl("sparkchat_response_timing_us") @implementation
public func sparkchat_response_timing_us(
  _ response: OpaquePointer?, _ which: sparkchat_timing
) -> Int64 {
  guard let timings = ResponseHandle.borrow(response)?.response.timings else { return -1 }
  switch which {
  case SPARKCHAT_TIMING_QUEUE: return timings.queue
  case SPARKCHAT_TIMING_RESOLVE: return timings.resolve
  case SPARKCHAT_TIMING_CONNECT: return timings.connect
  case SPARKCHAT_TIMING_TLS: return timings.tls
  case SPARKCHAT_TIMING_UPGRADE: return timings.upgrade
  case SPARKCHAT_TIMING_FIRST_REASONING: return timings.firstReasoning
  case SPARKCHAT_TIMING_FIRST_TEXT: return timings.firstText
  case SPARKCHAT_TIMING_LAST: return timings.last
  case SPARKCHAT_TIMING_TOTAL: return timings.total
  default: return -1
  }
}

@_cdecl("sparkchat_response_attempts") @implementation
public func sparkchat_response_attempts(_ response: OpaquePointer?) -> Int32 {
  Int32(clamping: ResponseHandle.borrow(response)?.response.attempts ?? 0)
}

@_cdecl("sparkchat_response_connection") @implementation
public func sparkchat_response_connection(_ response: OpaquePointer?) -> sparkchat_connection {
  let kind = ResponseHandle.borrow(response)?.response.connection ?? .none
  return sparkchat_connection(UInt32(kind.rawValue))
}

@_cdecl("sparkchat_response_bytes_received") @implementation
public func sparkchat_response_bytes_received(_ response: OpaquePointer?) -> UInt64 {
  ResponseHandle.borrow(response)?.response.bytesReceived ?? 0
}

@_cdecl("sparkchat_response_bytes_sent") @implementation
public func sparkchat_response_bytes_sent(_ response: OpaquePointer?) -> UInt64 {
  ResponseHandle.borrow(response)?.response.bytesSent ?? 0
}

@_cdecl("sparkchat_response_free") @implementation
public func sparkchat_response_free(_ response: OpaquePointer?) {
  ResponseHandle.release(response)
}

@_cdecl("sparkchat_response_retain") @implementation
public func sparkchat_response_retain(_ response: OpaquePointer?) -> OpaquePointer? {
  ResponseHandle.borrow(response)?.retained()
}

public import CSparkChat
internal import SparkCore
internal import SparkWire

/// The object behind a C pointer to an event. A stream has one, whatever its current event is.
final class EventHandle: Handle {
  static let noun = "event"

  private let stream: ChatStream

  init(of stream: ChatStream) {
    self.stream = stream
  }

  var value: ChatStream.Event? { stream.event }

  static func answer(_ pointer: OpaquePointer?) -> AnswerEvent? {
    if case .answer(let event)? = borrow(pointer)?.value { event } else { nil }
  }
}

@_cdecl("sparkchat_event_kind_of") @implementation
public func sparkchat_event_kind_of(_ event: OpaquePointer?) -> sparkchat_event_kind {
  switch EventHandle.borrow(event)?.value {
  case nil: SPARKCHAT_EVENT_NONE
  case .ready: SPARKCHAT_EVENT_READY
  case .answer(.text): SPARKCHAT_EVENT_TEXT
  case .answer(.reasoning): SPARKCHAT_EVENT_REASONING
  case .answer(.toolCall): SPARKCHAT_EVENT_TOOL_CALL
  case .answer(.citation): SPARKCHAT_EVENT_CITATION
  case .answer(.usage): SPARKCHAT_EVENT_USAGE
  case .answer(.warning): SPARKCHAT_EVENT_WARNING
  }
}

@_cdecl("sparkchat_event_text") @implementation
public func sparkchat_event_text(
  _ event: OpaquePointer?, _ length: UnsafeMutablePointer<Int>?
) -> UnsafePointer<CChar>? {
  length?.pointee = 0
  switch EventHandle.answer(event) {
  case .text(let text), .reasoning(let text), .warning(_, let text): return text.exported(length)
  default: return nil
  }
}

@_cdecl("sparkchat_event_tool_call_id") @implementation
public func sparkchat_event_tool_call_id(_ event: OpaquePointer?) -> UnsafePointer<CChar>? {
  guard case .toolCall(let id, _, _) = EventHandle.answer(event) else { return nil }
  return id.exported()
}

@_cdecl("sparkchat_event_tool_call_name") @implementation
public func sparkchat_event_tool_call_name(_ event: OpaquePointer?) -> UnsafePointer<CChar>? {
  guard case .toolCall(_, let name, _) = EventHandle.answer(event) else { return nil }
  return name.exported()
}

@_cdecl("sparkchat_event_tool_call_arguments") @implementation
public func sparkchat_event_tool_call_arguments(
  _ event: OpaquePointer?, _ length: UnsafeMutablePointer<Int>?
) -> UnsafePointer<CChar>? {
  length?.pointee = 0
  guard case .toolCall(_, _, let arguments) = EventHandle.answer(event) else { return nil }
  return arguments.exported(length)
}

@_cdecl("sparkchat_event_tool_call_arguments_valid") @implementation
public func sparkchat_event_tool_call_arguments_valid(_ event: OpaquePointer?) -> Int32 {
  guard case .toolCall(_, _, let arguments) = EventHandle.answer(event) else { return 0 }
  return JSONText.isObject(arguments) ? 1 : 0
}

@_cdecl("sparkchat_event_citation_index") @implementation
public func sparkchat_event_citation_index(_ event: OpaquePointer?) -> Int32 {
  guard case .citation(let index, _, _) = EventHandle.answer(event) else { return -1 }
  return index
}

@_cdecl("sparkchat_event_citation_title") @implementation
public func sparkchat_event_citation_title(_ event: OpaquePointer?) -> UnsafePointer<CChar>? {
  guard case .citation(_, let title, _) = EventHandle.answer(event) else { return nil }
  return title.exported()
}

@_cdecl("sparkchat_event_citation_url") @implementation
public func sparkchat_event_citation_url(_ event: OpaquePointer?) -> UnsafePointer<CChar>? {
  guard case .citation(_, _, let url) = EventHandle.answer(event) else { return nil }
  return url.exported()
}

@_cdecl("sparkchat_event_tokens") @implementation
public func sparkchat_event_tokens(_ event: OpaquePointer?, _ which: sparkchat_tokens) -> Int64 {
  guard case .usage(let usage) = EventHandle.answer(event) else { return -1 }
  return usage.count(which)
}

@_cdecl("sparkchat_event_warning_code") @implementation
public func sparkchat_event_warning_code(_ event: OpaquePointer?) -> Int32 {
  guard case .warning(let code, _) = EventHandle.answer(event) else { return 0 }
  return code
}

extension Usage {
  func count(_ which: sparkchat_tokens) -> Int64 {
    switch which {
    case SPARKCHAT_TOKENS_QUESTION: question
    case SPARKCHAT_TOKENS_PROMPT: prompt
    case SPARKCHAT_TOKENS_COMPLETION: completion
    case SPARKCHAT_TOKENS_TOTAL: total
    case SPARKCHAT_TOKENS_CACHED: cached
    case SPARKCHAT_TOKENS_REASONING: reasoning
    default: -1
    }
  }
}

public import CSparkChat
internal import SparkCore
internal import SparkWire

@_cdecl("sparkchat_conversation_begin") @implementation
public func sparkchat_conversation_begin(
  _ pointer: OpaquePointer?, _ question: UnsafePointer<CChar>?, _ length: Int,
  _ options: OpaquePointer?, _ stream: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  stream?.pointee = nil
  return boundary(pointer, ConversationHandle.self, error) { handle throws(SparkError) in
    guard let stream else { throw .null("the place for the stream") }
    let question = try optionalText(question, length, "the question")
    try handle.exclusively { conversation throws(SparkError) in
      let opened = try conversation.begin(question, RequestHandle.borrow(options)?.value)
      stream.pointee = handle.hand(opened)
    }
  }
}

@_cdecl("sparkchat_conversation_step") @implementation
public func sparkchat_conversation_step(
  _ pointer: OpaquePointer?, _ stream: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  stream?.pointee = nil
  return boundary(error) { () throws(SparkError) in
    let handle = try object(pointer, ConversationHandle.self)
    guard let stream else { throw .null("the place for the stream") }
    switch try handle.whileStill({ conversation throws(SparkError) in try conversation.step() }) {
    case .done: return SPARKCHAT_DONE
    case .calls: return SPARKCHAT_TOOL_CALLS
    case .ask(let next):
      stream.pointee = handle.hand(next)
      return SPARKCHAT_OK
    }
  }
}

@_cdecl("sparkchat_conversation_add_tool_result") @implementation
public func sparkchat_conversation_add_tool_result(
  _ pointer: OpaquePointer?, _ callID: UnsafePointer<CChar>?, _ content: UnsafePointer<CChar>?,
  _ length: Int, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(pointer, ConversationHandle.self, error) { handle throws(SparkError) in
    try handle.exclusively { conversation throws(SparkError) in
      try conversation.addResult(
        callID: text(callID, "the call's id"),
        text(content, length: length, "the tool's result"))
    }
  }
}

@_cdecl("sparkchat_conversation_keep") @implementation
public func sparkchat_conversation_keep(
  _ pointer: OpaquePointer?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(pointer, ConversationHandle.self, error) { handle throws(SparkError) in
    try handle.whileStill { conversation throws(SparkError) in try conversation.keep() }
  }
}

@_cdecl("sparkchat_conversation_rollback") @implementation
public func sparkchat_conversation_rollback(
  _ pointer: OpaquePointer?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(pointer, ConversationHandle.self, error) { handle throws(SparkError) in
    // Another thread may be driving the stream: this only cancels it.
    try handle.exclusively { conversation throws(SparkError) in conversation.rollBack() }
  }
}

@_cdecl("sparkchat_conversation_ask") @implementation
public func sparkchat_conversation_ask(
  _ pointer: OpaquePointer?, _ question: UnsafePointer<CChar>?, _ length: Int,
  _ onEvent: sparkchat_event_fn?, _ userData: UnsafeMutableRawPointer?,
  _ response: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  response?.pointee = nil
  return boundary(pointer, ConversationHandle.self, error) { handle throws(SparkError) in
    let question = try optionalText(question, length, "the question")
    try handle.exclusively { conversation throws(SparkError) in
      try conversation.ask(question) { stream throws(SparkError) in
        let handle = StreamHandle(stream)
        if let before = response?.pointee { ResponseHandle.release(before) }
        response?.pointee = handle.response.retained()
        try handle.run { event in onEvent?(event, userData) ?? 0 }
      }
    }
  }
}

private func optionalText(
  _ pointer: UnsafePointer<CChar>?, _ length: Int, _ what: String
) throws(SparkError) -> String? {
  guard let pointer else { return nil }
  return try text(pointer, length: length, what)
}

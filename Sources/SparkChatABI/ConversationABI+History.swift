public import CSparkChat
internal import SparkCore
internal import SparkWire

@_cdecl("sparkchat_conversation_count") @implementation
public func sparkchat_conversation_count(_ pointer: OpaquePointer?) -> Int {
  ConversationHandle.borrow(pointer)?.conversation.history.count ?? 0
}

@_cdecl("sparkchat_conversation_tokens") @implementation
public func sparkchat_conversation_tokens(
  _ pointer: OpaquePointer?, _ which: sparkchat_tokens
) -> Int64 {
  ConversationHandle.borrow(pointer)?.conversation.usage.count(which) ?? -1
}

@_cdecl("sparkchat_conversation_role") @implementation
public func sparkchat_conversation_role(
  _ pointer: OpaquePointer?, _ index: Int
) -> sparkchat_role {
  switch ConversationHandle.borrow(pointer)?.conversation.history.message(at: index)?.role {
  case .system: SPARKCHAT_ROLE_SYSTEM
  case .user: SPARKCHAT_ROLE_USER
  case .assistant: SPARKCHAT_ROLE_ASSISTANT
  case .tool: SPARKCHAT_ROLE_TOOL
  case nil: sparkchat_role(0)
  }
}

@_cdecl("sparkchat_conversation_content") @implementation
public func sparkchat_conversation_content(
  _ pointer: OpaquePointer?, _ index: Int, _ length: UnsafeMutablePointer<Int>?
) -> UnsafePointer<CChar>? {
  length?.pointee = 0
  return ConversationHandle.borrow(pointer)?
    .lend(Lent(index: index, part: .content)) { OwnedText($0.content) }?.bytes.exported(length)
}

@_cdecl("sparkchat_conversation_tool_call_count") @implementation
public func sparkchat_conversation_tool_call_count(_ pointer: OpaquePointer?, _ index: Int) -> Int {
  ConversationHandle.borrow(pointer)?.conversation.history.message(at: index)?.calls.count ?? 0
}

@_cdecl("sparkchat_conversation_tool_call_id") @implementation
public func sparkchat_conversation_tool_call_id(
  _ pointer: OpaquePointer?, _ index: Int, _ call: Int
) -> UnsafePointer<CChar>? {
  ConversationHandle.borrow(pointer)?.lend(Lent(index: index, part: .callID(call))) { message in
    message.call(at: call).map { OwnedText($0.id) }
  }?.bytes.exported()
}

@_cdecl("sparkchat_conversation_tool_call_name") @implementation
public func sparkchat_conversation_tool_call_name(
  _ pointer: OpaquePointer?, _ index: Int, _ call: Int
) -> UnsafePointer<CChar>? {
  ConversationHandle.borrow(pointer)?.lend(Lent(index: index, part: .callName(call))) { message in
    message.call(at: call).map { OwnedText($0.name) }
  }?.bytes.exported()
}

@_cdecl("sparkchat_conversation_tool_call_arguments") @implementation
public func sparkchat_conversation_tool_call_arguments(
  _ pointer: OpaquePointer?, _ index: Int, _ call: Int, _ length: UnsafeMutablePointer<Int>?
) -> UnsafePointer<CChar>? {
  length?.pointee = 0
  return ConversationHandle.borrow(pointer)?
    .lend(Lent(index: index, part: .callArguments(call))) { message in
      message.calls.element(at: call).map { OwnedText($0.arguments) }
    }?.bytes.exported(length)
}

@_cdecl("sparkchat_conversation_image") @implementation
public func sparkchat_conversation_image(
  _ pointer: OpaquePointer?, _ index: Int, _ length: UnsafeMutablePointer<Int>?
) -> UnsafeRawPointer? {
  length?.pointee = 0
  let image = ConversationHandle.borrow(pointer)?.lend(Lent(index: index, part: .image)) {
    $0.image?.file?.bytes
  }
  return image.flatMap { UnsafeRawPointer($0.bytes.exported(length)) }
}

@_cdecl("sparkchat_conversation_image_url") @implementation
public func sparkchat_conversation_image_url(
  _ pointer: OpaquePointer?, _ index: Int
) -> UnsafePointer<CChar>? {
  ConversationHandle.borrow(pointer)?.lend(Lent(index: index, part: .imageURL)) { message in
    if case .url(let url) = message.image { OwnedText(url) } else { nil }
  }?.bytes.exported()
}

extension Message {
  /// A call by the assistant, or the call that a result answers.
  fileprivate func call(at index: Int) -> (id: String, name: String)? {
    guard role == .tool else { return calls.element(at: index).map { ($0.id, $0.name) } }
    return index == 0 ? (callID, toolName) : nil
  }
}

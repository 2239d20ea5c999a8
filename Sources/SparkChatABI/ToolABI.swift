public import CSparkChat
internal import SparkCore
internal import SparkWire

/// The result of a C tool for the model.
final class ToolResultHandle: Handle {
  static let noun = "tool result"

  /// nil if it is not set.
  var text: String?
}

/// A tool that is a C callback. It lives as long as the conversation that may call it.
final class ToolCallback: ToolHandler {
  private let onCall: sparkchat_tool_fn
  private let userData: UserData

  init(_ onCall: sparkchat_tool_fn, _ userData: UserData) {
    self.onCall = onCall
    self.userData = userData
  }

  func call(_ call: Message.Call) throws(SparkError) -> String {
    let name = OwnedText(call.name)
    let arguments = OwnedText(call.arguments)
    let result = ToolResultHandle()
    let answer = withExtendedLifetime((name, arguments, result)) {
      onCall(
        name.bytes.exported(), arguments.bytes.exported(), arguments.bytes.count,
        result.borrowed(), userData.pointer)
    }
    guard answer == 0 else { throw SparkError(.callback, "the tool asked to stop") }
    return result.text ?? "null"
  }
}

@_cdecl("sparkchat_conversation_add_tool") @implementation
public func sparkchat_conversation_add_tool(
  _ conversation: OpaquePointer?, _ name: UnsafePointer<CChar>?,
  _ description: UnsafePointer<CChar>?, _ parameters: UnsafePointer<CChar>?,
  _ onCall: sparkchat_tool_fn?, _ userData: UnsafeMutableRawPointer?,
  _ destroy: sparkchat_destroy_fn?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(error) { () throws(SparkError) in
    // From here on, `destroy` is always called.
    let userData = UserData(userData, destroy)
    guard let onCall else { throw .null("the callback of the tool") }
    let handler = ToolCallback(onCall, userData)
    let handle = try object(conversation, ConversationHandle.self)
    try handle.whileIdle { conversation throws(SparkError) in
      try conversation.addTool(
        name: text(name, "the tool's name"),
        description: text(description, "the tool's description"),
        parameters: bytes(parameters, "the tool's parameters"), handler: handler)
    }
    return SPARKCHAT_OK
  }
}

@_cdecl("sparkchat_tool_result_set") @implementation
public func sparkchat_tool_result_set(
  _ result: OpaquePointer?, _ content: UnsafePointer<CChar>?, _ length: Int,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(result, ToolResultHandle.self, error) { result throws(SparkError) in
    result.text = try text(content, length: length, "the tool's result")
  }
}

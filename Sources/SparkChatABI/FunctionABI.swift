public import CSparkChat
internal import SparkChat
internal import SparkWire

/// What a function of C's returns to the model.
final class FunctionResultHandle: Handle {
  static let noun = "function result"

  var text = ""
}

/// A function of C's. It lives as long as the conversation that may call it.
final class FunctionCallback: FunctionHandler {
  private let onCall: sparkchat_function_fn
  private let userData: UserData

  init(_ onCall: sparkchat_function_fn, _ userData: UserData) {
    self.onCall = onCall
    self.userData = userData
  }

  func call(_ call: Message.Call) throws(SparkError) -> String {
    let name = OwnedText(call.name)
    let arguments = OwnedText(call.arguments)
    let result = FunctionResultHandle()
    let answer = withExtendedLifetime((name, arguments, result)) {
      onCall(
        name.bytes.exported(), arguments.bytes.exported(), arguments.bytes.count,
        result.borrowed(), userData.pointer)
    }
    guard answer == 0 else { throw SparkError(.callback, "the function asked to stop") }
    return result.text
  }
}

@_cdecl("sparkchat_conversation_add_function") @implementation
public func sparkchat_conversation_add_function(
  _ conversation: OpaquePointer?, _ name: UnsafePointer<CChar>?,
  _ description: UnsafePointer<CChar>?, _ parameters: UnsafePointer<CChar>?,
  _ onCall: sparkchat_function_fn?, _ userData: UnsafeMutableRawPointer?,
  _ destroy: sparkchat_destroy_fn?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(error) { () throws(SparkError) in
    // From here on, `destroy` is called whatever happens.
    let userData = UserData(userData, destroy)
    guard let onCall else { throw .null("the function") }
    let handler = FunctionCallback(onCall, userData)
    let handle = try object(conversation, ConversationHandle.self)
    try handle.exclusively { conversation throws(SparkError) in
      try conversation.addFunction(
        name: text(name, "the function's name"),
        description: text(description, "the function's description"),
        parameters: bytes(parameters, "the function's parameters"), handler: handler)
    }
    return SPARKCHAT_OK
  }
}

@_cdecl("sparkchat_function_result_set") @implementation
public func sparkchat_function_result_set(
  _ result: OpaquePointer?, _ content: UnsafePointer<CChar>?, _ length: Int,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(result, FunctionResultHandle.self, error) { result throws(SparkError) in
    result.text = try text(content, length: length, "the function's result")
  }
}

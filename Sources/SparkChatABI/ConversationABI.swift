public import CSparkChat
internal import Glibc
internal import SparkCore
internal import SparkTransport
internal import SparkWire

/// The object behind a C pointer to a conversation.
final class ConversationHandle: Handle {
  static let noun = "conversation"

  let conversation: Conversation
  private let access = ExclusiveAccess()
  /// The texts that C has borrowed since the last change.
  private var lent: [Lent: OwnedText] = [:]
  /// The last stream of a turn that was returned to C, until C frees it.
  private weak var stream: StreamHandle?

  init(_ conversation: Conversation) {
    self.conversation = conversation
  }

  /// Runs `body`, which changes nothing. Throws if another thread, or the caller of a callback, is
  /// using the conversation.
  func read<Result>(
    _ body: (Conversation) throws(SparkError) -> Result
  ) throws(SparkError) -> Result {
    try conversation.client.process.check()
    return try access.pass("this conversation") { () throws(SparkError) in
      try body(conversation)
    }
  }

  /// Like `read`, but `body` may change the conversation, which invalidates borrowed texts.
  func exclusively<Result>(
    _ body: (Conversation) throws(SparkError) -> Result
  ) throws(SparkError) -> Result {
    try read { conversation throws(SparkError) in
      // Not before: an argument may be a borrowed text, and a callback may borrow more.
      defer { lent.removeAll() }
      return try body(conversation)
    }
  }

  /// Like `exclusively`. Throws if a turn is under way.
  func whileIdle(_ body: (Conversation) throws(SparkError) -> Void) throws(SparkError) {
    try exclusively { conversation throws(SparkError) in
      try conversation.beginChange()
      try body(conversation)
    }
  }

  /// Like `exclusively`, and keeps other threads from driving the stream of the turn meanwhile.
  func whileStill<Result>(
    _ body: (Conversation) throws(SparkError) -> Result
  ) throws(SparkError) -> Result {
    try exclusively { conversation throws(SparkError) in
      guard let stream else { return try body(conversation) }
      return try stream.exclusively { () throws(SparkError) in try body(conversation) }
    }
  }

  /// Returns a stream of the turn to C.
  func hand(_ stream: ChatStream) -> OpaquePointer {
    let handle = StreamHandle(stream)
    self.stream = handle
    return handle.retained()
  }

  /// Returns the text that `make` makes of a message, kept until the next change; nil if there is
  /// none.
  func lend(_ part: Lent, _ make: (Message) -> OwnedText?) -> OwnedText? {
    if let text = lent[part] { return text }
    lent[part] = conversation.history.message(at: part.index).flatMap(make)
    return lent[part]
  }
}

/// A part of a message in the history.
struct Lent: Hashable {
  enum Part: Hashable {
    case content, image, imageURL
    case callID(Int), callName(Int), callArguments(Int)
  }

  let index: Int
  let part: Part
}

/// Runs `body` on the conversation at `pointer`. Throws if a turn is under way.
private func conversation(
  _ pointer: OpaquePointer?, _ slot: ErrorSlot?,
  _ body: (Conversation) throws(SparkError) -> Void
) -> sparkchat_status {
  boundary(pointer, ConversationHandle.self, slot) { handle throws(SparkError) in
    try handle.whileIdle(body)
  }
}

@_cdecl("sparkchat_conversation_new") @implementation
public func sparkchat_conversation_new(
  _ client: OpaquePointer?, _ options: OpaquePointer?,
  _ conversation: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  conversation?.pointee = nil
  return boundary(client, ClientHandle.self, error) { client throws(SparkError) in
    guard let conversation else { throw .null("the place for the conversation") }
    let made = try Conversation(
      client: client.client, options: RequestHandle.borrow(options)?.value ?? ChatRequest())
    conversation.pointee = ConversationHandle(made).retained()
  }
}

@_cdecl("sparkchat_conversation_free") @implementation
public func sparkchat_conversation_free(_ conversation: OpaquePointer?) {
  ConversationHandle.release(conversation)
}

@_cdecl("sparkchat_conversation_set_max_rounds") @implementation
public func sparkchat_conversation_set_max_rounds(
  _ pointer: OpaquePointer?, _ rounds: Int32, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  conversation(pointer, error) { conversation throws(SparkError) in
    try conversation.setMaxRounds(rounds)
  }
}

@_cdecl("sparkchat_conversation_set_context_tokens") @implementation
public func sparkchat_conversation_set_context_tokens(
  _ pointer: OpaquePointer?, _ tokens: Int32, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  conversation(pointer, error) { conversation throws(SparkError) in
    try conversation.setContextTokens(tokens)
  }
}

@_cdecl("sparkchat_conversation_add_message") @implementation
public func sparkchat_conversation_add_message(
  _ pointer: OpaquePointer?, _ role: sparkchat_role, _ content: UnsafePointer<CChar>?,
  _ length: Int, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  conversation(pointer, error) { conversation throws(SparkError) in
    let speaker = try messageRole(role)
    try conversation.addMessage(
      speaker, text(content, length: length, "the \(speaker.rawValue) message"))
  }
}

@_cdecl("sparkchat_conversation_add_messages") @implementation
public func sparkchat_conversation_add_messages(
  _ pointer: OpaquePointer?, _ request: OpaquePointer?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  conversation(pointer, error) { conversation throws(SparkError) in
    try conversation.addMessages(of: object(request, RequestHandle.self).value)
  }
}

@_cdecl("sparkchat_conversation_add_response") @implementation
public func sparkchat_conversation_add_response(
  _ pointer: OpaquePointer?, _ response: OpaquePointer?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  conversation(pointer, error) { conversation throws(SparkError) in
    try conversation.addResponse(object(response, ResponseHandle.self).response)
  }
}

@_cdecl("sparkchat_conversation_request") @implementation
public func sparkchat_conversation_request(
  _ pointer: OpaquePointer?, _ request: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  request?.pointee = nil
  return conversation(pointer, error) { conversation throws(SparkError) in
    guard let request else { throw .null("the place for the request") }
    let made = RequestHandle()
    made.value = conversation.request()
    request.pointee = made.retained()
  }
}

@_cdecl("sparkchat_conversation_truncate") @implementation
public func sparkchat_conversation_truncate(
  _ pointer: OpaquePointer?, _ count: Int, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  conversation(pointer, error) { conversation throws(SparkError) in
    try conversation.truncate(to: count)
  }
}

@_cdecl("sparkchat_conversation_save") @implementation
public func sparkchat_conversation_save(
  _ pointer: OpaquePointer?, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ length: UnsafeMutablePointer<Int>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  json?.pointee = nil
  length?.pointee = 0
  return boundary(pointer, ConversationHandle.self, error) { handle throws(SparkError) in
    guard let json else { throw .null("the place for the JSON") }
    var buffer = ByteBuffer()
    try handle.read { conversation throws(SparkError) in
      try conversation.checkIdle()
      try conversation.history.write(to: &buffer)
    }
    guard let copy = malloc(buffer.count + 1), let source = buffer.readable.baseAddress else {
      throw SparkError(.noMemory, "out of memory while saving the conversation")
    }
    memcpy(copy, source, buffer.count)
    copy.storeBytes(of: 0, toByteOffset: buffer.count, as: UInt8.self)
    json.pointee = copy.assumingMemoryBound(to: CChar.self)
    length?.pointee = buffer.count
  }
}

@_cdecl("sparkchat_conversation_restore") @implementation
public func sparkchat_conversation_restore(
  _ pointer: OpaquePointer?, _ json: UnsafePointer<CChar>?, _ length: Int,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  conversation(pointer, error) { conversation throws(SparkError) in
    try conversation.restore(bytes(json, length: length, "the saved conversation"))
  }
}

@_cdecl("sparkchat_string_free") @implementation
public func sparkchat_string_free(_ string: UnsafeMutablePointer<CChar>?) {
  free(string)
}

/// A piece of an answer. Texts are borrowed from the message that was read last, and each is
/// followed by a NUL that does not count.
package enum AnswerEvent {
  case text(UnsafeRawBufferPointer)
  case reasoning(UnsafeRawBufferPointer)
  /// The id is the service's, or ours where it gave none.
  case toolCall(
    id: UnsafeRawBufferPointer, name: UnsafeRawBufferPointer, arguments: UnsafeRawBufferPointer)
  case citation(index: Int32, title: UnsafeRawBufferPointer, url: UnsafeRawBufferPointer)
  case usage(Usage)
  /// The answer stands, but the service warns.
  case warning(code: Int32, message: UnsafeRawBufferPointer)
}

/// Token counts of an exchange (protocol 4.1); -1 where the service gave none.
package struct Usage: Sendable, Hashable {
  package var question: Int64 = -1
  package var prompt: Int64 = -1
  package var completion: Int64 = -1
  package var total: Int64 = -1

  package init() {}
}

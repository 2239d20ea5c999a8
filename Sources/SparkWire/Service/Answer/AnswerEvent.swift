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
  /// The answer stands, but the service warns, or with a code below 0, this library does.
  case warning(code: Int32, message: UnsafeRawBufferPointer)

  /// The code of our warning that the model did not call the tool that it had to call.
  package static let toolNotCalled: Int32 = -1
}

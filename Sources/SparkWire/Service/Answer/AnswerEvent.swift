/// A piece of an answer. Texts are borrowed from the message that was read last, and each is
/// followed by a NUL that is not counted.
package enum AnswerEvent {
  case text(UnsafeRawBufferPointer)
  case reasoning(UnsafeRawBufferPointer)
  /// The id is the service's, or the library's if the service gave none.
  case toolCall(
    id: UnsafeRawBufferPointer, name: UnsafeRawBufferPointer, arguments: UnsafeRawBufferPointer)
  case citation(index: Int32, title: UnsafeRawBufferPointer, url: UnsafeRawBufferPointer)
  case usage(Usage)
  /// The answer is valid, but the service warns or, with a code below 0, this library does.
  case warning(code: Int32, message: UnsafeRawBufferPointer)

  /// The code of the library's warning that the model did not call the required tool.
  package static let toolNotCalled: Int32 = -1
}

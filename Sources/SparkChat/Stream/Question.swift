internal import SparkWire

/// The JSON of a question, kept until a part of its answer has been delivered: until then it may
/// have to be asked again.
final class Question {
  private var json: ByteBuffer
  /// The call that the model has to make.
  let requiredCall: ChatRequest.ToolChoice?

  init(_ json: consuming ByteBuffer, requiredCall: ChatRequest.ToolChoice? = nil) {
    self.json = json
    self.requiredCall = requiredCall
  }

  var bytes: UnsafeRawBufferPointer { json.readable }

  func forget() {
    json.clear(keeping: 0)
  }
}

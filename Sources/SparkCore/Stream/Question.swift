internal import SparkWire

/// The JSON of a question, kept until a part of its answer has been delivered: until then it may
/// have to be asked again.
final class Question {
  private var json: ByteBuffer
  /// The call that the model has to make.
  let requiredCall: ChatRequest.ToolChoice?
  let hasImages: Bool
  /// Where the answer is to end.
  let stopSequences: [String]

  init(
    _ json: consuming ByteBuffer, requiredCall: ChatRequest.ToolChoice? = nil,
    hasImages: Bool = false, stopSequences: [String] = []
  ) {
    self.json = json
    self.requiredCall = requiredCall
    self.hasImages = hasImages
    self.stopSequences = stopSequences
  }

  var bytes: UnsafeRawBufferPointer { json.readable }

  /// Adds what to do where the question itself may be what the service refused: which hosted models take
  /// images is not known (protocol 10.2).
  func addHint(to error: inout SparkError) {
    guard hasImages, error.status == .invalidRequest else { return }
    error.append(hint: "if the model takes no images, leave them out, or ask one that does")
  }

  func forget() {
    json.clear(keeping: 0)
  }
}

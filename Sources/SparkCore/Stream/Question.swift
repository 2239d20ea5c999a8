internal import SparkWire

/// The JSON of a request, kept for retries until a part of its answer has been delivered.
final class Question {
  private var json: ByteBuffer
  /// The call that the model must make.
  let requiredCall: ChatRequest.ToolChoice?
  let hasImages: Bool
  /// The sequences at which the answer ends.
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

  /// Adds what to do if the service may have refused the images: it is not known which hosted models accept
  /// images (protocol 10.2).
  func addHint(to error: inout SparkError) {
    guard hasImages, error.status == .invalidRequest else { return }
    error.append(hint: "if the model does not accept images, leave them out or use one that does")
  }

  func forget() {
    json.clear(keeping: 0)
  }
}

internal import SparkWire

/// The JSON of a question, kept until a part of its answer has been delivered: until then it may
/// have to be asked again.
final class Question {
  private var json: ByteBuffer

  init(_ json: consuming ByteBuffer) {
    self.json = json
  }

  var bytes: UnsafeRawBufferPointer { json.readable }

  func forget() {
    json.clear(keeping: 0)
  }
}

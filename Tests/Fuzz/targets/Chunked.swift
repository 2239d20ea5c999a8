@testable import SparkWire

private struct Outcome: Equatable {
  var body: [UInt8] = []
  var isComplete = false
  var rest = 0
  var failure: SparkError?
}

/// The chunked transfer coding.
func chunked(_ bytes: Bytes) {
  expectSame(bytes) { pieces in
    var outcome = Outcome()
    var decoder = ChunkedDecoder()
    var input = ByteBuffer()
    var output = ByteBuffer()
    outcome.failure = failure { () throws(SparkError) in
      for piece in pieces {
        input.append(piece)
        outcome.isComplete = try decoder.decode(&input, into: &output)
      }
    }
    outcome.body = [UInt8](output.readable)
    outcome.rest = outcome.failure == nil ? input.count : 0
    expect(outcome.body.count <= bytes.count, "more came out than went in")
    return outcome
  }
}

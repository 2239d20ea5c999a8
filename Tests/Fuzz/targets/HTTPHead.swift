import SparkWire

private struct Outcome: Equatable {
  var status = 0
  var fields: [String] = []
  var rest = 0
  var failure: SparkError?
}

/// The head of an HTTP answer, after any interim heads.
func httpHead(_ bytes: Bytes) {
  expectSame(bytes) { pieces in
    var outcome = Outcome()
    var reader = HTTPHeadReader()
    var input = ByteBuffer()
    var isFinished = false
    outcome.failure = failure { () throws(SparkError) in
      for piece in pieces {
        input.append(piece)
        guard !isFinished, let head = try reader.next(&input) else { continue }
        isFinished = true
        outcome.status = head.status
        outcome.fields = [head.reason] + head.headers.map { "\($0.name): \($0.value)" }
        expect(head.headers.count <= 100, "\(head.headers.count) fields")
      }
    }
    // After a failure, no more is read.
    outcome.rest = outcome.failure == nil ? input.count : 0
    expect(isFinished || outcome.failure != nil || input.count <= 16_384, "a head without end")
    return outcome
  }
}

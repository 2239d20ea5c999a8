import SparkWire

private struct Outcome: Equatable {
  var messages: [[UInt8]] = []
  var failure: SparkError?
}

/// The body of an answer over HTTP: events, or one document.
func answerBody(_ bytes: Bytes) {
  expectSame(bytes) { pieces in
    var outcome = Outcome()
    var parser = AnswerBodyParser(maxMessageSize: 1 << 20)
    var body = ByteBuffer()
    outcome.failure = failure { () throws(SparkError) in
      for piece in pieces {
        body.append(piece)
        while let message = try parser.next(&body, isComplete: false) {
          outcome.messages.append([UInt8](message))
        }
      }
      while let message = try parser.next(&body, isComplete: true) {
        outcome.messages.append([UInt8](message))
      }
    }
    return outcome
  }
}

import SparkWire

private struct Outcome: Equatable {
  var numbers: [Float] = []
  var isFinished = false
  var sid: String?
  var failure: SparkError?
}

/// The body of an answer with a vector.
func embedding(_ bytes: Bytes) {
  expectSame(bytes) { pieces in
    var outcome = Outcome()
    var parser = AnswerBodyParser(maxMessageSize: 1 << 20, endsDocuments: false)
    var reader = AnswerReader(transport: .http, isEmbedding: true)
    var body = ByteBuffer()
    outcome.failure = failure { () throws(SparkError) in
      for piece in pieces {
        body.append(piece)
        try read(&body, isComplete: false, &parser, &reader)
      }
      try read(&body, isComplete: true, &parser, &reader)
    }
    outcome.numbers = reader.vector.map { Array($0.numbers) } ?? []
    outcome.isFinished = reader.isFinished
    outcome.sid = reader.sid?.string
    expect(outcome.numbers.allSatisfy(\.isFinite), "a number that is not finite")
    expect(outcome.isFinished == !outcome.numbers.isEmpty, "finished without a vector")
    return outcome
  }
}

private func read(
  _ body: inout ByteBuffer, isComplete: Bool, _ parser: inout AnswerBodyParser,
  _ reader: inout AnswerReader
) throws(SparkError) {
  while let message = try parser.next(&body, isComplete: isComplete) {
    try reader.read(message)
    expect(!reader.hasEvents, "a vector with events")
  }
}

import SparkWire

private struct Outcome: Equatable {
  var status = 0
  var events: [String] = []
  var isFinished = false
  var isComplete = false
  var failure: SparkError?
}

/// A whole answer over HTTP, through all its readers: head, body, messages.
func httpAnswer(_ bytes: Bytes) {
  expectSame(bytes) { pieces in
    var outcome = Outcome()
    var pipeline = Pipeline()
    outcome.failure = failure { () throws(SparkError) in
      for piece in pieces {
        try pipeline.take(piece, &outcome.events)
      }
      try pipeline.end(&outcome.events)
    }
    outcome.status = pipeline.status
    outcome.isFinished = pipeline.reader.isFinished
    // After a failure, no more is read.
    outcome.isComplete = outcome.failure == nil && pipeline.isComplete
    return outcome
  }
}

/// Like the channel of a chat, without the connection.
private struct Pipeline: ~Copyable {
  private var head = HTTPHeadReader()
  private var decoder: HTTPBodyDecoder?
  private var parser = AnswerBodyParser(maxMessageSize: 1 << 20)
  private var input = ByteBuffer()
  private var body = ByteBuffer()
  var reader = AnswerReader(transport: .http)
  var status = 0
  var isComplete = false

  mutating func take(_ piece: Bytes, _ events: inout [String]) throws(SparkError) {
    input.append(piece)
    if decoder == nil, let head = try head.next(&input) {
      status = head.status
      decoder = try HTTPBodyDecoder(head: head)
    }
    guard decoder != nil, !isComplete else { return }
    // Everything before a fault is read before the fault is reported.
    let fault = failure { () throws(SparkError) in
      isComplete = try decoder?.decode(&input, into: &body) ?? false
    }
    try readMessages(&events)
    if let fault { throw fault }
  }

  mutating func end(_ events: inout [String]) throws(SparkError) {
    isComplete = isComplete || decoder?.isCompleteAtEnd() ?? false
    if decoder != nil { try readMessages(&events) }
  }

  private mutating func readMessages(_ events: inout [String]) throws(SparkError) {
    while let message = try parser.next(&body, isComplete: isComplete) {
      // The events of a message that fails count as well.
      let failure = failure { () throws(SparkError) in try reader.read(message) }
      while let event = reader.nextEvent() { events.append(describe(event)) }
      if let failure { throw failure }
    }
  }
}

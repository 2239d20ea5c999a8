import SparkWire

private struct Outcome: Equatable {
  var events: [String] = []
  var isFinished = false
  var sid: String?
  var failure: SparkError?
}

/// A whole answer over WebSocket, through all its readers: frames, messages. The readers change the buffer
/// that already contains the next message.
func webSocketAnswer(_ bytes: Bytes) {
  expectSame(bytes) { pieces in
    var outcome = Outcome()
    var decoder = WebSocketDecoder(maxMessageSize: 1 << 20)
    var reader = AnswerReader()
    var input = ByteBuffer()
    outcome.failure = failure { () throws(SparkError) in
      for piece in pieces {
        input.append(piece)
        while let message = try decoder.next(&input) {
          guard case .text(let text) = message else { continue }
          // The events of a message that fails count as well.
          let failure = failure { () throws(SparkError) in try reader.read(text) }
          while let event = reader.nextEvent() { outcome.events.append(describe(event)) }
          if let failure { throw failure }
        }
      }
    }
    outcome.isFinished = reader.isFinished
    outcome.sid = reader.sid?.string
    return outcome
  }
}

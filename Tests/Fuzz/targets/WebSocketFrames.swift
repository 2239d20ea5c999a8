import SparkWire

private struct Outcome: Equatable {
  var events: [String] = []
  var failure: SparkError?
  var failureCode: UInt16 = 0
  var rest = 0
}

/// A server's frames.
func webSocket(_ bytes: Bytes) {
  expectSame(bytes) { decode($0, limit: 1 << 20) }
  expectSame(bytes) { decode($0, limit: 200) }
}

private func decode(_ pieces: [Bytes], limit: Int) -> Outcome {
  var outcome = Outcome()
  var decoder = WebSocketDecoder(maxMessageSize: limit)
  var input = ByteBuffer()
  outcome.failure = failure { () throws(SparkError) in
    for piece in pieces {
      input.append(piece)
      while let message = try decoder.next(&input) {
        outcome.events.append(describe(message, limit))
      }
    }
    outcome.rest = input.count
  }
  outcome.failureCode = decoder.failureCode
  expect((outcome.failure == nil) == (outcome.failureCode == 0), "a failure without a code")
  return outcome
}

private func describe(_ message: WebSocketMessage, _ limit: Int) -> String {
  switch message {
  case .text(let text):
    expect(text.count <= limit, "a text of \(text.count) bytes")
    guard let valid = String(validating: text, as: UTF8.self) else { fatalError("no UTF-8") }
    return "text \(valid)"
  case .binary(let bytes):
    expect(bytes.count <= limit, "a message of \(bytes.count) bytes")
    return "binary \([UInt8](bytes))"
  case .ping(let payload):
    expect(payload.count <= 125, "a ping of \(payload.count) bytes")
    return "ping \([UInt8](payload))"
  case .pong(let payload):
    return "pong \([UInt8](payload))"
  case .close(let code, let reason):
    expect(code.map { WebSocketCloseCode(rawValue: $0).isLegalOnWire } ?? true, "\(code ?? 0)")
    return "close \(code ?? 0) \(reason)"
  }
}

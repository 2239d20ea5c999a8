import SparkWire

private struct Outcome: Equatable {
  var events: [[UInt8]] = []
  var failure: SparkError?
}

/// Server-sent events.
func eventStream(_ bytes: Bytes) {
  expectSame(bytes) { parse($0, limit: 1 << 20) }
  // An event that is too long is detected sooner or later, depending on the pieces, but never accepted.
  let limit = 24
  for event in parse([bytes], limit: limit).events {
    expect(event.count <= limit, "an event of \(event.count) bytes")
  }
}

private func parse(_ pieces: [Bytes], limit: Int) -> Outcome {
  var outcome = Outcome()
  var parser = EventStreamParser(maxEventSize: limit)
  var input = ByteBuffer()
  outcome.failure = failure { () throws(SparkError) in
    for piece in pieces {
      input.append(piece)
      while let event = try parser.next(&input) { outcome.events.append([UInt8](event)) }
      expect(input.count <= limit + 16, "\(input.count) bytes wait")
    }
    if let event = try parser.finish(&input) { outcome.events.append([UInt8](event)) }
  }
  return outcome
}

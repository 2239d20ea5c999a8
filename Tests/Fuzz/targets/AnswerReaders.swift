import SparkWire

/// The messages of the service over WebSocket, one per line.
func serviceFrames(_ bytes: Bytes) {
  read(bytes, .webSocket)
}

/// The messages of the service over HTTP, one per line.
func completions(_ bytes: Bytes) {
  read(bytes, .http)
}

/// Checks that a reused reader reads like a new one.
private func read(_ bytes: Bytes, _ transport: Transport) {
  var reader = AnswerReader(transport: transport, maxCallSize: 4096)
  // Over WebSocket, only valid UTF-8 reaches this reader.
  let lines = bytes.split(separator: 10).filter { line in
    transport == .http || String(validating: line, as: UTF8.self) != nil
  }
  let first = events(of: lines, &reader)
  reader.startOver()
  // The second time, there is no previous answer whose frames could arrive late.
  reader.startOver()
  expect(events(of: lines, &reader) == first, "another answer the second time: \(first)")
}

private func events(of lines: [Slice<Bytes>], _ reader: inout AnswerReader) -> [String] {
  var list: [String] = []
  for line in lines {
    // A copy of the exact size, so that the sanitizer detects reads beyond its end.
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: line.count, alignment: 1)
    defer { copy.deallocate() }
    copy.copyBytes(from: line)
    let problem = failure { () throws(SparkError) in try reader.read(copy) }
    while let event = reader.nextEvent() { list.append(describe(event)) }
    expect(!reader.hasEvents, "events are left over")
    if let problem { list.append("\(problem.status) \(problem.message)") }
    if problem != nil, transportStops(problem) { break }
  }
  list.append("\(reader.isFinished) \(reader.sid?.string ?? "none")")
  return list
}

/// Whether the problem violates the protocol, and so ends the exchange.
private func transportStops(_ problem: SparkError?) -> Bool {
  problem?.status == .protocol
}

func describe(_ event: AnswerEvent) -> String {
  switch event {
  case .text(let text):
    expect(!text.isEmpty, "an empty text")
    return "text \(checked(text))"
  case .reasoning(let text):
    expect(!text.isEmpty, "an empty reasoning")
    return "reasoning \(checked(text))"
  case .toolCall(let id, let name, let arguments):
    expect(!id.isEmpty, "a call without an id")
    return "call \(checked(id)) \(checked(name)) \(checked(arguments))"
  case .citation(let index, let title, let url):
    return "citation \(index) \(checked(title)) \(checked(url))"
  case .usage(let usage): return "usage \(usage)"
  case .warning(let code, let message): return "warning \(code) \(checked(message))"
  }
}

import SparkWire
import Testing

/// From bytes to events: decoder and reader together, since reading changes the bytes in the
/// buffer, which may already hold the next message.
struct AnswerReaderSplitTests {
  @Test(arguments: ServiceAnswers.frames)
  func `frames cut at every byte say the same`(messages: [String]) {
    let expected = Answer(messages.map { [UInt8]($0) })
    #expect(!expected.pieces.isEmpty || expected.failure != nil)
    for size in [Int.max, 100, 7] {
      let bytes = messages.flatMap { frames([UInt8]($0), size: size) }
      for pieces in [[bytes], bytes.singly] + (size == .max ? bytes.splits : []) {
        #expect(webSocketAnswer(pieces) == expected, "\(pieces.map(\.count))")
      }
    }
  }

  @Test(arguments: ServiceAnswers.frames)
  func `fragments cut at every byte of the message say the same`(messages: [String]) {
    let expected = Answer(messages.map { [UInt8]($0) })
    let first = [UInt8](messages[0])
    let rest = messages.dropFirst().flatMap { frames([UInt8]($0), size: .max) }
    for place in 0...first.count {
      let bytes =
        frame(0x01, [UInt8](first[..<place])) + frame(0x89, [UInt8]("ping"))
        + frame(0x80, [UInt8](first[place...])) + rest
      #expect(webSocketAnswer([bytes]) == expected, "at \(place)")
    }
  }

  @Test(arguments: ServiceAnswers.completions)
  func `a stream cut at every byte says the same`(messages: [String]) {
    let expected = Answer((messages + ["[DONE]"]).map { [UInt8]($0) }, over: .http)
    #expect(!expected.pieces.isEmpty || expected.failure != nil)
    for end in ["\n", "\r", "\r\n"] {
      let body = messages.map { "data:\($0)\(end)\(end)" }.joined() + "data: [DONE]\(end)\(end)"
      let bytes = [UInt8](body)
      for pieces in [[bytes], bytes.singly] + bytes.splits {
        #expect(httpAnswer(pieces) == expected, "\(pieces.map(\.count))")
      }
    }
  }

  @Test(arguments: ServiceAnswers.completions)
  func `events in several lines, between others, say the same`(messages: [String]) {
    let expected = Answer((messages + ["[DONE]"]).map { [UInt8]($0) }, over: .http)
    for end in ["\n", "\r", "\r\n"] {
      let events = messages.map { message in
        // A line may end wherever JSON allows blanks.
        let lines = ["{", String(message.dropFirst().dropLast()), String(message.suffix(1))]
        return ": comment\(end)event: x\(end)"
          + lines.map { "data: \($0)\(end)" }.joined() + "id: 7\(end)\(end)"
      }
      let bytes = [UInt8]("\u{FEFF}" + events.joined() + "data:[DONE]")
      for pieces in [[bytes], bytes.singly] + (end == "\r\n" ? bytes.splits : []) {
        let answer = httpAnswer(pieces)
        #expect(answer.pieces == expected.pieces, "\(pieces.map(\.count))")
        #expect(answer.isFinished == expected.isFinished && answer.sid == expected.sid)
        #expect(answer.failure?.status == expected.failure?.status)
      }
    }
  }

  @Test(arguments: ServiceAnswers.completions.filter { $0.count == 1 })
  func `a document cut at every byte says the same`(messages: [String]) {
    let bytes = [UInt8](messages[0])
    let expected = Answer([bytes, [UInt8]("[DONE]")], over: .http)
    for pieces in [[bytes], bytes.singly] + bytes.splits {
      #expect(httpAnswer(pieces) == expected, "\(pieces.map(\.count))")
    }
  }

  /// Only the message itself changes, although its texts are resolved and grow to the front.
  @Test func `reading changes no byte outside the message`() throws {
    for messages in ServiceAnswers.frames {
      var reader = AnswerReader()
      for message in messages {
        let (front, back): ([UInt8], [UInt8]) = (frame(0x89, [0xA5]), frame(0x8A, [0x5A, 0xA5]))
        let header = frame(0x81, [UInt8](message)).dropLast(message.utf8.count)
        var decoder = WebSocketDecoder(maxMessageSize: 1 << 20)
        var input = ByteBuffer(front + header + [UInt8](message) + back)
        let start = input.readable
        _ = try decoder.next(&input)
        guard case .text(let text) = try decoder.next(&input) else {
          Issue.record("no text")
          return
        }
        _ = failure { () throws(SparkError) in try reader.read(text) }
        while let event = reader.nextEvent() { _ = Piece(event) }
        let offset = front.count + header.count
        #expect([UInt8](start.prefix(offset)) == front + header)
        #expect([UInt8](start.suffix(back.count)) == back)
        #expect(try decoder.next(&input).map(FrameEvent.init) == .pong("Z\u{FFFD}"))
      }
    }
  }

  /// Returns a message in frames of this size, with pings between them.
  private func frames(_ message: [UInt8], size: Int) -> [UInt8] {
    guard message.count > size else { return frame(0x81, message) }
    let starts = stride(from: 0, to: message.count, by: size)
    return starts.flatMap { start in
      let end = min(start + size, message.count)
      let first = (start == 0 ? UInt8(0x01) : 0) | (end == message.count ? 0x80 : 0)
      return frame(0x89, [UInt8]("p")) + frame(first, [UInt8](message[start..<end]))
    }
  }
}

/// Returns the events of frames that arrive in pieces.
private func webSocketAnswer(_ pieces: [[UInt8]]) -> Answer {
  var decoder = WebSocketDecoder(maxMessageSize: 1 << 20)
  var input = ByteBuffer()
  return Answer(over: .webSocket) { reader, answer throws(SparkError) in
    for piece in pieces {
      input.append(piece)
      while let message = try decoder.next(&input) {
        guard case .text(let text) = message else { continue }
        try answer.read(text, &reader)
      }
    }
  }
}

/// Returns the events of a body that arrives in pieces.
private func httpAnswer(_ pieces: [[UInt8]]) -> Answer {
  var parser = AnswerBodyParser(maxMessageSize: 1 << 20)
  var body = ByteBuffer()
  return Answer(over: .http) { reader, answer throws(SparkError) in
    for piece in pieces {
      body.append(piece)
      while let message = try parser.next(&body, isComplete: false) {
        try answer.read(message, &reader)
      }
    }
    while let message = try parser.next(&body, isComplete: true) {
      try answer.read(message, &reader)
    }
  }
}

import SparkWire
import Testing

/// A chunk with these members in its first choice, and `more` next to the choices.
private func chunk(_ choice: String, others: String = "", more: String = "") -> String {
  #"{"choices":[{"index":0,"delta":{"content":"a"},\#(choice)}\#(others)],"id":"s"\#(more)}"#
}

private func answer(_ messages: String..., endsBody: Bool = false) -> Answer {
  Answer(messages.map { [UInt8]($0.utf8) }, over: .http, endsBody: endsBody)
}

struct FinishReasonTests {
  @Test(
    arguments: [
      ("stop", .stop), ("length", .length), ("tool_calls", .toolCalls),
      ("function_call", .toolCalls), ("content_filter", .contentFilter), ("abort", .other),
      ("STOP", .stop), ("max_tokens", .length), ("sensitive", .contentFilter), ("stop ", .other),
    ] as [(String, FinishReason)])
  func `every word is kept, and some are known`(word: String, reason: FinishReason) {
    #expect(FinishReason(OwnedText(word)) == reason)
    let end = #""finish_reason":"\#(word)""#
    #expect(answer(chunk(end), "[DONE]").finishReason == word)
    let document = #"{"choices":[{"message":{"content":"a"},\#(end)}]}"#
    #expect(answer(document, "[DONE]").finishReason == word)
    #expect(FinishReason(nil) == .none)
  }

  @Test(arguments: [
    "null", #""""#, #""null""#, "7", "true", #"["stop"]"#, #"{"stop":1}"#, #""\ud800""#,
  ])
  func `what is no word is none`(value: String) {
    let answer = answer(chunk(#""finish_reason":\#(value)"#), "[DONE]")
    #expect(answer.failure == nil && answer.text == "a")
    // Half a character is replaced, but it is still a word.
    #expect(answer.finishReason == (value.contains("ud800") ? "\u{FFFD}" : nil))
  }

  @Test func `of a very long word, the beginning is kept`() {
    let word = "x" + String(repeating: "过", count: 100)
    let kept = answer(chunk(#""finish_reason":"\#(word)""#), "[DONE]").finishReason
    #expect(kept == "x" + String(repeating: "过", count: 42))
  }

  @Test(arguments: [
    (["stop", "stop"], "stop"), (["stop", "length"], "length"), (["length", "stop"], "stop"),
  ])
  func `the last word counts`(row: (words: [String], kept: String)) {
    let chunks = row.words.map { chunk(#""finish_reason":"\#($0)""#) }
    // A value without a reason does not replace one.
    let more = [chunk(#""finish_reason":null"#), #"{"choices":[]}"#, "[DONE]"]
    let answer = Answer((chunks + more).map { [UInt8]($0.utf8) }, over: .http)
    #expect(answer.finishReason == row.kept)
  }

  @Test func `of several choices, the first says it`() {
    let other = #",{"index":1,"delta":{},"finish_reason":"stop"}"#
    #expect(answer(chunk(#""finish_reason":"length""#, others: other)).finishReason == "length")
    #expect(answer(chunk(#""finish_reason":null"#, others: other)).finishReason == nil)
  }

  @Test func `a question after another has a reason of its own`() throws {
    var reader = AnswerReader(transport: .http)
    let message = ByteBuffer([UInt8](chunk(#""finish_reason":"length""#)))
    try reader.read(message.mutable)
    reader.startOver()
    #expect(reader.finishReason == nil)
  }

  @Test func `an answer without [DONE] has ended where it says why and the body ends`() {
    let end = chunk(#""finish_reason":"stop""#, more: #","usage":{"total_tokens":7}"#)
    #expect(!answer(chunk(#""x":1"#), end).isFinished)
    #expect(answer(chunk(#""x":1"#), end, endsBody: true).isFinished)
    #expect(answer(end, "[DONE]", endsBody: true).pieces == answer(end, "[DONE]").pieces)
    // Without a reason, the answer may have been cut anywhere.
    for value in ["null", #""""#, "7"] {
      #expect(!answer(chunk(#""finish_reason":\#(value)"#), endsBody: true).isFinished)
    }
    #expect(!answer(endsBody: true).isFinished)
  }

  @Test func `what was kept back comes at the end of the body`() {
    let call = #"{"index":0,"id":"c","function":{"name":"f","arguments":"{\"x"}}"#
    let answer = answer(
      #"{"choices":[{"delta":{"content":"a\ud83d","tool_calls":[\#(call)]},"finish_reason":"x"}]}"#,
      endsBody: true)
    #expect(answer.text == "a\u{FFFD}")
    #expect(answer.pieces.contains(.call("f", #"{"x"#)))
  }
}

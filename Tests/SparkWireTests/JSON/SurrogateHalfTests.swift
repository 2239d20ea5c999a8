import SparkWire
import Testing

/// Escaped surrogate pairs that some gateways cut in two (protocol 4.8).
struct SurrogateHalfTests {
  @Test(arguments: [
    // Halves in two messages make one character.
    ([#"half \ud83d"#, #"\ude00 whole"#], "half 😀 whole"),
    ([#"\ud83d"#, #"\ude00"#], "😀"), ([#"\uD83D"#, #"\uDE00"#], "😀"),
    ([#"\ud83d"#, #"\ude00\ud83d"#, #"\ude01"#], "😀😁"),
    // Messages without text in between do not separate them.
    ([#"\ud83d"#, "", #"\ude00"#], "😀"),
    // A lone half is replaced.
    ([#"a\ud83d"#, "b"], "a\u{FFFD}b"), ([#"a\ude00b"#], "a\u{FFFD}b"),
    ([#"\ud83d\ud83d"#, #"\ude00"#], "\u{FFFD}😀"),
    ([#"\ud83d"#, #"\ud83d"#, "x"], "\u{FFFD}\u{FFFD}x"),
    ([#"\ude00\ud83d"#, "x"], "\u{FFFD}\u{FFFD}x"),
    ([#"\ud83dx\ude00"#], "\u{FFFD}x\u{FFFD}"),
    ([#"\ud83d"#], "\u{FFFD}"), ([#"x\ud83d"#, ""], "x\u{FFFD}"),
    // Whole pairs and other escapes in the same message do not change.
    ([#"\ud83d\ude00\ud83d"#, #"\ude01"#], "😀😁"),
    ([#"\u4f60\u0000\n\\ud83d\ud83d"#, #"\ude00"#], "你\u{0}\n\\ud83d😀"),
    ([#"\\\ud83d"#, #"\ude00"#], "\\😀"),
    ([#"你\ud83d"#, #"\ude00好"#], "你😀好"),
    // Characters that are written like halves, or nearly.
    ([#"a\ud83d"#, "\u{10F000}"], "a\u{FFFD}\u{10F000}"),
    (["\u{10F7FF}", #"\ude00"#], "\u{10F7FF}\u{FFFD}"),
    ([#"\ud83d"# + "\u{10F400}" + #"\ude00"#], "\u{FFFD}\u{10F400}\u{FFFD}"),
    ([#"\udbfc\udc00\ud83d"#, #"\ude00\udbfd\udfff"#], "\u{10F000}😀\u{10F7FF}"),
    ([#"\ud83d"#, "\u{D7FF}\u{E000}"], "\u{FFFD}\u{D7FF}\u{E000}"),
    (
      ["\u{D7FF}" + #"\ud7ff\ud83d\ue000"#, #"\ude00"#], "\u{D7FF}\u{D7FF}\u{FFFD}\u{E000}\u{FFFD}"
    ),
    ([#"\ud83d"#, "퟿", #"\ude00"#], "\u{FFFD}퟿\u{FFFD}"),
  ])
  func `joins the halves of a character`(contents: [String], text: String) {
    for key in ["content", "reasoning_content"] {
      let messages = contents.map { message(#"{"\#(key)":"\#($0)"}"#) }
      let last = message(#"{"\#(key)":""}"#, status: 2)
      let answer = Answer((messages + [last]).map { [UInt8]($0) })
      #expect(answer.failure == nil)
      #expect((key == "content" ? answer.text : answer.reasoning) == text)
    }
  }

  @Test func `shows nothing before the other half is there`() {
    let answer = Answer(message(content(#"\ud83d"#)))
    #expect(answer.pieces.isEmpty && answer.failure == nil)
  }

  @Test func `text and reasoning have halves of their own`() {
    let answer = Answer(
      message(#"{"content":"\ud83d","reasoning_content":"\ud83c"}"#),
      message(#"{"content":"\ude00","reasoning_content":"\udf1f"}"#, status: 2))
    #expect(answer.pieces == [.reasoning("🌟"), .text("😀")])
  }

  @Test func `half a character is an answer`() {
    let warning = #"{"header":{"code":10019,"message":"mind it","status":2}}"#
    for messages in [
      [message(content(#"\ude00"#)), warning], [message(content(#"\ud83d"#)), warning],
      [message(content(#"\ud83d"#)), message(content(#"\ud83d"#)), warning],
      [message(#"{"reasoning_content":"\ud83d"}"#), warning],
    ] {
      let answer = Answer(messages.map { [UInt8]($0) })
      #expect(answer.failure == nil && answer.isFinished)
      #expect(answer.pieces.last == .warning(10019, "mind it"))
    }
  }

  /// A half is joined in place to the front of the next text, which needs room there.
  @Test func `a pair that is joined has room in every place`() {
    for back in ["", "x", #"\n"#, #"\ud83d"#] {
      let answer = Answer(
        [
          #"{"choices":[{"delta":{"content":[{"text":"a\ud83d"},{"text":"\ude00\#(back)"}]}}]}"#,
          #"{"choices":[{"delta":{"content":"\ude01"}},{"delta":{"content":"b"}}]}"#, "[DONE]",
        ].map { [UInt8]($0) }, over: .http)
      #expect(
        answer.text == (back == #"\ud83d"# ? "a😀😁b" : "a😀\(back == #"\n"# ? "\n" : back)\u{FFFD}b"))
    }
  }

  @Test func `halves elsewhere do no harm`() {
    let answer = Answer(
      #"{"header":{"sid":"s\ud83d","message":"\ude00"},"x":"\ud83d","payload":{"choices":{"text":[{"content":"a"}]}}}"#,
      message(content("b"), status: 2))
    #expect(answer.text == "ab")
    let call = Answer(
      message(#"{"function_call":{"name":"f","arguments":"{\"a\":\"\ud83d\"}"}}"#, status: 2))
    #expect(call.pieces == [.call("f", "{\"a\":\"\u{FFFD}\"}")])
  }

  @Test(arguments: [#"\ud83"#, #"\ud83g"#, #"\u"#, #"\u+d83"#, #"\ud83d\u"#, #"\ud83d\"#])
  func `what is no escape stays an error`(text: String) {
    #expect(Answer(message(content(text))).failure?.status == .protocol)
  }
}

import SparkWire
import Testing

/// Escaped surrogate pairs that some gateways cut in two (protocol 4.8).
struct SurrogateTests {
  @Test(arguments: [
    // Halves in two messages make one character.
    ([#"half \ud83d"#, #"\ude00 whole"#], "half 😀 whole"),
    ([#"\ud83d"#, #"\ude00"#], "😀"), ([#"\uD83D"#, #"\uDE00"#], "😀"),
    ([#"\ud83d"#, #"\ude00\ud83d"#, #"\ude01"#], "😀😁"),
    // Messages without text in between do not part them.
    ([#"\ud83d"#, "", #"\ude00"#], "😀"),
    // A half that stays alone is replaced.
    ([#"a\ud83d"#, "b"], "a\u{FFFD}b"), ([#"a\ude00b"#], "a\u{FFFD}b"),
    ([#"\ud83d\ud83d"#, #"\ude00"#], "\u{FFFD}😀"),
    ([#"\ud83d"#, #"\ud83d"#, "x"], "\u{FFFD}\u{FFFD}x"),
    ([#"\ude00\ud83d"#, "x"], "\u{FFFD}\u{FFFD}x"),
    ([#"\ud83dx\ude00"#], "\u{FFFD}x\u{FFFD}"),
    ([#"\ud83d"#], "\u{FFFD}"), ([#"x\ud83d"#, ""], "x\u{FFFD}"),
    // Whole pairs and other escapes in the same message stay what they are.
    ([#"\ud83d\ude00\ud83d"#, #"\ude01"#], "😀😁"),
    ([#"\u4f60\u0000\n\\ud83d\ud83d"#, #"\ude00"#], "你\u{0}\n\\ud83d😀"),
    ([#"\\\ud83d"#, #"\ude00"#], "\\😀"),
    ([#"你\ud83d"#, #"\ude00好"#], "你😀好"),
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

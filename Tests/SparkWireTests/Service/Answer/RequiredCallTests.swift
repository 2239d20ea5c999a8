import SparkWire
import Testing

/// An answer with these calls, over either transport.
private func answer(
  _ transport: Transport, calls: [String], requiring call: ChatRequest.ToolChoice?
) -> Answer {
  let functions = calls.map { #"{"function":{"name":"\#($0)","arguments":"{}"}}"# }
  let item = #"{"content":"a","tool_calls":[\#(functions.joined(separator: ","))]}"#
  let messages =
    transport == .http
    ? [#"{"choices":[{"delta":\#(item)}]}"#, "[DONE]"]
    : [message(item, status: 0), message(status: 2)]
  return Answer(messages.map { [UInt8]($0.utf8) }, over: transport, requiring: call)
}

private let required = "the model called no tool, though the request demands a call"
private let named = #"the model did not call the tool "f", which the request demands"#

struct RequiredCallTests {
  @Test(
    arguments: [
      (nil, [], nil), (.auto, [], nil), (ChatRequest.ToolChoice.none, [], nil),
      (.required, [], required), (.required, ["g"], nil),
      (.named("f"), [], named), (.named("f"), ["g"], named), (.named("f"), ["g", "f"], nil),
      (.named("f"), ["F"], named), (.named("f"), ["f", "f"], nil),
    ] as [(ChatRequest.ToolChoice?, [String], String?)], Transport.allCases)
  func `a call that does not come is told at the end`(
    row: (call: ChatRequest.ToolChoice?, calls: [String], warning: String?), transport: Transport
  ) {
    let answer = answer(transport, calls: row.calls, requiring: row.call)
    #expect(answer.isFinished && answer.failure == nil)
    let warnings = answer.pieces.filter { if case .warning = $0 { true } else { false } }
    #expect(warnings == (row.warning.map { [.warning(-1, $0)] } ?? []))
    if let warning = warnings.first { #expect(answer.pieces.last == warning) }
  }

  @Test(arguments: Transport.allCases)
  func `an answer that is cut off is not judged`(transport: Transport) {
    let part =
      transport == .http
      ? #"{"choices":[{"delta":{"content":"a"}}]}"# : message(content("a"), status: 0)
    let answer = Answer([[UInt8](part.utf8)], over: transport, requiring: .required)
    #expect(answer.pieces == [.text("a")])
  }

  @Test func `the service's warning comes as well`() {
    let late = #"{"header":{"code":10019,"message":"careful","status":2}}"#
    for messages in [
      [message(content("a"), status: 2), late],
      [
        #"{"header":{"code":10019,"message":"careful","status":2},"payload":{"choices":{"text":[{"content":"a"}]}}}"#
      ],
    ] {
      let answer = Answer(messages.map { [UInt8]($0.utf8) }, requiring: .required)
      #expect(
        Set(answer.pieces.map { "\($0)" })
          == ["text(\"a\")", "warning(-1, \"\(required)\")", "warning(10019, \"careful\")"])
    }
  }

  @Test func `only once, however often the end is told`() {
    let end = message(content("a"), status: 2)
    let answer = Answer([end, end].map { [UInt8]($0.utf8) }, requiring: .required)
    #expect(answer.pieces == [.text("a"), .warning(-1, required)])
  }
}

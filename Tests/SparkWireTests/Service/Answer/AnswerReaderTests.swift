import SparkWire
import Testing

private let sid = "cht000a1f3c@dx194e0205ccbb8f3550"

/// The examples of protocol 4.2 to 4.7.
struct AnswerReaderTests {
  @Test func `reads a streamed answer whose last message has text and usage`() {
    let answer = Answer(
      message(content("您"), status: 0), message(content("好，很高兴")),
      message(content(#"为您服务。\n需要我做什么？"#)),
      message(
        content("😊"), status: 2,
        more: #"""
          ,"usage":{"text":{"question_tokens":2,"prompt_tokens":3,"completion_tokens":19,"total_tokens":22}}
          """#))
    #expect(
      answer.pieces == [
        .text("您"), .text("好，很高兴"), .text("为您服务。\n需要我做什么？"), .text("😊"), .usage(2, 3, 19, 22),
      ])
    #expect(answer.isFinished)
    #expect(answer.sid == sid)
    #expect(answer.failure == nil)
  }

  @Test func `what comes late of the answer before is passed over`() throws {
    func frame(_ sid: String, status: Int, code: Int = 0, _ text: String) -> [UInt8] {
      let header = #"{"code":\#(code),"sid":"\#(sid)","status":\#(status)}"#
      let payload = #"{"choices":{"text":[{"content":"\#(text)"}]}}"#
      return [UInt8](#"{"header":\#(header),"payload":\#(payload)}"#.utf8)
    }
    var reader = AnswerReader()
    var pieces: [Piece] = []
    func read(_ frame: [UInt8]) throws {
      var frame = frame
      try frame.withUnsafeMutableBytes { try reader.read($0) }
      while let event = reader.nextEvent() { pieces.append(Piece(event)) }
    }
    try read(frame("one", status: 2, "first"))
    reader.startOver()
    try read(frame("one", status: 1, "tail"))
    try read(frame("one", status: 2, code: 10019, ""))
    let hasEnded = reader.isFinished
    #expect(!hasEnded)
    try read(frame("two", status: 0, "sec"))
    try read(frame("two", status: 2, "ond"))
    // A gateway that gives all answers the same id begins them with 0.
    reader.startOver()
    try read(frame("two", status: 0, "thi"))
    try read(frame("two", status: 2, "rd"))
    #expect(
      pieces == [.text("first"), .text("sec"), .text("ond"), .text("thi"), .text("rd")])
  }

  @Test(arguments: [
    #"{"header":{"code":11202,"message":"qps","sid":"one","status":2}}"#,
    #"{"header":{"code":10007,"message":"busy","sid":"one","status":2},"payload":{"choices":{"seq":1}}}"#,
    #"{"header":{"sid":"one","status":2},"payload":{"choices":{"status":2,"text":[{"content":"x"}]}}}"#,
    #"{"header":{"sid":"one","status":0},"payload":{"choices":{"seq":7,"text":[{"content":"x"}]}}}"#,
  ])
  func `an answer or an error with the id of the answer before is not late`(frame: String) throws {
    var reader = AnswerReader()
    let first = ByteBuffer([UInt8](#"{"header":{"sid":"one","status":2}}"#.utf8))
    try reader.read(first.mutable)
    reader.startOver()
    let second = ByteBuffer([UInt8](frame.utf8))
    let error = failure { () throws(SparkError) in
      let isOfThisAnswer = try reader.read(second.mutable)
      #expect(isOfThisAnswer)
    }
    #expect(error != nil || reader.hasEvents)
  }

  @Test func `after the end, only a code and usage count`() {
    let end = message(content("x"), status: 2)
    let usage = #"{"header":{"code":0},"payload":{"usage":{"text":{"total_tokens":3}}}}"#
    let late = message(content("late"), #"{"function_call":{"name":"f"}}"#)
    let answer = Answer(end, late, usage, #"{"header":{"code":10019,"message":"m"}}"#)
    #expect(answer.pieces == [.text("x"), .usage(-1, -1, -1, 3), .warning(10019, "m")])
    #expect(Answer(end, #"{"header":{"code":10014}}"#).failure?.serviceCode == 10014)
  }

  @Test(arguments: Transport.allCases)
  func `a session id without end is cut, and so are the ids made of it`(transport: Transport) {
    let long = String(repeating: "好s", count: 100_000)
    let call = #"{"function":{"name":"f","arguments":"{}"}}"#
    let calls = Array(repeating: call, count: 100).joined(separator: ",")
    let messages =
      transport == .http
      ? [#"{"sid":"\#(long)","choices":[{"delta":{"tool_calls":[\#(calls)]}}]}"#, "[DONE]"]
      : [
        #"{"header":{"sid":"\#(long)"},"payload":{"choices":{"status":2,"text":[{"tool_calls":[\#(calls)]}]}}}"#
      ]
    var reader = AnswerReader(transport: transport)
    var ids: [Int] = []
    for message in messages {
      let input = ByteBuffer([UInt8](message.utf8))
      #expect(failure { () throws(SparkError) in try reader.read(input.mutable) } == nil)
      while let event = reader.nextEvent() {
        if case .toolCall(let id, _, _) = event { ids.append(id.count) }
      }
    }
    #expect(ids.count == 100 && ids.allSatisfy { $0 <= 160 })
    let sid = reader.sid?.string ?? ""
    #expect(sid.utf8.count <= 128 && long.hasPrefix(sid) && sid.utf8.count > 120)
  }

  /// The service's ids of an answer's calls (nil: none), and the ids that they get.
  @Test(
    arguments: [
      (["f", "f"], ["f", "call_1"]),
      (["call_1", nil, nil], ["call_1", "call_2", "call_3"]),
      // The service's id comes after the same one was made.
      ([nil, "call_0", "call_0", nil], ["call_0", "call_1", "call_2", "call_3"]),
      (
        ["call_3", "call_2", nil, nil, "call_4"],
        ["call_3", "call_2", "call_4", "call_5", "call_6"]
      ),
      ([#"a\u0000b"#, "a", #"\u0000"#], ["call_0", "a", "call_2"]),
      (["", "x"], ["call_0", "x"]),
    ] as [([String?], [String])], Transport.allCases)
  func `each call has its own id`(ids: ([String?], [String]), transport: Transport) throws {
    let calls = ids.0.enumerated().map { index, id in
      let id = id.map { #""id":"\#($0)","# } ?? ""
      return #"{"index":\#(index),\#(id)"function":{"name":"f","arguments":"{}"}}"#
    }
    let list = #"{"tool_calls":[\#(calls.joined(separator: ","))]}"#
    let json =
      transport == .http
      ? #"{"choices":[{"delta":\#(list),"finish_reason":"tool_calls"}]}"#
      : #"{"payload":{"choices":{"status":2,"text":[\#(list)]}}}"#
    var message = [UInt8](json.utf8)
    var reader = AnswerReader(transport: transport)
    try message.withUnsafeMutableBytes { try reader.read($0) }
    var found: [String] = []
    while let event = reader.nextEvent() {
      if case .toolCall(let id, _, _) = event {
        found.append(String(decoding: id, as: UTF8.self))
      }
    }
    #expect(found == ids.1)
  }

  @Test func `the next answer's ids are its own`() throws {
    var reader = AnswerReader()
    for _ in 0..<2 {
      reader.startOver()
      var message = [UInt8](
        #"{"payload":{"choices":{"text":[{"function_call":{"name":"f","arguments":"{}"}}]}}}"#.utf8)
      try message.withUnsafeMutableBytes { try reader.read($0) }
      guard case .toolCall(let id, _, _) = reader.nextEvent() else {
        Issue.record("no call")
        return
      }
      #expect(String(decoding: id, as: UTF8.self) == "call_0")
    }
  }

  @Test func `an answer in one message is no empty answer`() {
    let answer = Answer(message(content("2"), status: 2))
    #expect(answer.pieces == [.text("2")])
    #expect(answer.isFinished)
  }

  @Test func `reads a tool call`() {
    let answer = Answer(
      message(
        #"""
        {"content":"","role":"assistant","content_type":"text","index":0,"function_call":
        {"arguments":"{\"city\":\"合肥\",\"day\":\"今天\"}","name":"get_weather"}}
        """#, status: 2))
    #expect(answer.pieces == [.call("get_weather", #"{"city":"合肥","day":"今天"}"#)])
    #expect(answer.isFinished)
  }

  @Test func `reads the pages of a web search before the answer`() {
    let answer = Answer(
      #"""
      {"header":{"code":0,"message":"Success","sid":"s","status":1},"payload":{"plugins":{"text":[
      {"name":"ifly_search","content":"[{\"index\":1,\"url\":\"https://example.com/a\",\"title\":\"示例\"},{\"index\":2,\"url\":\"https://example.com/b\",\"title\":\"\"}]",
      "content_type":"text","content_meta":null,"role":"tool","status":"finished"}]}}}
      """#, message(content("42"), status: 2))
    #expect(
      answer.pieces == [
        .citation(1, "示例", "https://example.com/a"), .citation(2, "", "https://example.com/b"),
        .text("42"),
      ])
  }

  @Test func `keeps every piece of the reasoning`() {
    let answer = Answer(
      message(#"{"content":"","reasoning_content":"用户问的是","role":"assistant"}"#, status: 0),
      message(#"{"reasoning_content":"一道加法题。"}"#), message(#"{"content":"答案是 "}"#),
      message(#"{"content":"2。","reasoning_content":"Done."}"#, status: 2))
    #expect(
      answer.pieces == [
        .reasoning("用户问的是"), .reasoning("一道加法题。"), .text("答案是 "), .reasoning("Done."), .text("2。"),
      ])
  }

  @Test func `an error has code, message and sid`() throws {
    let answer = Answer(
      #"""
      {"header":{"code":11200,"message":"AppIdNoAuthError:(17:17:15.673) domain.generalv3",
      "sid":"cht000f6081@dx194e020ae50b8f3550","status":2}}
      """#)
    let error = try #require(answer.failure)
    #expect(error.status == .permission)
    #expect(error.serviceCode == 11200)
    #expect(error.sid == "cht000f6081@dx194e020ae50b8f3550")
    #expect(
      error.message == "service code 11200: AppIdNoAuthError:(17:17:15.673) domain.generalv3")
    #expect(!answer.isFinished && answer.pieces.isEmpty)
  }

  @Test func `an error in the middle keeps what came before`() {
    let answer = Answer(
      message(content("so ")),
      #"{"header":{"code":10014,"message":"x","status":2},"payload":{"choices":{"text":[{"content":"far"}]}}}"#
    )
    #expect(answer.pieces == [.text("so "), .text("far")])
    #expect(answer.failure?.status == .contentFiltered)
    #expect(answer.failure?.sid == sid)
  }

  @Test func `10019 after an answer is a warning`() {
    let warning = #"{"header":{"code":10019,"message":"mind it","sid":"other","status":2}}"#
    let text = Answer(message(content("x"), status: 2), warning)
    #expect(text.pieces == [.text("x"), .warning(10019, "mind it")])
    #expect(text.failure == nil && text.isFinished && text.sid == "other")
    for item in [#"{"reasoning_content":"r"}"#, #"{"function_call":{"name":"f"}}"#] {
      #expect(Answer(message(item), warning).failure == nil)
    }
    #expect(
      Answer(message(content("x")), #"{"header":{"code":10019}}"#).pieces
        == [.text("x"), .warning(10019, "")])
  }

  @Test func `10019 in place of an answer is an error`() {
    let warning = #"{"header":{"code":10019,"message":"mind it","status":2}}"#
    for before in [[], [message(content(""))], [message()]] {
      let answer = Answer((before + [warning]).map { [UInt8]($0) })
      #expect(answer.failure?.status == .contentFiltered)
      #expect(answer.failure?.serviceCode == 10019)
    }
  }

  @Test func `texts may be taken one at a time, or left`() throws {
    var reader = AnswerReader()
    #expect(reader.nextEvent().map(Piece.init) == nil)
    let first = ByteBuffer([UInt8](message(content("a"), content("b"))))
    try reader.read(first.mutable)
    #expect(reader.nextEvent().map(Piece.init) == .text("a"))
    // Events that were not taken are gone with the next message.
    let second = ByteBuffer([UInt8](message(content("c"))))
    try reader.read(second.mutable)
    #expect(reader.nextEvent().map(Piece.init) == .text("c"))
    #expect(reader.nextEvent().map(Piece.init) == nil)
  }
}

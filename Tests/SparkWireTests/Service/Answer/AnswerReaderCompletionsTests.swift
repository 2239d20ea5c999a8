import SparkWire
import Testing

/// The events of an answer over HTTP.
private func answer(_ messages: String...) -> Answer {
  Answer(messages.map { [UInt8]($0.utf8) }, over: .http)
}

private let sid = "cha0001c4d5@dx194e020c070b86d552"

/// Returns a chunk from the service with these members in its delta.
private func chunk(_ delta: String, more: String = "") -> String {
  #"{"code":0,"message":"Success","sid":"\#(sid)","id":"\#(sid)","created":1738927006,"#
    + #""choices":[{"delta":{"role":"assistant",\#(delta)},"index":0}]\#(more)}"#
}

private let usage = #","usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}"#

struct AnswerReaderCompletionsTests {
  @Test func `reads a stream`() {
    let answer = answer(
      chunk(#""content":"你好""#), chunk(#""content":"!""#),
      chunk(#""content":"""#, more: usage), " [DONE] ")
    #expect(answer.pieces == [.text("你好"), .text("!"), .usage(-1, 3, 4, 7)])
    #expect(answer.isFinished)
    #expect(answer.sid == sid)
    #expect(answer.failure == nil)
  }

  @Test func `reasoning has a channel of its own`() {
    let answer = answer(
      chunk(#""reasoning_content":"think ""#),
      chunk(#""content":"","reasoning_content":"more""#), chunk(#""content":"42""#),
      #"{"code":0,"sid":"\#(sid)","choices":[{"delta":{"role":"assistant"}}]\#(usage)}"#, "[DONE]")
    #expect(answer.reasoning == "think more")
    #expect(answer.text == "42")
    #expect(answer.isFinished)
  }

  @Test(arguments: [
    // An object if only one call is possible, otherwise an array.
    #"{"type":"function","function":{"arguments":"{\"a\":1}","name":"f"},"id":"call_1"}"#,
    #"[{"type":"function","function":{"arguments":"{\"a\":1}","name":"f"},"id":"call_1"}]"#,
    #"[{"index":0,"type":"function","function":{"arguments":"{\"a\":1}","name":"f"}}]"#,
    #"{"function":{"arguments":{"a":1},"name":"f"}}"#,
  ])
  func `a tool call is one, whatever its shape`(shape: String) {
    let answer = answer(chunk(#""content":"","tool_calls":\#(shape)"#), "[DONE]")
    #expect(answer.pieces == [.call("f", #"{"a":1}"#)])
  }

  @Test(arguments: [
    #""arguments":"","name":"f""#, #""arguments":" \n","name":"f""#,
    #""arguments":"null","name":"f""#,
    #""arguments":null,"name":"f""#, #""name":"f""#, #""arguments":{},"name":"f""#,
  ])
  func `no arguments are an empty object`(function: String) {
    let call = #"{"id":"a","function":{\#(function)}}"#
    for shape in [call, "[\(call)]"] {
      let answer = answer(chunk(#""content":"","tool_calls":\#(shape)"#), "[DONE]")
      #expect(answer.pieces == [.call("f", "{}")])
    }
    let frame = Answer(
      [
        [UInt8](
          #"{"header":{"code":0,"sid":"s","status":2},"payload":{"choices":{"status":2,"seq":0,"#
            .utf8)
          + [UInt8](
            #""text":[{"content":"","role":"assistant","function_call":{\#(function)}}]}}}"#.utf8)
      ], over: .webSocket)
    #expect(frame.pieces == [.call("f", "{}")])
  }

  @Test func `arguments that the limit of tokens cut off are not an empty object`() {
    let answer = answer(
      chunk(#""tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":""}}]"#),
      #"{"choices":[{"delta":{},"finish_reason":"length"}],"id":"x"}"#, "[DONE]")
    #expect(answer.pieces == [.call("f", "")])
  }

  @Test func `joins a call that comes in pieces, and keeps several apart`() {
    let answer = answer(
      chunk(#""tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":""}}]"#),
      chunk(#""tool_calls":[{"index":0,"function":{"arguments":"{\"x\""}}]"#),
      chunk(#""tool_calls":[{"index":0,"function":{"arguments":":1}"}}]"#),
      chunk(#""tool_calls":[{"index":1,"id":"b","function":{"name":"g","arguments":"{"}}]"#),
      chunk(#""tool_calls":[{"index":1,"function":{"arguments":"}"}}]"#),
      #"{"choices":[{"delta":{},"finish_reason":"tool_calls"}],"id":"x"}"#, "[DONE]")
    #expect(answer.pieces == [.call("f", #"{"x":1}"#), .call("g", "{}")])
  }

  @Test(arguments: [
    #""finish_reason":null"#, #""finish_reason":"""#,
  ])
  func `joins calls whose pieces alternate`(reason: String) {
    func piece(_ tools: String) -> String {
      #"{"choices":[{"delta":{"tool_calls":[\#(tools)]},\#(reason)}],"usage":{"total_tokens":9}}"#
    }
    let answer = answer(
      piece(
        #"{"index":0,"id":"a","function":{"name":"f","arguments":""}},"#
          + #"{"index":1,"id":"b","function":{"name":"g","arguments":""}}"#),
      piece(#"{"index":0,"function":{"arguments":"{\"x\""}}"#),
      piece(#"{"index":1,"function":{"arguments":"{}"}}"#),
      // Some repeat name and id.
      piece(#"{"index":0,"id":"a","function":{"name":"f","arguments":":1}"}}"#), "[DONE]")
    let calls = answer.pieces.filter { if case .usage = $0 { false } else { true } }
    #expect(calls == [.call("f", #"{"x":1}"#), .call("g", "{}")])
  }

  @Test func `keeps calls without number and id apart`() {
    let call = #""tool_calls":[{"function":{"name":"f","arguments":"{}"}}]"#
    let answer = answer(chunk(call), chunk(call), "[DONE]")
    #expect(answer.pieces == [.call("f", "{}"), .call("f", "{}")])
  }

  /// The same on both transports. What has only an id is passed over.
  @Test func `a call without a name is an error`() throws {
    for function in [#"{"arguments":"{}"}"#, #"{"name":"","arguments":"{\"x\":1}"}"#] {
      let tool = chunk(#""tool_calls":[{"index":0,"id":"a","function":\#(function)}]"#)
      let frame = #"{"payload":{"choices":{"text":[{"function_call":\#(function)}]}}}"#
      for answer in [answer(chunk(#""content":"Hi""#), tool, "[DONE]"), Answer(frame)] {
        let failure = try #require(answer.failure)
        #expect(failure.status == .protocol)
        #expect(failure.message == "the service asks for a tool without naming it")
      }
    }
    let empty = chunk(#""tool_calls":[{"index":0,"id":"a","function":{"name":"","arguments":""}}]"#)
    let answer = answer(chunk(#""content":"Hi""#), empty, "[DONE]")
    #expect(answer.pieces == [.text("Hi")] && answer.failure == nil)
  }

  @Test func `a call that is cut off is none`() {
    let answer = answer(
      chunk(#""tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x"}}]"#))
    #expect(answer.pieces == [])
  }

  @Test func `calls beyond all limits are refused`() {
    var reader = AnswerReader(transport: .http, maxCallSize: 1000)
    let piece = chunk(
      #""tool_calls":[{"index":0,"function":{"arguments":"\#(String(repeating: "x", count: 99))"}}]"#
    )
    let error = failure { () throws(SparkError) in
      for _ in 0..<11 {
        let input = ByteBuffer([UInt8](piece.utf8))
        try reader.read(input.mutable)
      }
    }
    #expect(error?.status == .tooLarge)
  }

  @Test(arguments: [
    #"{"type":"web_search","web_search":{"outputs":[PAGES]}}"#,
    #"{"type":"web_search","web_search":[PAGES]}"#, #"{"web_search":{"anything":[PAGES]}}"#,
  ])
  func `names the sources of a search`(shape: String) {
    let pages = #"{"index":1,"url":"https://a.example","title":"A"},{"url":"b"}"#
    let tool = shape.replacing("PAGES", with: pages)
    let answer = answer(
      #"{"choices":[{"delta":{"role":"assistant","content":"x [1]"}},"#
        + #"{"delta":{"role":"tool","tool_calls":[\#(tool)]},"index":1}],"id":"s"}"#, "[DONE]")
    #expect(
      answer.pieces == [
        .text("x [1]"), .citation(1, "A", "https://a.example"), .citation(-1, "", "b"),
      ])
  }

  @Test func `reads a document`() {
    let answer = answer(
      #"{"code":0,"message":"Success","sid":"\#(sid)","choices":[{"message":"#
        + #"{"role":"assistant","content":"Hi","reasoning_content":"r"},"index":0}]\#(usage)}"#,
      "[DONE]")
    #expect(answer.pieces == [.reasoning("r"), .text("Hi"), .usage(-1, 3, 4, 7)])
  }

  @Test func `hosted models' zeros are no usage`() {
    let zeros = #","usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}"#
    let answer = answer(
      chunk(#""content":"a""#, more: zeros), chunk(#""content":"b""#, more: zeros),
      chunk(#""content":"""#, more: usage), "[DONE]")
    #expect(answer.pieces == [.text("a"), .text("b"), .usage(-1, 3, 4, 7)])
  }

  @Test(
    arguments: [
      // In the envelope, whatever the HTTP status was.
      (#"{"code":10013,"message":"no","sid":"cha1"}"#, 10013, Status.contentFiltered, "cha1"),
      (
        #"{"error":{"message":"AppIdNoAuthError (sid: cha2)","type":"api_error","code":"11200"}}"#,
        11200, .permission, "cha2"
      ),
      (#"{"error":{"message":"x","code":11202}}"#, 11202, .rateLimited, nil),
      (#"{"error":"all is lost"}"#, 0, .service, nil),
      (
        #"{"error":{"message":"bad model","type":"invalid_request_error","code":null}}"#, 0,
        .invalidRequest, nil
      ),
      (
        #"{"error":{"message":"Xunfei request failed with Sid: cid9 code: 10004, msg: x"}}"#,
        10004, .invalidRequest, "cid9"
      ),
      (
        #"{"error":{"message":"no (request id: abc-1)","type":"one_api_error"}}"#, 0, .service,
        nil
      ),
    ] as [(String, Int32, Status, String?)])
  func `an error in the stream is an error`(
    message: String, code: Int32, status: Status, sid: String?
  ) {
    let answer = answer(chunk(#""content":"part""#), message)
    #expect(answer.pieces == [.text("part")])
    #expect(answer.failure?.status == status)
    #expect(answer.failure?.serviceCode == code)
    // The previous answer had its own id.
    #expect(answer.failure?.sid == sid ?? AnswerReaderCompletionsTests.sidOfChunks)
  }

  private static let sidOfChunks = sid

  @Test func `a late warning is no failure`() {
    let answer = answer(
      chunk(#""content":"x""#), #"{"code":10019,"message":"careful","sid":"\#(sid)"}"#, "[DONE]")
    #expect(answer.pieces == [.text("x"), .warning(10019, "careful")])
    #expect(answer.isFinished)
  }

  @Test(arguments: [
    "[]", "7", "[DONE", "{", #"{"choices":[{"delta":{"content":7}}]}"#,
  ])
  func `what is no answer is a violation`(message: String) {
    #expect(answer(message).failure?.status == .protocol)
  }

  @Test(arguments: [
    #"{"choices":[],"id":"x"}"#, #"{"choices":[7,null,{}],"id":"x"}"#,
    #"{"choices":[{"delta":null}],"sid":"x"}"#, #"{"usage":null,"id":"x"}"#,
    #"{"choices":[{"delta":{"content":null,"tool_calls":null}}]}"#,
    #"{"choices":[{"delta":{"reasoning_content":[{"text":"r"}]}}]}"#,
    #"{"choices":[{"delta":{"tool_calls":[7,{"function":7},{"type":"x"}]}}]}"#,
    #"{"choices":[{"delta":{"tool_calls":{"web_search":{"x":[1,"y"]}}}}]}"#,
  ])
  func `what is missing is passed over`(message: String) {
    let answer = answer(message, chunk(#""content":"x""#), "[DONE]")
    #expect(answer.failure == nil, "\(answer.failure?.message ?? "")")
    #expect(answer.text == "x")
  }

  @Test(arguments: [
    "{}", #"{"choices":7}"#, #"{"code":0,"message":"Success"}"#, #"{"type":"ping"}"#,
    #"{"tokens":7}"#,
  ])
  func `what says nothing is passed over, but is no answer`(message: String) {
    #expect(answer(message, chunk(#""content":"x""#), "[DONE]").text == "x")
    #expect(answer(message, "[DONE]").failure?.status == .protocol)
  }

  @Test func `content in parts is text`() {
    let answer = answer(
      chunk(#""content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]"#), "[DONE]")
    #expect(answer.text == "ab")
  }

  @Test func `an emoji in two halves is one`() {
    let answer = answer(chunk(#""content":"\ud83d""#), chunk(#""content":"\ude00""#), "[DONE]")
    #expect(answer.text == "😀")
  }

  @Test(arguments: Transport.allCases)
  func `calls without an id get the same one every time`(transport: Transport) throws {
    let json =
      transport == .http
      ? chunk(#""tool_calls":{"function":{"name":"f","arguments":"{}"}}"#)
      : message(#"{"function_call":{"name":"f","arguments":"{}"}}"#)
    var ids: [String] = []
    for _ in 0..<2 {
      var reader = AnswerReader(transport: transport)
      let input = ByteBuffer([UInt8](json.utf8))
      try reader.read(input.mutable)
      guard case .toolCall(let id, _, _) = reader.nextEvent() else { continue }
      ids.append(String(decoding: id, as: UTF8.self))
    }
    #expect(ids.count == 2 && ids.first == ids.last)
    #expect(ids.first?.hasPrefix("call_ch") == true, "\(ids)")
    #expect(ids.first?.utf8.allSatisfy { $0 != UInt8(ascii: "@") } == true)
  }
}

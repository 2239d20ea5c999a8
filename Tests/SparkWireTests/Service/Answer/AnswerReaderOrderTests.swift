import SparkWire
import Testing

/// Members come in any order, or twice: the last one counts (protocol 7.6).
struct AnswerReaderOrderTests {
  /// Objects whose members are put into every order; all orders of a message mean the same.
  @Test func `a frame means the same in every order of its members`() {
    let header = [#""code":0"#, #""message":"Success""#, #""sid":"s1""#, #""status":2"#]
    let item = [
      #""content":"a\n""#, #""reasoning_content":"r\u4f60""#, #""role":"assistant""#,
      #""function_call":{"arguments":"{}","name":"f"}"#,
    ]
    let items = #""text":[{ITEM},{"content":"b"}]"#
    let choices = [#""status":2"#, #""seq":7"#, items]
    let payload = [
      #""choices":{CHOICES}"#, #""usage":{"text":{"total_tokens":9}}"#,
      #""plugins":{"text":[{"content":"[{\"url\":\"u\",\"title\":\"t\"}]","name":"x"}]}"#,
    ]
    let expected: [Piece] = [
      .citation(-1, "t", "u"), .reasoning("r你"), .text("a\n"), .call("f", "{}"), .text("b"),
      .usage(-1, -1, -1, 9),
    ]
    func expect(_ header: [String], _ payload: [String], _ choices: [String], _ item: [String]) {
      for outer in [#""payload":{PAYLOAD}"#, #""x":[{}]"#, #""header":{HEADER}"#].orders {
        let frame = "{\(outer.joined(separator: ","))}"
          .replacing("HEADER", with: header.joined(separator: ","))
          .replacing("PAYLOAD", with: payload.joined(separator: ","))
          .replacing("CHOICES", with: choices.joined(separator: ","))
          .replacing("ITEM", with: item.joined(separator: ","))
        let answer = Answer(frame)
        #expect(answer.pieces == expected, "\(frame)")
        #expect(answer.failure == nil && answer.isFinished && answer.sid == "s1")
      }
    }
    for order in header.orders { expect(order, payload, choices, item) }
    for order in item.orders { expect(header, payload, choices, order) }
    for order in payload.orders {
      for other in choices.orders { expect(header, order, other, item) }
    }
  }

  @Test func `a completion means the same in every order of its members`() {
    let members = [
      #""choices":[{CHOICE},{"delta":{"content":"b"}}]"#, #""code":0"#, #""message":"Success""#,
      #""sid":"s1""#, #""id":"s2""#, #""usage":{"prompt_tokens":1,"total_tokens":2}"#,
    ]
    let choice = [#""delta":{DELTA}"#, #""message":{"content":"no"}"#, #""finish_reason":"stop""#]
    let delta = [
      #""role":"assistant""#, #""content":"a\n""#, #""reasoning_content":"r""#,
      #""tool_calls":[{"id":"c","function":{"arguments":"{}","name":"f"},"index":0}]"#,
    ]
    let expected: [Piece] = [
      .reasoning("r"), .text("a\n"), .call("f", "{}"), .text("b"), .usage(-1, 1, -1, 2),
    ]
    func expect(_ members: [String], _ choice: [String], _ delta: [String]) {
      let message = "{\(members.joined(separator: ","))}"
        .replacing("CHOICE", with: choice.joined(separator: ","))
        .replacing("DELTA", with: delta.joined(separator: ","))
      let answer = Answer([[UInt8](message), [UInt8]("[DONE]")], over: .http)
      #expect(answer.pieces == expected, "\(message)")
      #expect(answer.failure == nil && answer.isFinished && answer.sid == "s1")
    }
    for order in members.orders { expect(order, choice, delta) }
    for order in choice.orders {
      for other in delta.orders { expect(members, order, other) }
    }
  }

  @Test func `an error means the same in every order of its members`() {
    for error in [#""code":"11200""#, #""message":"no""#, #""type":"api_error""#].orders {
      let members = [
        #""error":{ERROR}"#, #""sid":"s1""#, #""choices":[{"delta":{"content":"x"}}]"#,
      ]
      for order in members.orders {
        let message = "{\(order.joined(separator: ","))}"
          .replacing("ERROR", with: error.joined(separator: ","))
        let answer = Answer([[UInt8](message)], over: .http)
        #expect(answer.failure?.serviceCode == 11200 && answer.failure?.sid == "s1", "\(message)")
        #expect(answer.pieces == [.text("x")])
      }
    }
  }

  @Test(
    arguments: [
      // Header, payload, and their members.
      (#"{"header":{"status":1,"sid":"a"},"header":{"status":2}}"#, [], true),
      (#"{"header":{"status":2},"header":{}}"#, [], false),
      (#"{"header":{"status":2,"status":1}}"#, [], false),
      (#"{"header":{"status":2},"header":null,"payload":{}}"#, [], false),
      (#"{"header":{"status":2},"header":"x"}"#, [], false),
      (#"{"payload":{"choices":{"text":[{"content":"a"}]}},"payload":{}}"#, [], false),
      (
        #"{"header":{},"payload":{"choices":{"text":[{"content":"a"}]}},"payload":null}"#, [], false
      ),
      (
        #"{"payload":{"choices":{"text":[{"content":"a"}],"status":2},"choices":{"text":[{"content":"b"}]}}}"#,
        [.text("b")], false
      ),
      (#"{"payload":{"choices":{"text":[{"content":"a"}]},"choices":null}}"#, [], false),
      (#"{"payload":{"choices":{"text":[{"content":"a"}]},"choices":[]}}"#, [], false),
      (
        #"{"payload":{"choices":{"text":[{"content":"a"},{"content":"b"}],"text":[{"content":"c"}]}}}"#,
        [.text("c")], false
      ),
      (#"{"payload":{"choices":{"text":[{"content":"a"},{"content":"b"}],"text":[]}}}"#, [], false),
      (#"{"payload":{"choices":{"text":"x","text":null}}}"#, [], false),
      (
        #"{"payload":{"usage":{"text":{"total_tokens":1}},"usage":{"text":{"total_tokens":2,"total_tokens":3}}}}"#,
        [.usage(-1, -1, -1, 3)], false
      ),
      (
        #"{"payload":{"plugins":{"text":[{"content":"[{\"url\":\"a\"}]","content":"[{\"url\":\"b\",\"url\":\"c\"}]"}]}}}"#,
        [.citation(-1, "", "c")], false
      ),
      // An item and its calls.
      (#"{"payload":{"choices":{"text":[{"content":"a","content":null}]}}}"#, [], false),
      (#"{"payload":{"choices":{"text":[{"content":5,"content":"b"}]}}}"#, [.text("b")], false),
      (
        #"{"payload":{"choices":{"text":[{"content":"a","cont\u0065nt":"b"}]}}}"#, [.text("b")],
        false
      ),
      (
        #"{"payload":{"choices":{"text":[{"function_call":{"name":"f"},"function_call":{"name":"g","name":"h","arguments":"1","arguments":{"a":2}}}]}}}"#,
        [.call("h", #"{"a":2}"#)], false
      ),
      (
        #"{"payload":{"choices":{"text":[{"content":"a"},{"content":"b","content":"c"},{"content":"d","content":""}]}}}"#,
        [.text("a"), .text("c")], false
      ),
    ] as [(String, [Piece], Bool)])
  func `of members given twice the last counts`(frame: String, pieces: [Piece], isFinished: Bool) {
    let answer = Answer(frame)
    #expect(answer.pieces == pieces)
    #expect(answer.failure == nil && answer.isFinished == isFinished && answer.sid == nil)
  }

  @Test(
    arguments: [
      (#"{"choices":[{"delta":{"content":"a"}}],"choices":[{"delta":{"content":"b"}}]}"#, "b"),
      (#"{"choices":[{"delta":{"content":"a"}},{"delta":{"content":"b"}}],"choices":[]}"#, ""),
      (#"{"choices":[],"choices":[{"delta":{"content":"a"}},{"delta":{"content":"b"}}]}"#, "ab"),
      (#"{"choices":[{"delta":{"content":"a"},"delta":{"content":"b"}}]}"#, "b"),
      (#"{"choices":[{"message":{"content":"a"},"message":{"content":"b"}}]}"#, "b"),
      // The message counts only without a delta.
      (#"{"choices":[{"message":{"content":"m"},"delta":{"content":"d"}}]}"#, "d"),
      (#"{"choices":[{"delta":{"content":"d"},"message":{"content":"m"}}]}"#, "d"),
      (#"{"choices":[{"delta":null,"message":{"content":"m"}}]}"#, "m"),
      (#"{"choices":[{"delta":{"content":"d"},"message":{"content":"m"},"delta":null}]}"#, "m"),
      (#"{"choices":[{"delta":null,"message":{"content":"m"},"delta":{"content":"d"}}]}"#, "d"),
      (#"{"choices":[{"message":{"content":"m"},"message":null}]}"#, ""),
      (#"{"choices":[{"delta":7,"message":{"content":"m"}}]}"#, ""),
      (#"{"error":"bad","error":null,"choices":[{"delta":{"content":"a","content":"b"}}]}"#, "b"),
      (#"{"code":10013,"code":0,"choices":[{"delta":{"content":"a"}}]}"#, "a"),
      (
        #"{"choices":[{"delta":{"content":[{"text":"a","text":"b"},{"text":5},{"text":"c"}]}}]}"#,
        "bc"
      ),
    ])
  func `of a completion's members given twice the last counts`(message: String, text: String) {
    let answer = Answer([[UInt8](message), [UInt8]("[DONE]")], over: .http)
    #expect(answer.text == text)
    #expect(answer.failure == nil && answer.isFinished)
  }
}

extension [String] {
  /// Returns all orders of the elements.
  fileprivate var orders: [[String]] {
    guard count > 1 else { return [self] }
    return indices.flatMap { index in
      var rest = self
      let first = rest.remove(at: index)
      return rest.orders.map { [first] + $0 }
    }
  }
}

import SparkWire
import Testing

private func history(_ messages: [(Message.Role, String)]) throws -> History {
  var history = History()
  for (role, content) in messages { try history.append(Message(role, content)) }
  return history
}

extension History {
  /// Returns the texts to send within a budget.
  fileprivate mutating func texts(_ budget: Int?) -> [String] {
    fitted(to: budget).messages.map { $0.content.isEmpty ? "-" : String($0.content.prefix(2)) }
  }
}

private let long = String(repeating: "word ", count: 40)

struct HistoryTests {
  @Test func `sends all where there is no limit`() throws {
    var history = try history([(.system, "s"), (.user, "u1"), (.assistant, "a1"), (.user, "u2")])
    #expect(history.texts(nil) == ["s", "u1", "a1", "u2"])
    #expect(history.texts(1_000_000) == ["s", "u1", "a1", "u2"])
  }

  @Test func `drops the oldest turns, never the system message or the last turn`() throws {
    var history = try history([
      (.system, "s" + long), (.user, "u1" + long), (.assistant, "a1" + long),
      (.user, "u2" + long), (.assistant, "a2" + long), (.user, "u3" + long),
    ])
    // Each message is estimated at 51 tokens.
    #expect(history.texts(320) == ["sw", "u1", "a1", "u2", "a2", "u3"])
    #expect(history.texts(305) == ["sw", "u2", "a2", "u3"])
    #expect(history.texts(200) == ["sw", "u3"])
    #expect(history.texts(1) == ["sw", "u3"])
    #expect(history.fitted(to: 1).dropped == 4)
    #expect(history.count == 6)
  }

  @Test func `keeps calls with their results`() throws {
    var history = History()
    try history.append(Message(.user, "u1" + long))
    let call = Message.Call(id: "1", name: "f", arguments: "{}")
    try history.append(Message(.assistant, "", calls: [call]))
    try history.append(Message(resultOf: call, "r1" + long))
    try history.append(Message(.assistant, "a1"))
    try history.append(Message(.user, "u2"))
    #expect(history.texts(60) == ["u2"])
    #expect(history.texts(200) == ["u1", "-", "r1", "a1", "u2"])
    // Results do not begin a turn: they are sent with their call, or not at all.
    for budget in 0..<200 {
      let sent = history.fitted(to: budget).messages
      #expect(sent.contains { !$0.calls.isEmpty } == sent.contains { $0.role == .tool })
    }
  }

  @Test func `adopts the service's counts`() throws {
    var history = try history([(.user, "u1" + long)])
    #expect(history.texts(1000) == ["u1"])
    // Ten times as many as estimated.
    history.count(promptTokens: 510)
    try history.append(Message(.assistant, "a1" + long))
    try history.append(Message(.user, "u2" + long))
    // 510, then twice about the same.
    #expect(history.texts(1600) == ["u1", "a1", "u2"])
    #expect(history.texts(1400) == ["u2"])
    _ = history.texts(1600)
    // The new ones turn out to be cheap.
    history.count(promptTokens: 530)
    try history.append(Message(.assistant, "a2"))
    try history.append(Message(.user, "u3"))
    #expect(history.texts(700) == ["u1", "a1", "u2", "a2", "u3"])
    #expect(history.texts(400) == ["u2", "a2", "u3"])
  }

  @Test(arguments: [0, -1, 1, Int64.max, Int64.min])
  func `any count is survived`(tokens: Int64) throws {
    var history = try history([(.user, "u1"), (.assistant, "a1"), (.user, "u2")])
    _ = history.texts(nil)
    history.count(promptTokens: tokens)
    #expect(history.texts(10).last == "u2")
  }

  @Test func `a system message takes the place of the one before`() throws {
    var history = try history([(.user, "u1"), (.system, "s1"), (.assistant, "a1"), (.system, "s2")])
    #expect(history.texts(nil) == ["s2", "u1", "a1"])
  }

  @Test func `a call waits for one result`() throws {
    var history = History()
    let call = Message.Call(id: "1", name: "f", arguments: "{}")
    try history.append(Message(.assistant, "", calls: [call]))
    #expect(history.openCalls.map(\.id) == ["1"])
    try history.append(Message(resultOf: call, "r"))
    #expect(history.openCalls.isEmpty)
    // The service may reuse an id.
    try history.append(Message(.assistant, "", calls: [call]))
    #expect(history.openCalls.map(\.name) == ["f"])
    try history.append(Message(resultOf: call, "r"))
    #expect(history.openCalls.isEmpty)
  }

  @Test func `no message is added while a call waits`() throws {
    var history = try history([(.user, "u1")])
    let calls = ["1", "2", "1"].map { Message.Call(id: $0, name: "f" + $0, arguments: "{}") }
    try history.append(Message(.assistant, "", calls: calls))
    for role in [Message.Role.user, .assistant] {
      let error = failure { () throws(SparkError) in try history.append(Message(role, "x")) }
      #expect(error?.message == "the call 1 of the tool \"f1\" has no result")
    }
    try history.append(Message(.system, "s"))
    var result = Message(.tool, "r")
    // In any order, and two for an id that occurs twice; the name comes from the call.
    for (id, left) in [("2", 2), ("1", 1), ("1", 0)] {
      result.callID = id
      try history.append(result)
      #expect(history.openCalls.count == left)
    }
    #expect([3, 4, 5].map { history.message(at: $0)?.toolName } == ["f2", "f1", "f1"])
    let error = failure { () throws(SparkError) in try history.append(result) }
    #expect(error?.message.contains("no tool call waits") == true)
    try history.append(Message(.user, "u2"))
    #expect(history.count == 7)
  }

  @Test func `going back opens calls again`() throws {
    var history = try history([(.user, "u1")])
    let calls = ["1", "2"].map { Message.Call(id: $0, name: "f", arguments: "{}") }
    try history.append(Message(.assistant, "", calls: calls))
    for call in calls { try history.append(Message(resultOf: call, "r")) }
    try history.append([Message(.assistant, "a1"), Message(.user, "u2")])
    for (count, open) in [(5, []), (4, []), (3, ["2"]), (2, ["1", "2"]), (1, []), (0, [])] {
      history.truncate(to: count)
      #expect(history.openCalls.map(\.id) == open)
    }
  }

  @Test func `results come in any order`() throws {
    let calls = ["1", "2", "2", "3"].map { Message.Call(id: $0, name: "f", arguments: "{}") }
    let answer = Message(.assistant, "", calls: calls)
    for order in [[3, 1, 0, 2], [0, 1, 2, 3], [2, 3, 1, 0]] {
      var history = History()
      try history.append([answer] + order.map { Message(resultOf: calls[$0], "r") })
      #expect(history.openCalls.isEmpty)
      // A call whose result is removed waits for a result again.
      history.truncate(to: 4)
      #expect(history.openCalls.map(\.id) == [calls[order[3]].id])
      history.truncate(to: 1)
      #expect(history.openCalls.map(\.id) == calls.map(\.id))
      #expect(throws: SparkError.self) {
        try history.append([Message(resultOf: calls[0], "r"), Message(resultOf: calls[0], "r")])
      }
      #expect(history.count == 1)
    }
  }

  @Test func `images stay with the question after them`() throws {
    var history = try history([(.user, "u1"), (.assistant, "a1")])
    for number in 1...2 {
      try history.append(Message(try Image(url: "https://pictures.example/\(number)")))
    }
    try history.append(Message(.user, "u2"))
    #expect(history.texts(1) == ["-", "-", "u2"])
    #expect(history.texts(nil) == ["u1", "a1", "-", "-", "u2"])
  }

  @Test func `a request's messages are added together, or not at all`() throws {
    var history = try history([(.user, "u1"), (.assistant, "a1")])
    let call = Message.Call(id: "1", name: "f", arguments: "{}")
    let asked = [Message(.user, "u2"), Message(.assistant, "", calls: [call])]
    let error = failure { () throws(SparkError) in
      try history.append(asked + [Message(.user, "u3")])
    }
    #expect(error?.message.contains("has no result") == true)
    #expect(history.texts(nil) == ["u1", "a1"])
    try history.append(asked + [Message(resultOf: call, "r"), Message(.system, "s")])
    #expect(history.texts(nil) == ["s", "u1", "a1", "u2", "-", "r"])
  }

  @Test func `goes back to where it was`() throws {
    var history = try history([(.system, "s"), (.user, "u1"), (.assistant, "a1"), (.user, "u2")])
    _ = history.texts(nil)
    history.truncate(to: 3)
    history.count(promptTokens: 100)
    #expect(history.texts(nil) == ["s", "u1", "a1"])
    history.truncate(to: 7)
    history.truncate(to: -1)
    #expect(history.count == 3)
    history.truncate(to: 0)
    #expect(history.texts(nil) == [])
  }
}

struct HistoryJSONTests {
  private func saved(_ history: History) throws -> String {
    var buffer = ByteBuffer()
    try history.write(to: &buffer)
    return buffer.bytes.text
  }

  private func restored(_ json: String) throws(SparkError) -> History {
    let text = ByteBuffer([UInt8](json.utf8))
    return try History(parsing: text.readable)
  }

  @Test func `what is saved is restored`() throws {
    var history = try history([(.system, "s\u{0}\"你好\""), (.user, "u")])
    _ = history.fitted(to: nil)
    history.count(promptTokens: 12)
    let call = Message.Call(id: "1", name: "f", arguments: "{broken")
    try history.append(Message(.assistant, "a", calls: [call]))
    try history.append(Message(resultOf: call, ""))
    let json = try saved(history)
    let again = try restored(json)
    #expect(try saved(again) == json)
    #expect(again.message(at: 0)?.content == "s\u{0}\"你好\"")
    #expect(again.message(at: 2)?.calls.first?.arguments == "{broken")
    #expect(again.message(at: 3)?.callID == "1" && again.message(at: 3)?.toolName == "f")
    #expect(json.contains("\"tokens\""))
  }

  @Test func `a result takes the name of its call`() throws {
    let history = try restored(
      #"{"version":1,"messages":[{"role":"assistant","tool_calls":[{"id":"x","function":"#
        + #"{"name":"f","arguments":""}}]},{"role":"tool","tool_call_id":"x","content":"r"}]}"#)
    #expect(history.message(at: 1)?.toolName == "f")
  }

  @Test(arguments: [1, 9_999_999, 10_000_001, 30_000_001, Int64.max])
  func `any count of the service's is restored`(tokens: Int64) throws {
    var history = try history([(.user, "u1"), (.assistant, "a1"), (.user, "u2")])
    _ = history.fitted(to: nil)
    history.count(promptTokens: tokens)
    let json = try saved(history)
    #expect(try saved(restored(json)) == json)
  }

  /// Earlier versions had another bound.
  @Test(arguments: [10_000_001, 1_000_000_000_000, Int64.max])
  func `a count beyond the bound counts as the bound`(tokens: Int64) throws {
    let message = #"{"role":"user","content":"u","tokens":"#
    let json = try saved(restored(#"{"version":1,"messages":[\#(message)\#(tokens)}]}"#))
    #expect(json == #"{"version":1,"messages":[\#(message)10000000}]}"#)
  }

  @Test func `images are restored`() throws {
    let file = ByteBuffer(png(width: 64, height: 48))
    let images = [try Image(file: file.readable), try Image(url: "https://pictures.example/1")]
    var history = History()
    for image in images { try history.append(Message(image)) }
    let again = try restored(saved(history))
    #expect([0, 1].map { again.message(at: $0)?.image } == images)
  }

  @Test(arguments: [
    ("", "invalid JSON"), ("[]", "must be a JSON object"), ("{}", "has no version"),
    (#"{"version":2,"messages":[]}"#, "version 2"), (#"{"version":1}"#, "no list"),
    (#"{"version":1,"messages":[7]}"#, "index 0"),
    (#"{"version":1,"messages":[{"role":"user","content":"x"},{"role":"boss"}]}"#, "index 1"),
    (
      #"{"version":1,"messages":[{"role":"tool","tool_call_id":"x"}]}"#,
      "index 0: no tool call waits"
    ),
    (
      #"{"version":1,"messages":[{"role":"user","content":"u"},{"role":"system","content":"s"}]}"#,
      "not the first, at index 1"
    ),
    (
      #"{"version":1,"messages":[{"role":"assistant","tool_calls":[{"id":"x","function":"#
        + #"{"name":"f","arguments":""}}]},{"role":"user","content":"u"}]}"#,
      "index 1: the call x of the tool \"f\" has no result"
    ),
    (
      #"{"version":1,"messages":[{"role":"user","content":"u","tool_calls":[{"id":"x","function":"#
        + #"{"name":"f","arguments":""}}]}]}"#,
      "tool calls of the user, at index 0"
    ),
    (#"{"version":1,"messages":[{"role":"user","content":"u","tokens":-5}]}"#, "count of tokens"),
    (#"{"version":1,"messages":[{"role":"user"}]}"#, "empty message, at index 0"),
    (#"{"version":1,"messages":[{"role":"user","image":"*"}]}"#, "not Base64"),
    (#"{"version":1,"messages":[{"role":"user","image":[]}]}"#, "not Base64"),
    (
      #"{"version":1,"messages":[{"role":"assistant","content":"x","tool_calls":{}}]}"#,
      "tool_calls that are not a list, at index 0"
    ),
    (
      #"{"version":1,"messages":[{"role":"user","image_url":{"url":"https://a"}}]}"#,
      "image_url that is not a text, at index 0"
    ),
    (
      #"{"version":1,"messages":[{"role":"user","content":"x","image_url":"https://a"}]}"#,
      "not a user's only content, at index 0"
    ),
    (
      #"{"version":1,"messages":[{"role":"assistant","image_url":"https://a"}]}"#,
      "not a user's only content, at index 0"
    ),
    (
      #"{"version":1,"messages":[{"role":"user","content":[{"type":"text","text":"x"}]}]}"#,
      "content that is not a text, at index 0"
    ),
    (#"{"version":1,"messages":[{"role":"user","image":"AAAA"}]}"#, "not a JPEG"),
    (#"{"version":1,"messages":[{"role":"user","image_url":"cat.png"}]}"#, "image's URL"),
    (
      #"{"version":1,"messages":[{"role":"assistant","tool_calls":[{"id":"x"}]}]}"#,
      "without valid id"
    ),
    (
      #"{"version":1,"messages":[{"role":"assistant","tool_calls":[{"id":"x\u0000y","function":"#
        + #"{"name":"f","arguments":""}}]}]}"#,
      "without valid id"
    ),
  ])
  func `what is no saved history is refused`(json: String, message: String) {
    let error = failure { () throws(SparkError) in _ = try restored(json) }
    #expect(error?.status == .invalidArgument)
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
  }
}

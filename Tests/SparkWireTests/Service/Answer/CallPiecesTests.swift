import SparkWire
import Testing

/// Tool calls over HTTP, in the pieces in which servers send them (protocol 6.5 and 10.5).
struct CallPiecesTests {
  /// Returns the calls of chunks, each with these elements in `tool_calls`.
  private func calls(_ chunks: [String]) -> [Piece] {
    let messages = chunks.map { #"{"choices":[{"delta":{"tool_calls":[\#($0)]}}],"id":"s"}"# }
    return answer(messages)
  }

  private func answer(_ messages: [String]) -> [Piece] {
    let all = messages + [#"{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#, "[DONE]"]
    let answer = Answer(all.map { [UInt8]($0.utf8) }, over: .http)
    #expect(answer.failure == nil)
    return answer.pieces
  }

  /// How hosted models ask over WebSocket is not published.
  @Test func `calls come in pieces over WebSocket, too`() {
    let lists = [
      Self.piece(0, id: "a", "f", "") + "," + Self.piece(1, id: "b", "g", "{}"),
      Self.piece(0, nil, #"{"x":"#), Self.piece(0, id: "", "", "1}"),
    ]
    let frames = lists.enumerated().map { index, list in
      #"{"header":{"code":0,"status":\#(index)},"payload":{"choices":{"status":\#(index),"text":[{"content":"","tool_calls":[\#(list)]}]}}}"#
    }
    let answer = Answer(frames.map { [UInt8]($0.utf8) }, over: .webSocket)
    #expect(answer.failure == nil)
    #expect(answer.pieces == [.call("f", #"{"x":1}"#), .call("g", "{}")])
  }

  @Test(arguments: [
    "{}", "null", #"{"name":"","arguments":""}"#, #"{"name":null,"arguments":null}"#,
  ])
  func `an empty function beside a text is no call`(function: String) {
    let item =
      #"{"content":"x","function_call":\#(function),"tool_calls":[{"id":"","function":\#(function)}]}"#
    let frame = #"{"payload":{"choices":{"status":2,"text":[\#(item)]}}}"#
    #expect(Answer(frame).failure == nil && Answer(frame).pieces == [.text("x")])
    let chunk = #"{"choices":[{"delta":\#(item)}]}"#
    #expect(answer([chunk]) == [.text("x")])
  }

  /// Returns a piece. `arguments` is the content of a JSON string.
  private static func piece(
    _ index: Int? = nil, id: String? = nil, _ name: String? = nil, _ arguments: String? = nil
  ) -> String {
    var members: [String] = []
    if let index { members.append(#""index":\#(index)"#) }
    if let id { members.append(#""id":"\#(id)""#) }
    var function: [String] = []
    if let name { function.append(#""name":"\#(name)""#) }
    if let arguments {
      function.append(
        #""arguments":"\#(arguments.replacing("\\", with: "\\\\").replacing("\"", with: #"\""#))""#)
    }
    members.append(#""function":{\#(function.joined(separator: ","))}"#)
    return "{\(members.joined(separator: ","))}"
  }

  private static let whole = #"{"x":"}\\"}"#
  /// The arguments of one call in pieces.
  private static let parts = ["", "{", #""x""#, #":"}\\"#, #""}"#, ""]

  /// Ways to send one call in pieces: the first with id and name, and those after it.
  private static let dialects: [(String, @Sendable (Int, String) -> String)] = [
    ("as OpenAI does", { $0 == 0 ? piece(0, id: "a", "f", $1) : piece(0, $1) }),
    ("without ids", { $0 == 0 ? piece(0, "f", $1) : piece(0, nil, $1) }),
    ("without a number", { $0 == 0 ? piece(id: "a", "f", $1) : piece(nil, nil, $1) }),
    ("with neither", { $0 == 0 ? piece("f", $1) : piece(nil, nil, $1) }),
    ("name again, without ids", { piece(0, "f", $1) }),
    ("name again, without ids and numbers", { piece("f", $1) }),
    ("name again, id once", { piece(0, id: $0 == 0 ? "a" : nil, "f", $1) }),
    ("name again, id once, without a number", { piece(id: $0 == 0 ? "a" : nil, "f", $1) }),
    ("id again", { piece(0, id: "a", $0 == 0 ? "f" : nil, $1) }),
    ("id again, without a number", { piece(id: "a", $0 == 0 ? "f" : nil, $1) }),
    ("id and name again", { piece(0, id: "a", "f", $1) }),
    ("id and name again, without a number", { piece(id: "a", "f", $1) }),
    ("empty id and name", { $0 == 0 ? piece(0, id: "a", "f", $1) : piece(0, id: "", "", $1) }),
    ("empty id and name, no number", { piece(id: $0 == 0 ? "a" : "", $0 == 0 ? "f" : "", $1) }),
    ("another id each time", { piece(0, id: "a\($0)", $0 == 0 ? "f" : nil, $1) }),
    ("the name late", { piece(0, id: "a", $0 == 2 ? "f" : nil, $1) }),
    ("a number from 1", { $0 == 0 ? piece(1, id: "a", "f", $1) : piece(1, $1) }),
    ("numbers that count pieces", { piece($0, id: "a", $0 == 0 ? "f" : nil, $1) }),
  ]

  private static func piece(_ index: Int, _ arguments: String) -> String {
    piece(index, nil, arguments)
  }

  private static func piece(_ name: String, _ arguments: String) -> String {
    piece(nil, name, arguments)
  }

  @Test(arguments: dialects.indices)
  func `one call is one`(dialect: Int) {
    let (name, make) = Self.dialects[dialect]
    let pieces = Self.parts.enumerated().map { make($0.offset, $0.element) }
    #expect(calls(pieces) == [.call("f", Self.whole)], "\(name)")
    if name != "the name late" { #expect(calls([make(0, Self.whole)]) == [.call("f", Self.whole)]) }
    let bytes = Self.whole.map(String.init).enumerated().map { make($0.offset, $0.element) }
    #expect(calls(bytes) == [.call("f", Self.whole)], "\(name)")
  }

  @Test(arguments: dialects.indices)
  func `a call after it is another call`(dialect: Int) {
    let (name, make) = Self.dialects[dialect]
    let pieces = Self.parts.enumerated().map { make($0.offset, $0.element) }
    let next = name.contains("ids") ? Self.piece("g", "{}") : Self.piece(id: "b", "f", "{}")
    let expected: Piece = name.contains("ids") ? .call("g", "{}") : .call("f", "{}")
    #expect(calls(pieces + [next]) == [.call("f", Self.whole), expected], "\(name)")
  }

  @Test func `calls of one tool at different numbers stay apart`() {
    let both = Self.parts.flatMap { part in
      [0, 1].map { Self.piece($0, part.isEmpty ? "f" : nil, part) }
    }
    #expect(calls(both) == [.call("f", Self.whole), .call("f", Self.whole)])
    #expect(
      calls([both.prefix(2).joined(separator: ",")] + both.dropFirst(2))
        == [.call("f", Self.whole), .call("f", Self.whole)])
    // Even if they have the same id.
    #expect(
      calls([Self.piece(0, id: "a", "f", "{}"), Self.piece(1, id: "a", "f", "{}")])
        == [.call("f", "{}"), .call("f", "{}")])
  }

  @Test func `calls that alternate are told apart by their ids`() {
    let pieces = Self.parts.enumerated().flatMap { number, part in
      ["a", "b"].map { (id: String) in Self.piece(id: id, number == 0 ? "f" + id : nil, part) }
    }
    #expect(calls(pieces) == [.call("fa", Self.whole), .call("fb", Self.whole)])
  }

  @Test func `the same number for all calls`() {
    #expect(
      calls([
        Self.piece(0, id: "a", "f", "{}"), Self.piece(0, id: "b", "f", #"{"x":"#),
        Self.piece(0, "1}"), Self.piece(0, "g", "{}"),
      ]) == [.call("f", "{}"), .call("f", #"{"x":1}"#), .call("g", "{}")])
  }

  @Test func `several calls in one message, without numbers`() {
    let two = [Self.piece("f", "{}"), Self.piece("f", "{}")].joined(separator: ",")
    #expect(calls([two]) == [.call("f", "{}"), .call("f", "{}")])
    // A piece that names no call belongs to the last one.
    let open = [Self.piece("f", "{}"), Self.piece("g", #"{"x":"#)].joined(separator: ",")
    #expect(
      calls([open, Self.piece(nil, nil, "1}")]) == [.call("f", "{}"), .call("g", #"{"x":1}"#)])
  }

  @Test func `calls of one tool in turn, without numbers and ids`() {
    for name in [nil, "f"] {
      let one = Self.parts.enumerated().map { number, part in
        Self.piece(nil, number == 0 ? "f" : name, part)
      }
      #expect(calls(one + one) == [.call("f", Self.whole), .call("f", Self.whole)])
    }
  }

  @Test func `a call that comes whole once more is the same`() {
    let first = [Self.piece(0, id: "a", "f", ""), Self.piece(0, Self.whole)]
    #expect(calls(first + [Self.piece(0, id: "a", "f", Self.whole)]) == [.call("f", Self.whole)])
    #expect(calls(first + [Self.piece(0, "f", Self.whole)]) == [.call("f", Self.whole)])
    #expect(calls(first + [Self.piece(0, Self.whole)]) == [.call("f", Self.whole)])
  }

  @Test func `an empty object may stand for arguments to come`() {
    #expect(
      calls([Self.piece(0, id: "a", "f", "{}")] + Self.parts.map { Self.piece(0, $0) })
        == [.call("f", Self.whole)])
    #expect(calls([Self.piece(0, id: "a", "f", "{}"), Self.piece(0, " ")]) == [.call("f", "{} ")])
  }

  @Test func `a name in pieces`() {
    #expect(
      calls([Self.piece(0, id: "a", "get_", ""), Self.piece(0, "now", ""), Self.piece(0, "{}")])
        == [.call("get_now", "{}")])
    #expect(
      calls([Self.piece(0, id: "a", "get_", ""), Self.piece(0, id: "a", "get_now", "{}")])
        == [.call("get_now", "{}")])
  }

  @Test func `arguments that are an object are whole`() {
    let object = #"{"index":0,"function":{"name":"f","arguments":{"x": [1, "}"]}}}"#
    #expect(calls([object]) == [.call("f", #"{"x": [1, "}"]}"#)])
    #expect(calls([object, object]) == [.call("f", #"{"x": [1, "}"]}"#)])
    let other = #"{"function":{"name":"f","arguments":{"y":2}}}"#
    #expect(calls([other, other]) == [.call("f", #"{"y":2}"#), .call("f", #"{"y":2}"#)])
  }

  @Test func `a reason to end with every piece`() {
    let pieces = Self.parts.enumerated().map { number, part in
      Self.piece(0, id: "a", number == 0 ? "f" : nil, part)
    }
    let delta = #"{"choices":[{"delta":{"tool_calls":[PIECE]},"finish_reason":"tool_calls"}]}"#
    #expect(
      answer(pieces.map { delta.replacing("PIECE", with: $0) }) == [.call("f", Self.whole)])
  }

  @Test(arguments: ["delta", "message"])
  func `the old function_call is a call`(member: String) {
    let call = #""function_call":{"name":"f","arguments":"{\"x\":1}"}"#
    func message(_ members: String) -> String { #"{"choices":[{"\#(member)":{\#(members)}}]}"# }
    #expect(answer([message(call)]) == [.call("f", #"{"x":1}"#)])
    #expect(answer([message(call + #","tool_calls":[]"#)]) == [.call("f", #"{"x":1}"#)])
    // A call in both members is one call.
    let both = #","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}}]"#
    #expect(answer([message(call + both)]) == [.call("f", #"{"x":1}"#)])
    for empty in ["null", "{}", #"{"name":"","arguments":""}"#, "7"] {
      #expect(answer([message(#""function_call":\#(empty)"#)]) == [])
    }
  }

  @Test func `the old function_call comes in pieces as well`() {
    func chunk(_ function: String) -> String {
      #"{"choices":[{"delta":{"content":null,"function_call":{\#(function)}}}]}"#
    }
    let name = #""name":"f""#
    for repeated in ["", name + ","] {
      let pieces = [
        chunk(name), chunk(#"\#(repeated)"arguments":"{\"x\""# + #"""#),
        chunk(#"\#(repeated)"arguments":":1}""#),
      ]
      #expect(answer(pieces) == [.call("f", #"{"x":1}"#)])
    }
  }

  @Test func `many pieces take time in proportion`() {
    // Each piece is compared with what has arrived, but not with all of it.
    let piece = Self.piece(0, "f", String(repeating: "x", count: 8))
    let messages = [Self.piece(0, "f", "{")] + Array(repeating: piece, count: 40_000)
    #expect(calls(messages).count == 1)
  }
}

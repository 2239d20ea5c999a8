import SparkWire
import Testing

/// What may be missing in a message, or superfluous (protocol 7).
struct AnswerReaderOddityTests {
  @Test(
    arguments: [
      // Anything may be missing, and lists may be empty.
      (#"{"header":{}}"#, []), (#"{"payload":{}}"#, []),
      (#"{"header":{"code":0},"payload":{}}"#, []),
      (#"{"header":null,"payload":{"choices":{"text":[{"content":"x"}]}}}"#, [.text("x")]),
      (#"{"payload":{"choices":{}}}"#, []), (#"{"payload":{"choices":{"text":[]}}}"#, []),
      (#"{"payload":{"choices":{"text":[{}]}}}"#, []),
      (#"{"payload":{"choices":{"text":[{"content":"x"}]}}}"#, [.text("x")]),
      (#"{"payload":{"choices":{"text":[{"content":""}]}}}"#, []),
      (#"{"payload":{"choices":{"text":[{"content":null,"reasoning_content":null}]}}}"#, []),
      (#"{"payload":{"choices":{"text":[{"function_call":null,"content":"x"}]}}}"#, [.text("x")]),
      (#"{"header":{"code":null,"status":null,"sid":null,"message":null}}"#, []),
      (#"{"payload":null,"header":{}}"#, []), (#"{"payload":{"choices":null,"usage":null}}"#, []),
      // Members of the wrong kind that do not matter.
      (#"{"payload":{"choices":[1]}}"#, []),
      (#"{"payload":{"choices":{"text":[1,"x",null,[],{"content":"y"}]}}}"#, [.text("y")]),
      (#"{"payload":[],"header":"x"}"#, []), (#"{"header":{"sid":5}}"#, []),
      // Several items, and more than one kind in an item.
      (
        #"{"payload":{"choices":{"text":[{"content":"a"},{"content":"b","reasoning_content":"r"}]}}}"#,
        [.text("a"), .reasoning("r"), .text("b")]
      ),
      (
        #"{"payload":{"choices":{"text":[{"content":"a","function_call":{"name":"f","arguments":"{}"}}]}}}"#,
        [.text("a"), .call("f", "{}")]
      ),
      // Unknown fields.
      (
        #"""
        {"x":{"y":[1,{"z":null}]},"header":{"code":0,"new":true},"payload":{"question_type":"k",
        "security_suggest":{"action":"x"},"choices":{"text":[{"content":"a","content_meta":{"desc":""}}]}}}
        """#, [.text("a")]
      ),
      // White space, order, and a member given twice.
      ("\r\n\t {\"payload\" : {\"choices\":{\"text\":[{\"content\":\"a\"}]}} }\n ", [.text("a")]),
      (#"{"payload":{"choices":{"text":[{"content":"a","content":"b"}]}}}"#, [.text("b")]),
      // Escapes.
      (
        #"{"payload":{"choices":{"text":[{"content":"a\u0000b\u4f60\ud83d\ude00\"\\\/\b"}]}}}"#,
        [.text("a\u{0}b你😀\"\\/\u{8}")]
      ),
      (#"{"payload":{"choices":{"text":[{"content":"\u0000"}]}}}"#, [.text("\u{0}")]),
      // NUL in an unknown name, and in one that is nearly a known one.
      (
        #"{"a\u0000":1,"header":{"code\u0000":7},"payload":{"choices":{"text":[{"content":"a"}]}}}"#,
        [.text("a")]
      ),
      // Numbers of any size: most likely an id.
      (
        #"{"header":{"x":1e400,"y":-1E-400},"payload":{"choices":{"text":[{"content":"a"}]}}}"#,
        [.text("a")]
      ),
      (
        #"{"header":{"code":0,"id":18446744073709551615},"payload":{"choices":{"text":[{"content":"a"}]}}}"#,
        [.text("a")]
      ),
    ] as [(String, [Piece])])
  func `takes what is there, whatever is missing`(json: String, pieces: [Piece]) {
    let answer = Answer(json)
    #expect(answer.pieces == pieces)
    #expect(answer.failure == nil)
    #expect(!answer.isFinished)
  }

  @Test(arguments: [
    (#"{"header":{"status":2}}"#, true), (#"{"payload":{"choices":{"status":2}}}"#, true),
    (#"{"header":{"status":0},"payload":{"choices":{"status":2}}}"#, true),
    (#"{"header":{"status":2},"payload":{"choices":{"status":1}}}"#, true),
    (#"{"header":{"status":"2"}}"#, true), (#"{"header":{"status":2.0}}"#, true),
    (#"{"header":{"status":"2.0"}}"#, true),
    (#"{"header":{"status":1},"payload":{"choices":{"status":0}}}"#, false),
    (#"{"header":{"status":20}}"#, false), (#"{"header":{"status":2.5}}"#, false),
    (#"{"header":{"status":"two"}}"#, false), (#"{"header":{"status":true}}"#, false),
    (#"{"header":{"status":[2]}}"#, false), (#"{"header":{"status":-2}}"#, false),
  ])
  func `either status tells the end`(json: String, isFinished: Bool) {
    #expect(Answer(json).isFinished == isFinished)
  }

  @Test(arguments: [
    (#"0"#, 0), (#""0""#, 0), ("0.0", 0), ("10013", 10013), (#""10013""#, 10013),
    ("10013.0", 10013), ("-1", -1), ("99999999999", Int32.max), ("-99999999999", Int32.min),
    ("null", 0), (#""""#, 0),
  ])
  func `reads the code as gateways write it`(code: String, expected: Int32) {
    let answer = Answer(#"{"header":{"code":\#(code),"message":"m"}}"#)
    #expect(answer.failure?.serviceCode ?? 0 == expected)
  }

  @Test(arguments: [#""nonsense""#, "true", "[11200]", "{}", "0.5", "1e20", #"" 11200""#, "1e400"])
  func `a code that is no number is no success`(code: String) {
    let failed = #""code":\#(code),"message":"why""#
    for answer in [
      Answer(#"{"header":{\#(failed),"status":2}}"#),
      Answer([[UInt8](#"{\#(failed)}"#.utf8)], over: .http),
    ] {
      let told = code.filter { $0 != "\"" }
      #expect(answer.failure?.message == "service code \(told): why")
      #expect(!answer.isFinished)
    }
  }

  @Test(arguments: [
    (#"{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}"#, [-1, 1, 2, 3]),
    (#"{"total_tokens":"3"}"#, [-1, -1, -1, 3]), (#"{"total_tokens":3.0}"#, [-1, -1, -1, 3]),
    (#"{"total_tokens":" 3"}"#, []), (#"{"total_tokens":3.5}"#, []),
    (#"{"question_tokens":0}"#, [0, -1, -1, -1]),
    (#"{"total_tokens":9007199254740993}"#, [-1, -1, -1, 9_007_199_254_740_993]),
    (#"{"total_tokens":1e300}"#, []), (#"{"total_tokens":99999999999999999999}"#, []),
    (#"{"total_tokens":"99999999999999999999"}"#, []),
    (#"{"total_tokens":"nan"}"#, []), (#"{"total_tokens":"inf"}"#, []),
    ("{}", []), ("null", []), ("[]", []), ("5", []), (#"{"total_tokens":null}"#, []),
    (#"{"total_tokens":{}}"#, []),
  ])
  func `reads the usage as gateways write it`(usage: String, counts: [Int64]) {
    let answer = Answer(#"{"payload":{"usage":{"text":\#(usage)}}}"#)
    #expect(answer.failure == nil)
    let pieces: [Piece] =
      counts.isEmpty ? [] : [.usage(counts[0], counts[1], counts[2], counts[3])]
    #expect(answer.pieces == pieces)
  }

  @Test(arguments: [
    (#"{"name":"f","arguments":"not JSON {"}"#, "f", "not JSON {"),
    (#"{"name":"f","arguments":""}"#, "f", "{}"), (#"{"name":"f"}"#, "f", "{}"),
    (#"{"name":"f","arguments":null}"#, "f", "{}"),
    // Some send the object itself.
    (#"{"name":"f","arguments":{"city":"合肥","n":[1,true]}}"#, "f", #"{"city":"合肥","n":[1,true]}"#),
    (#"{"name":"f","arguments":[]}"#, "f", "[]"), (#"{"name":"f","arguments":5}"#, "f", "5"),
    (#"{"name":"f","arguments":{"a":"\u0000"}}"#, "f", #"{"a":"\u0000"}"#),
    (#"{"name":"查天气","arguments":"{}"}"#, "查天气", "{}"),
  ])
  func `passes function arguments on as they are`(call: String, name: String, arguments: String) {
    #expect(Answer(message(#"{"function_call":\#(call)}"#)).pieces == [.call(name, arguments)])
  }

  @Test(
    arguments: [
      // Malformed content of a plugin only loses that content.
      (#""[{\"index\":1,\"url\":\"u\",\"title\":\"t\"}]""#, [.citation(1, "t", "u")]),
      (#""[{\"url\":\"u\"}]""#, [.citation(-1, "", "u")]),
      (#""[{\"title\":\"t\"}]""#, [.citation(-1, "t", "")]),
      (#""[{\"index\":\"3\",\"url\":\"u\"}]""#, [.citation(3, "", "u")]),
      (#""[{\"index\":99999999999,\"url\":\"u\"}]""#, [.citation(-1, "", "u")]),
      (#""[{},1,null,[],\"x\",{\"url\":5},{\"url\":\"u\"}]""#, [.citation(-1, "", "u")]),
      (#""{\"url\":\"u\"}""#, []), (#""[{\"url\":""#, []), (#""""#, []), (#""plain text""#, []),
      ("null", []), ("5", []), (#"[{"url":"u"}]"#, []),
      // Numbers of any size, and half a surrogate pair.
      (#""[{\"id\":18446744073709551615,\"url\":\"u\"}]""#, [.citation(-1, "", "u")]),
      (
        #""[{\"id\":18446744073709551615,\"title\":\"\\ud83d\",\"url\":\"u\"}]""#,
        [.citation(-1, "\u{FFFD}", "u")]
      ),
    ] as [(String, [Piece])])
  func `reads a plugin's pages, if it has any`(content: String, pieces: [Piece]) {
    let plugin = #"{"payload":{"plugins":{"text":[{"name":"x"},{"content":\#(content)},5]}}}"#
    let answer = Answer(plugin)
    #expect(answer.pieces == pieces)
    #expect(answer.failure == nil)
  }

  @Test(arguments: [
    ("", "invalid JSON"), ("{", "invalid JSON"), ("nonsense", "invalid JSON"),
    (#"{"header":{}} x"#, "invalid JSON"), ("[]", "not an object"), ("[1]", "not an object"),
    ("{}", "neither header nor payload"), (#"{"code":0}"#, "neither header nor payload"),
    (#"{"header":null}"#, "neither header nor payload"),
    (
      #"{"payload":{"choices":{"text":[{"content":5}]}}}"#,
      "content in the service's message is a number"
    ),
    (
      #"{"payload":{"choices":{"text":[{"content":["a"]}]}}}"#,
      "content in the service's message is an array, not a string"
    ),
    (#"{"payload":{"choices":{"text":[{"reasoning_content":{}}]}}}"#, "reasoning_content in"),
    (#"{"payload":{"choices":{"text":"x"}}}"#, "the text in the service's message is a string"),
    (
      #"{"payload":{"choices":{"text":[{"function_call":{"arguments":"{}"}}]}}}"#,
      "without naming it"
    ),
    (#"{"payload":{"choices":{"text":[{"function_call":{"name":5}}]}}}"#, "without naming it"),
  ])
  func `says what breaks the protocol`(json: String, message: String) throws {
    let error = try #require(Answer(json).failure)
    #expect(error.status == .protocol)
    #expect(error.message.contains(message), "\(error.message)")
    #expect(!error.hint.isEmpty)
  }

  @Test func `goes as deep as 64 levels and no deeper`() {
    let nested = { (depth: Int) in
      #"{"header":{},"x":"# + String(repeating: "[", count: depth)
        + String(repeating: "]", count: depth) + "}"
    }
    #expect(Answer(nested(63)).failure == nil)
    #expect(Answer(nested(64)).failure?.message.contains("more than 64 levels") == true)
    #expect(Answer(nested(1_000_000)).failure?.status == .protocol)
    // Brackets in a string do not count, even after an escaped quotation mark.
    let brackets = String(repeating: "[{", count: 500)
    #expect(Answer(message(content(brackets))).text == brackets)
    #expect(Answer(message(content(#"\""# + brackets + #"\\"#))).text == "\"" + brackets + "\\")
    // Any number next to each other.
    let flat = String(repeating: "[],", count: 1_000) + "[]"
    #expect(Answer(#"{"header":{},"x":[\#(flat)]}"#).failure == nil)
  }

  @Test func `what is quoted of a broken message steers no terminal`() {
    for control in ["\u{1B}[2J", "\0", "\u{202E}"] {
      let failure = Answer("{\"header\":{\(control)\"code\":0}}").failure
      #expect(failure?.message.hasPrefix("invalid JSON: ") == true)
      let isPlain = failure?.message.unicodeScalars.allSatisfy {
        $0.value >= 0x20 && $0 != "\u{202E}"
      }
      #expect(isPlain == true, "\(failure?.message ?? "")")
    }
  }

  @Test func `nothing at all is broken JSON like any other`() {
    var reader = AnswerReader(transport: .http)
    let nothing = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    let error = failure { () throws(SparkError) in try reader.read(nothing) }
    #expect(
      error?.message.contains("it ends too early (byte 0)") == true, "\(error?.message ?? "")")
  }

  @Test func `reads mutated messages without harm`() {
    var generator = SeededGenerator(seed: 30)
    let seeds = [
      message(content(#"a\u0000\ud83d你"#), #"{"reasoning_content":"r"}"#, status: 2),
      message(#"{"function_call":{"name":"f","arguments":{"a":[1,{"b":null}]}}}"#),
      #"{"payload":{"plugins":{"text":[{"content":"[{\"index\":1,\"url\":\"u\",\"title\":\"t\"}]"}]},"usage":{"text":{"total_tokens":3}}}}"#,
      #"{"header":{"code":10019,"message":"m","sid":"s","status":2}}"#,
    ]
    var outcomes: [Bool: Int] = [:]
    for _ in 0..<6_000 {
      let messages = (0..<3).map { _ in
        [UInt8](seeds.randomElement(using: &generator) ?? "").mutated(using: &generator)
      }.filter { String(validating: $0, as: UTF8.self) != nil }
      outcomes[Answer(messages).failure == nil, default: 0] += 1
    }
    #expect(outcomes[true, default: 0] > 200)
    #expect(outcomes[false, default: 0] > 200)
  }
}

import SparkWire
import Testing

/// Returns the JSON of `parameter.chat`.
private func chat(_ json: String) throws -> String {
  let start = try #require(json.range(of: #""chat":{"#)?.upperBound)
  let end = try #require(json.range(of: #"}},"payload""#, startingAt: start)?.lowerBound)
  return String(json[start..<end])
}

extension String {
  fileprivate func range(of text: String, startingAt start: Index? = nil) -> Range<Index>? {
    self[(start ?? startIndex)...].firstRange(of: text)
  }
}

struct RequestEncoderTests {
  @Test(arguments: [
    "0.1", "0.7", "3.141592653589793", "1.7976931348623157e308", "9007199254740993.0", "-5e-324",
    "1e21",
  ])
  func `a number of somebody's JSON is still the same number`(number: String) throws {
    let json = [UInt8](#"{"a":[{"b":\#(number)}]}"#.utf8)
    let object = try json.withUnsafeBytes { try JSONObject(parsing: $0, what: "it") }
    var output = ByteBuffer()
    object.write(to: &output)
    let written = String(decoding: output.readable, as: UTF8.self)
    let value = written.dropFirst(#"{"a":[{"b":"#.count).dropLast("}]}".count)
    #expect(Double(value) == Double(number), "\(written)")
    if number == "0.1" || number == "0.7" { #expect(value == number) }
  }

  @Test func `sends what is set and nothing else`() throws {
    #expect(
      try encoded(.asking("1+1=?"))
        == #"{"header":{"app_id":"a1b2c3d4"},"parameter":{"chat":{"domain":"generalv3.5"}},"#
        + #""payload":{"message":{"text":[{"role":"user","content":"1+1=?"}]}}}"#)
  }

  @Test func `keeps roles and order`() throws {
    var request = ChatRequest()
    try request.addMessage(.system, "You are brief.")
    try request.addMessage(.user, "你是谁？")
    try request.addMessage(.assistant, "我是星火。")
    try request.addMessage(.user, "再说一遍 😀")
    #expect(
      try encoded(request).hasSuffix(
        #""payload":{"message":{"text":[{"role":"system","content":"You are brief."},"#
          + #"{"role":"user","content":"你是谁？"},{"role":"assistant","content":"我是星火。"},"#
          + #"{"role":"user","content":"再说一遍 😀"}]}}}"#))
  }

  @Test(
    arguments: [
      ("max", Change("Temperature(0.5)") { try $0.setTemperature(0.5) }, #""temperature":0.5"#),
      ("max", Change("Temperature(0.1)") { try $0.setTemperature(0.1) }, #""temperature":0.1"#),
      ("max", Change("Temperature(1)") { try $0.setTemperature(1) }, #""temperature":1.0"#),
      // Zero is a value, not the lack of one.
      ("x1", Change("Temperature(0)") { try $0.setTemperature(0) }, #""temperature":0.0"#),
      ("max", Change("TopK(1)") { try $0.setTopK(1) }, #""top_k":1"#),
      // Each option under its own name: top_k is not top_p.
      ("x1", Change("TopP(0.95)") { try $0.setTopP(0.95) }, #""top_p":0.95"#),
      ("max", Change("MaxTokens(8192)") { try $0.setMaxTokens(8192) }, #""max_tokens":8192"#),
      (
        "x1", Change("PresencePenalty(2.01)") { try $0.setPresencePenalty(2.01) },
        #""presence_penalty":2.01"#
      ),
      (
        "x1", Change("FrequencyPenalty(0.001)") { try $0.setFrequencyPenalty(0.001) },
        #""frequency_penalty":0.001"#
      ),
      ("max", Change("ChatID('c-42')") { try $0.setChatID("c-42") }, #""chat_id":"c-42""#),
      (
        "max", Change("Auditing('strict')") { try $0.setAuditing("strict") },
        #""auditing":"strict""#
      ),
      (
        "x1.5", Change("Thinking(.enabled)") { $0.setThinking(.enabled) },
        #""thinking":{"type":"enabled"}"#
      ),
      (
        "x1.5", Change("Thinking(.disabled)") { $0.setThinking(.disabled) },
        #""thinking":{"type":"disabled"}"#
      ),
      ("x1.5", Change("Thinking(.auto)") { $0.setThinking(.auto) }, #""thinking":{"type":"auto"}"#),
      (
        "max",
        Change("Search(.disabled, references: false)") {
          $0.setSearch(.disabled, references: false)
        },
        #""tools":[{"type":"web_search","web_search":{"enable":false}}]"#
      ),
      (
        "max",
        Change("Search(.normal, references: true)") { $0.setSearch(.normal, references: true) },
        #""tools":[{"type":"web_search","web_search":{"enable":true,"#
          + #""show_ref_label":true,"search_mode":"normal"}}]"#
      ),
      (
        "max",
        Change("Search(.deep, references: false)") { $0.setSearch(.deep, references: false) },
        #""tools":[{"type":"web_search","web_search":{"enable":true,"#
          + #""show_ref_label":false,"search_mode":"deep"}}]"#
      ),
      // Models hosted by MaaS have their own names for some options.
      (
        "maas", Change("Thinking(.enabled)") { $0.setThinking(.enabled) },
        #""enable_thinking":true"#
      ),
      (
        "maas", Change("Thinking(.disabled)") { $0.setThinking(.disabled) },
        #""enable_thinking":false"#
      ),
      (
        "maas",
        Change("Search(.disabled, references: false)") {
          $0.setSearch(.disabled, references: false)
        },
        #""search_disable":true,"show_ref_label":false"#
      ),
      (
        "maas", Change("Search(.deep, references: true)") { $0.setSearch(.deep, references: true) },
        #""search_disable":false,"show_ref_label":true"#
      ),
    ])
  func `sends the option with the value that was set`(
    model: String, change: Change, expected: String
  ) throws {
    let domain = model == "maas" ? "xdeepseekr1" : nil
    let plain = try chat(encoded(.asking(), model: model, domain: domain))
    var request = try ChatRequest.asking()
    try change.apply(to: &request)
    #expect(
      try chat(encoded(request, model: model, domain: domain)) == plain + "," + expected)
  }

  @Test func `leaves it to a hosted model whether it thinks`() throws {
    var request = try ChatRequest.asking()
    request.setThinking(.auto)
    #expect(try chat(encoded(request, model: "maas", domain: "x")) == #""domain":"x""#)
  }

  @Test func `names user and patch in the header`() throws {
    let json = try encoded(
      .asking(), model: "maas", domain: "patch", userID: "user-0001", patchID: "0")
    #expect(
      json.hasPrefix(
        #"{"header":{"app_id":"a1b2c3d4","uid":"user-0001","patch_id":["0"]},"parameter":"#
          + #"{"chat":{"domain":"patch"}}"#))
  }

  @Test func `a second question has the patch, too`() throws {
    let endpoint = try Endpoint.resolve(model: "maas", url: nil, domain: "patch")
    let encoder =
      RequestContext(appID: "a1b2c3d4", userID: nil, patchID: "1234", endpoint: endpoint).encoder
    let request = try ChatRequest.asking()
    for _ in 0..<3 {
      var buffer = ByteBuffer()
      try encoder.append(request, to: &buffer)
      #expect(buffer.bytes.text.contains(#""patch_id":["1234"]"#))
    }
  }

  @Test func `offers tools with their schemas`() throws {
    var request = try ChatRequest.asking()
    try request.addTool("get_weather", "查天气", parameters: #"{"type":"object","required":[]}"#)
    try request.addTool("now", parameters: " {\n} ")
    #expect(
      try encoded(request).hasSuffix(
        #""functions":{"text":[{"name":"get_weather","description":"查天气","#
          + #""parameters":{"type":"object","required":[],"properties":{}}},"#
          + #"{"name":"now","description":"","#
          + #""parameters":{"type":"object","properties":{},"required":[]}}]}}}"#))
  }

  @Test(arguments: ["a\u{0}b", "\"\\/\u{8}\n\r\t", "\u{7F}\u{1}", "\u{FFFE}\u{2028}", "é e\u{301}"])
  func `any text comes through`(text: String) throws {
    let json = try encoded(.asking(text))
    #expect(!json.utf8.contains { $0 < 0x20 })
    // A request that is sent can be read as an answer.
    let item = try #require(json.range(of: #""content":"#)?.upperBound)
    let rest = json[item...].dropLast(5)
    let answer = Answer(message(#"{"content":\#(rest)}"#.replacing("}}", with: "}")))
    #expect(answer.text.unicodeScalars.elementsEqual(text.unicodeScalars))
  }
}

struct ExtraJSONTests {
  @Test(arguments: [
    // Options that this library does not know are passed as extra JSON.
    (
      #"{"parameter":{"chat":{"new_option":[1,2.5,null]}}}"#,
      #""parameter":{"chat":{"domain":"generalv3.5","new_option":[1,2.5,null]}}"#
    ),
    (
      #"{"parameter":{"chat":{"domain":"other","temperature":0.1}}}"#,
      #""parameter":{"chat":{"domain":"other","temperature":0.1}}"#
    ),
    (#"{"header":{"uid":"me"}}"#, #""header":{"app_id":"a1b2c3d4","uid":"me"}"#),
    (#"{"header":{"app_id":"evil"}}"#, #""header":{"app_id":"a1b2c3d4"}"#),
    (#"{"header":null}"#, #""header":{"app_id":"a1b2c3d4"}"#),
    (#"{"header":[]}"#, #""header":{"app_id":"a1b2c3d4"}"#),
    (#"{"payload":{"message":{"text":[]}}}"#, #""payload":{"message":{"text":[]}}"#),
    (#"{"payload":{"more":true}}"#, #"]},"more":true}"#),
    (#"{"top":{"level":1}}"#, #""top":{"level":1}"#),
    (#"{"a":"\u0000b"}"#, #""a":"\u0000b""#),
  ])
  func `extra JSON is laid over the request, but for the app id`(extra: String, part: String) throws
  {
    var request = try ChatRequest.asking()
    try request.setExtra(extra)
    let json = try encoded(request)
    #expect(json.contains(part), "\(json)")
    // The request itself is unchanged.
    #expect(try encoded(request) == json)
  }

  @Test func `the last one set counts`() throws {
    var request = try ChatRequest.asking()
    try request.setExtra(#"{"a":1}"#)
    try request.setExtra(#"{"b":2}"#)
    let json = try encoded(request)
    #expect(json.contains(#""b":2"#) && !json.contains(#""a":1"#))
  }
}

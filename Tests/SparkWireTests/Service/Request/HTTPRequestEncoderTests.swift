import SparkWire
import Testing

/// Returns the JSON that is sent over HTTP for `request`.
private func body(
  _ request: ChatRequest, model: String = "4.0Ultra", domain: String? = nil, url: String? = nil,
  userID: String? = nil
) throws(SparkError) -> String {
  let endpoint = try Endpoint.resolve(model: model, url: url, domain: domain, transport: .http)
  let context = RequestContext(appID: "", userID: userID, patchID: nil, endpoint: endpoint)
  _ = try RequestRules(endpoint).check(request)
  var buffer = ByteBuffer()
  try context.encoder.append(request, to: &buffer)
  return buffer.bytes.text
}

/// Returns what is sent over HTTP in addition to a plain question.
private func more(_ change: Change, model: String, domain: String? = nil) throws -> String {
  var request = try ChatRequest.asking()
  let plain = try body(request, model: model, domain: domain)
  try change.apply(to: &request)
  let whole = try body(request, model: model, domain: domain)
  #expect(whole.hasPrefix(plain.dropLast()))
  return String(whole.dropFirst(plain.count - 1).dropLast())
}

struct HTTPRequestEncoderTests {
  @Test func `sends what is set and nothing else`() throws {
    #expect(
      try body(.asking("1+1=?"), userID: "me")
        == #"{"model":"4.0Ultra","messages":[{"role":"user","content":"1+1=?"}],"stream":true,"#
        + #""user":"me"}"#)
  }

  @Test(
    arguments: [
      ("max", Change("temperature 0") { try $0.setTemperature(0) }, #","temperature":0.0"#),
      ("max", Change("temperature 2") { try $0.setTemperature(2) }, #","temperature":2.0"#),
      ("max", Change("top_p") { try $0.setTopP(0.5) }, #","top_p":0.5"#),
      ("max", Change("presence") { try $0.setPresencePenalty(-2) }, #","presence_penalty":-2.0"#),
      ("max", Change("max_tokens") { try $0.setMaxTokens(9) }, #","max_tokens":9"#),
      ("x1.5", Change("thinking") { $0.setThinking(.auto) }, #","thinking":{"type":"auto"}"#),
      (
        "max", Change("JSON mode") { $0.setResponseFormat(.jsonObject) },
        #","response_format":{"type":"json_object"}"#
      ),
      (
        "max", Change("search") { $0.setSearch(.deep, references: true) },
        #","tools":[{"type":"web_search","web_search":{"enable":true,"show_ref_label":true,"#
          + #""search_mode":"deep"}}]"#
      ),
      (
        "max", Change("tool") { try $0.addTool("f", "what") },
        #","tool_calls_switch":true,"tools":[{"type":"function","function":{"name":"f","#
          + #""description":"what","parameters":{"type":"object","properties":{},"required":[]}}}]"#
      ),
    ])
  func `sends the option`(model: String, change: Change, expected: String) throws {
    #expect(try more(change, model: model) == expected)
  }

  @Test(
    arguments: [
      ("max", .auto, #""tool_choice":"auto""#), ("max", .required, #""tool_choice":"required""#),
      (
        "max", .named("f"),
        #""tool_choice":{"type":"function","function":{"name":"f"}}"#
      ),
      // X1.5 and later expect a flat object.
      ("x1.5", .named("f"), #""tool_choice":{"type":"function","name":"f"}"#),
      ("maas", .required, #""tool_choice":"required""#), ("max", .none, nil),
      // Hosted models only take a word.
      ("maas", .named("f"), #""tool_choice":"required""#),
    ] as [(String, ChatRequest.ToolChoice, String?)])
  func `says whether to call a tool`(
    model: String, choice: ChatRequest.ToolChoice, expected: String?
  ) throws {
    var request = try ChatRequest.asking()
    try request.addTool("f")
    try request.setToolChoice(choice)
    let json = try body(request, model: model, domain: model == "maas" ? "x" : nil)
    #expect(json.contains(expected ?? "\"user\""), "\(json)")
    #expect(json.contains("\"tools\"") == (expected != nil))
    #expect(json.contains("tool_calls_switch") == (expected != nil && model != "maas"))
  }

  @Test func `a tool's result has a role of its own`() throws {
    var request = try ChatRequest.asking()
    try request.addMessage(.assistant, "Let me see.")
    try request.addCall(.init(id: "a", name: "f", arguments: #"{"x":1}"#))
    try request.addCall(.init(id: "b", name: "g", arguments: "{"))
    try request.addResult(callID: "b", "2")
    try request.addResult(callID: "a", "")
    #expect(
      try body(request).contains(
        #"{"role":"assistant","content":"Let me see.","tool_calls":["#
          + #"{"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}},"#
          + #"{"id":"b","type":"function","function":{"name":"g","arguments":"{"}}]},"#
          + #"{"role":"tool","content":"2","tool_call_id":"b"},"#
          + #"{"role":"tool","content":"","tool_call_id":"a"}]"#))
  }

  @Test func `hosted models have names of their own`() throws {
    var request = try ChatRequest.asking()
    request.setThinking(.enabled)
    request.setSearch(.normal, references: true)
    let json = try body(request, model: "maas", domain: "xdeepseekr1")
    #expect(
      json
        == #"{"model":"xdeepseekr1","messages":[{"role":"user","content":"Hi"}],"stream":true,"#
        + #""stream_options":{"include_usage":true},"enable_thinking":true,"#
        + #""search_disable":false,"show_ref_label":true}"#)
  }

  @Test func `extra JSON is laid over all but the stream`() throws {
    var request = try ChatRequest.asking()
    try request.setExtra(#"{"new":[1],"stream":false,"model":"other"}"#)
    let json = try body(request)
    #expect(json.contains(#""new":[1]"#) && json.contains(#""model":"other""#))
    #expect(json.contains(#""stream":true"#) && !json.contains(#""stream":false"#))
  }

  @Test func `X2.5 is asked as hosted models are, but for the search`() throws {
    var request = try ChatRequest.asking()
    try request.addTool("f")
    request.setThinking(.disabled)
    try request.setReasoningEffort("low")
    try request.setMaxTokens(100_000)
    try request.setToolChoice(.named("f"))
    request.setSearch(.disabled, references: false)
    let json = try body(request, model: "x2.5")
    for part in [
      #""model":"spark-x2.5""#, #""stream_options":{"include_usage":true}"#,
      #""max_tokens":100000"#, #""enable_thinking":false"#, #""reasoning_effort":"low""#,
      #""tool_choice":"required""#, #"{"type":"web_search","web_search":{"enable":false}}"#,
    ] { #expect(json.contains(part), "\(json)") }
    for part in ["tool_calls_switch", #""thinking""#, "search_disable"] {
      #expect(!json.contains(part), "\(json)")
    }
  }

  @Test(
    arguments: [
      (.enabled, #","enable_thinking":true"#), (.disabled, #","enable_thinking":false"#),
      (.auto, ""),
    ] as [(ChatRequest.Thinking, String)])
  func `a hosted model's thinking is switched at the top`(
    thinking: ChatRequest.Thinking, expected: String
  ) throws {
    for model in ["x2.5", "x2.5-4b", "maas", "token-plan", "coding-plan"] {
      var request = try ChatRequest.asking()
      let url = model == "x2.5-4b" ? "https://localhost/v1" : nil
      let isNamed = model.hasPrefix("x2.5")
      let plain = try body(request, model: model, domain: isNamed ? nil : "xsparkx2", url: url)
      request.setThinking(thinking)
      let json = try body(request, model: model, domain: isNamed ? nil : "xsparkx2", url: url)
      #expect(json == plain.dropLast() + expected + "}")
    }
  }

  @Test(arguments: ["low", "high", "xhigh", "-1"])
  func `an effort is sent as it is`(effort: String) throws {
    let change = Change("effort") { try $0.setReasoningEffort(effort) }
    #expect(
      try more(change, model: "coding-plan", domain: "astron-code-latest")
        == #","reasoning_effort":"\#(effort)""#)
  }

  @Test(arguments: ["x1.5", "max", "lite"])
  func `an effort is refused where no model takes it`(model: String) throws {
    var request = try ChatRequest.asking()
    try request.setReasoningEffort("low")
    for json in [{ try body(request, model: model) }, { try encoded(request, model: model) }] {
      let error = failure { () throws(SparkError) in
        do { _ = try json() } catch let error as SparkError { throw error } catch {}
      }
      #expect(error?.status == .invalidArgument)
      #expect(error?.message.hasPrefix("reasoning_effort is set, which") == true)
      #expect(error?.hint.contains("hosted models") == true)
    }
    #expect(failure { () throws(SparkError) in try request.setReasoningEffort("") } != nil)
  }

  @Test(
    arguments: [
      (
        "x1.5",
        Change("tools and search") {
          try $0.addTool("f")
          $0.setSearch(.normal, references: false)
        }, "both set"
      ),
      ("x1.5", Change("name") { try $0.addTool("天气") }, "named"),
      ("x1.5", Change("name") { try $0.addTool("a-b") }, "named"),
      (
        "x1.5", Change("name") { try $0.addTool(String(repeating: "a", count: 33)) }, "named"
      ),
      ("x1.5", Change("presence") { try $0.setPresencePenalty(-1) }, "presence_penalty is -1.0"),
      ("lite", Change("tool") { try $0.addTool("f") }, "tools are set"),
      ("max", Change("choice") { try $0.setToolChoice(.required) }, "offers no tool"),
      ("max", Change("choice") { try $0.setToolChoice(.named("g")) }, "no such tool"),
      (
        "x2.5",
        Change("choice") {
          try $0.addTool("f")
          try $0.addTool("g")
          try $0.setToolChoice(.named("g"))
        }, "one tool of several"
      ),
      ("x2.5", Change("image") { try $0.addImage(url: "https://a.example/b") }, "an image is set"),
      ("x1.5", Change("image") { try $0.addImage(url: "https://a.example/b") }, "an image is set"),
    ])
  func `refuses what the service would`(model: String, change: Change, message: String) throws {
    var request = try ChatRequest.asking()
    try change.apply(to: &request)
    let error = failure { () throws(SparkError) in _ = try body(request, model: model) }
    #expect(error?.status == .invalidArgument)
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    #expect(error?.hint.isEmpty == false)
  }

  @Test func `the head holds the secret once, and the whole address`() throws {
    let url = try ServiceURL("https://localhost:1/v1/chat/completions?a=b")
    var head = ByteBuffer()
    let question = ByteBuffer([UInt8]("{}".utf8))
    let credentials = Credentials(apiPassword: Secret("pass:word"))
    PostRequest.append(
      question.readable, url: url, authorization: .bearer(credentials, patchID: "0"), to: &head)
    let lines = head.bytes.text.split(separator: "\r\n", omittingEmptySubsequences: false)
    #expect(lines.first == "POST /v1/chat/completions?a=b HTTP/1.1")
    #expect(lines.contains("Host: localhost:1") && lines.contains("lora_id: 0"))
    #expect(lines.contains("Authorization: Bearer pass:word"))
    #expect(lines.contains("Content-Length: 2") && lines.suffix(2) == ["", "{}"])
  }

  @Test func `a signed head has the signature in its address, and no secret`() throws {
    let url = try ServiceURL("https://localhost:1/?a=b")
    let credentials = Credentials(
      appID: "app", apiKey: Secret("the key"), apiSecret: Secret("the secret"))
    let signer = RequestSigner(url: url, credentials: credentials, method: "POST")
    var head = ByteBuffer(wiping: true)
    let question = ByteBuffer([UInt8]("{}".utf8))
    PostRequest.append(
      question.readable, url: url,
      authorization: .signature(signer, unixSeconds: 1_736_150_400), to: &head)
    let text = head.bytes.text
    #expect(text.hasPrefix("POST /?a=b&authorization="))
    #expect(
      text.contains(
        "&date=Mon%2C%2006%20Jan%202025%2008%3A00%3A00%20GMT&host=localhost%3A1 HTTP/1.1\r\n"))
    #expect(!text.contains("the secret") && !text.contains("Bearer"))
    #expect(text.hasSuffix("Content-Length: 2\r\n\r\n{}"))
  }
}

struct WebSocketFunctionTests {
  @Test func `a tool's result goes back as the user's words`() throws {
    var request = try ChatRequest.asking()
    try request.addCall(.init(id: "a", name: "f", arguments: #"{"x":1}"#))
    try request.addCall(.init(id: "b", name: "g", arguments: "{}"))
    try request.addResult(callID: "a", "1")
    try request.addResult(callID: "b", "2")
    try request.addMessage(.assistant, "Done.")
    try request.addMessage(.user, "Thanks")
    #expect(
      try encoded(request).contains(
        #"{"role":"assistant","content":"[f] {\"x\":1}\n[g] {}"},"#
          + #"{"role":"user","content":"[f] 1\n[g] 2"},"#
          + #"{"role":"assistant","content":"Done."},{"role":"user","content":"Thanks"}"#))
  }

  @Test(
    arguments: [
      (.named("f"), #""function_choice":"f""#, true),
      (.required, #""function_choice":"f""#, true),
      (.auto, #""functions""#, true), (.none, #""functions""#, false),
    ] as [(ChatRequest.ToolChoice, String, Bool)])
  func `says whether to call a tool`(
    choice: ChatRequest.ToolChoice, text: String, isThere: Bool
  ) throws {
    var request = try ChatRequest.asking()
    try request.addTool("f")
    try request.setToolChoice(choice)
    #expect(try encoded(request).contains(text) == isThere)
  }

  @Test func `what only HTTP has is refused`() throws {
    var several = try ChatRequest.asking()
    try several.addTool("f")
    try several.addTool("g")
    try several.setToolChoice(.required)
    var json = try ChatRequest.asking()
    json.setResponseFormat(.jsonObject)
    for request in [several, json] {
      let error = failure { () throws(SparkError) in _ = try encoded(request) }
      #expect(error?.status == .invalidArgument)
      #expect(error?.hint.contains("HTTP") == true)
    }
  }

  @Test func `a temperature of 0 is the least the model takes`() throws {
    var request = try ChatRequest.asking()
    try request.setTemperature(0)
    #expect(try encoded(request).contains(#""temperature":0.01"#))
  }
}

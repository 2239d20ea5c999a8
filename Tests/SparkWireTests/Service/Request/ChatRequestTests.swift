import SparkWire
import Testing

/// Every option, with a value that differs from the default. A new option is added here as well.
private let everyOption: [Change] = [
  Change("temperature") { try $0.setTemperature(0.5) },
  Change("topK") { try $0.setTopK(1) },
  Change("topP") { try $0.setTopP(0.5) },
  Change("maxTokens") { try $0.setMaxTokens(1) },
  Change("presencePenalty") { try $0.setPresencePenalty(1) },
  Change("frequencyPenalty") { try $0.setFrequencyPenalty(1) },
  Change("chatID") { try $0.setChatID("c") },
  Change("auditing") { try $0.setAuditing("strict") },
  Change("thinking") { $0.setThinking(.enabled) },
  Change("reasoningEffort") { try $0.setReasoningEffort("low") },
  Change("search") { $0.setSearch(.normal, references: true) },
  Change("toolChoice") { try $0.setToolChoice(.named("f")) },
  Change("responseFormat") { $0.setResponseFormat(.jsonObject) },
  Change("extra") { try $0.setExtra(#"{"new":1}"#) },
]

struct ChatRequestTests {
  @Test(arguments: [
    Change("chat_id") { try $0.setChatID("c-42 你好") },
    Change("auditing") { try $0.setAuditing("moderate") },
    Change("tool choice") { try $0.setToolChoice(.named("f")) },
    Change("extra") { try $0.setExtra("{}") },
  ])
  func `takes`(change: Change) throws {
    var request = ChatRequest()
    try change.apply(to: &request)
    #expect(failure { () throws(SparkError) in try request.setterErrors.check() } == nil)
  }

  @Test(arguments: [
    (Change("chat_id empty") { try $0.setChatID("") }, "chat_id is empty", "unset"),
    (
      Change("auditing") { try $0.setAuditing("none") },
      "auditing is \"none\"", "\"strict\""
    ),
    (
      Change("tool choice") { try $0.setToolChoice(.named("")) },
      "tool choice is empty", "unset"
    ),
    (
      Change("message") { try $0.addMessage(.user, "") },
      "the user message is empty", "leave out"
    ),
    (
      Change("tool") { try $0.addTool("") },
      "tool's name is empty", ""
    ),
    (
      Change("parameters") { try $0.addTool("f", parameters: "{") },
      "parameters of the tool \"f\": invalid JSON", ""
    ),
    (
      Change("array") { try $0.addTool("f", parameters: "[]") },
      "parameters of the tool \"f\" must be a JSON object", "{"
    ),
    (Change("extra") { try $0.setExtra("") }, "extra JSON: invalid JSON", ""),
    (Change("extra 1") { try $0.setExtra("1") }, "extra JSON", ""),
    (
      Change("extra string") { try $0.setExtra("\"x\"") }, "extra JSON", ""
    ),
    (
      Change("extra two") { try $0.setExtra("{} {}") },
      "extra JSON: invalid JSON", ""
    ),
    (
      Change("extra deep") {
        try $0.setExtra(
          String(repeating: "{\"a\":", count: 65) + "1" + String(repeating: "}", count: 65))
      }, "extra JSON: invalid JSON: it is nested more than 64 levels", ""
    ),
  ])
  func `refuses, and remembers it until the request is sent`(
    change: Change, message: String, hint: String
  ) throws {
    var request = try ChatRequest.asking()
    let error = try #require(failure { () throws(SparkError) in try change.apply(to: &request) })
    #expect(error.status == .invalidArgument)
    #expect(error.message.contains(message), "\(error.message)")
    #expect(error.hint.contains(hint), "\(error.hint)")
    let later = failure { () throws(SparkError) in _ = try encoded(request) }
    #expect(later == error)
  }

  @Test func `a setter that fails leaves the earlier value`() throws {
    var request = try ChatRequest.asking()
    try request.setTopK(3)
    #expect(throws: SparkError.self) { try request.setTopK(9) }
    try request.setTopK(4)
    #expect(try encoded(request).contains(#""top_k":4"#))
  }

  @Test func `every option is taken over`() throws {
    var options = ChatRequest()
    for option in everyOption { try option.apply(to: &options) }
    #expect(unset(in: options) == [])
    var request = ChatRequest()
    try request.apply(options)
    #expect(unset(in: request) == [])
  }

  /// What a transport cannot carry, `RequestRules` refuses.
  @Test(arguments: everyOption, ["ws://localhost:1/chat", "https://localhost:1/v1"])
  func `every option is sent or refused`(option: Change, url: String) throws {
    var request = try ChatRequest.asking()
    try request.addTool("f")
    let plain = try encoded(request, url: url, domain: "mine")
    try option.apply(to: &request)
    do throws(SparkError) {
      #expect(try encoded(request, url: url, domain: "mine") != plain)
    } catch {
      #expect(error.status == .invalidArgument)
    }
  }

  @Test func `sending a request does not change it`() throws {
    var request = try ChatRequest.asking("one")
    let first = try encoded(request)
    #expect(try encoded(request) == first)
    #expect(try encoded(request, model: "ultra") != first)
    let copy = request
    try request.addMessage(.assistant, "two")
    try request.addMessage(.user, "three")
    #expect(try encoded(copy) == first)
    #expect(try encoded(request) != first)
  }
}

/// The optional members that are nil.
private func unset(in request: ChatRequest) -> [String?] {
  Mirror(reflecting: request).children.filter { member in
    let value = Mirror(reflecting: member.value)
    return value.displayStyle == .optional && value.children.isEmpty
  }.map(\.label)
}

import SparkWire
import Testing

struct ChatRequestTests {
  @Test(arguments: [
    Change("temperature 0") { try $0.setTemperature(0) },
    Change("temperature 2") { try $0.setTemperature(2) },
    Change("top_k 1") { try $0.setTopK(1) },
    Change("top_k 6") { try $0.setTopK(6) },
    Change("top_p tiny") { try $0.setTopP(.leastNonzeroMagnitude) },
    Change("top_p 1") { try $0.setTopP(1) },
    Change("max_tokens 1") { try $0.setMaxTokens(1) },
    Change("presence 3") { try $0.setPresencePenalty(3) },
    Change("frequency 0") { try $0.setFrequencyPenalty(0) },
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
    (
      Change("temperature -0.1") { try $0.setTemperature(-0.1) },
      "temperature is -0.1", "0.0 to 2.0"
    ),
    (
      Change("temperature 2.01") { try $0.setTemperature(2.01) },
      "temperature is 2.01", "0.0 to 2.0"
    ),
    (
      Change("temperature NaN") { try $0.setTemperature(.nan) },
      "temperature is nan", "0.0 to 2.0"
    ),
    (
      Change("temperature infinity") { try $0.setTemperature(.infinity) },
      "temperature is inf", "0.0 to 2.0"
    ),
    (Change("top_k 0") { try $0.setTopK(0) }, "top_k is 0", "1 to 6"),
    (Change("top_k 7") { try $0.setTopK(7) }, "top_k is 7", "1 to 6"),
    (Change("top_p 0") { try $0.setTopP(0) }, "top_p is 0.0", "above 0 to 1.0"),
    (Change("top_p 1.1") { try $0.setTopP(1.1) }, "top_p is 1.1", "above 0 to 1.0"),
    (
      Change("max_tokens 0") { try $0.setMaxTokens(0) }, "max_tokens is 0",
      "1 to"
    ),
    (
      Change("max_tokens least") { try $0.setMaxTokens(.min) },
      "max_tokens is -", "1 to"
    ),
    (
      Change("presence 3.1") { try $0.setPresencePenalty(3.1) },
      "presence_penalty is 3.1", "-2.0 to 3.0"
    ),
    (
      Change("frequency 2.1") { try $0.setFrequencyPenalty(2.1) },
      "frequency_penalty is 2.1", "-2.0 to 2.0"
    ),
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

import SparkWire
import Testing

private func refusal(
  _ model: String?, url: String? = nil, _ change: (inout ChatRequest) throws -> Void
) throws -> SparkError? {
  var request = ChatRequest()
  try change(&request)
  let isHosted = ["maas", "token-plan", "coding-plan"].contains(model)
  let domain = isHosted || model == nil ? "mine" : nil
  let isFixed = model?.hasPrefix("x2.5") ?? false
  return failure { () throws(SparkError) in
    _ = try encoded(
      request, model: model, url: isFixed ? "https://localhost:1/v1" : url, domain: domain)
  }
}

/// Each option that not every model takes, with a request that is otherwise valid.
private let options: [Change] = [
  Change("a system message is set") { try $0.addMessage(.system, "s") },
  Change("tools are set") { try $0.addTool("f") },
  Change("top_p is set") { try $0.setTopP(0.5) },
  Change("presence_penalty is set") { try $0.setPresencePenalty(1) },
  Change("frequency_penalty is set") { try $0.setFrequencyPenalty(1) },
  Change("thinking is set") { $0.setThinking(.auto) },
  Change("web search is set") { $0.setSearch(.normal, references: true) },
  Change("temperature is 1.5") { try $0.setTemperature(1.5) },
]

/// For each model, which of the options it takes.
private let taken: [String: String] = [
  "lite": "", "kjwx": "", "multilang": "", "image": "",
  "v2": "system", "x2-flash": "system tools search reasoning two",
  "x2.5": "system tools search thinking", "x2.5-4b": "system tools search thinking",
  "x2.5-1.7b": "system tools search thinking",
  "pro": "system tools search", "pro-128k": "system tools search",
  "max": "system tools search", "max-32k": "system tools search",
  "4.0Ultra": "system tools search",
  "x1": "system search reasoning two",
  "x1.5": "system tools search reasoning two",
  "x2": "system tools search reasoning two",
  "x1-preview": "system tools search reasoning two",
  "maas": "system tools search reasoning", "token-plan": "system tools search reasoning",
  "coding-plan": "system tools search reasoning",
]

private func isTaken(_ option: String, by model: String) -> Bool {
  let words = Set((taken[model] ?? "").split(separator: " "))
  switch option {
  case "a system message is set": return words.contains("system")
  case "tools are set": return words.contains("tools")
  case "web search is set": return words.contains("search")
  case "thinking is set": return words.contains("thinking") || words.contains("reasoning")
  case "temperature is 1.5": return words.contains("two")
  default: return words.contains("reasoning")
  }
}

struct RequestRulesTests {
  @Test(arguments: Model.all.map(\.name))
  func `a model's options are sent or refused, never dropped`(model: String) throws {
    #expect(taken[model] != nil)
    for option in options {
      let error = try refusal(model) { request in
        try option.apply(to: &request)
        try request.addMessage(.user, "Hi")
      }
      if isTaken(option.testDescription, by: model) {
        #expect(error == nil, "\(option.testDescription)")
      } else {
        #expect(error?.status == .invalidArgument, "\(option.testDescription)")
        #expect(
          error?.message == "\(option.testDescription), which the model \"\(model)\" does not take")
        #expect(error?.hint.isEmpty == false)
      }
    }
  }

  @Test func `unknown values are left to the server`() throws {
    for option in options {
      let error = try refusal(nil, url: "ws://localhost:1/chat") { request in
        try option.apply(to: &request)
        try request.addMessage(.user, "Hi")
      }
      #expect(error == nil, "\(option.testDescription)")
    }
  }

  @Test(arguments: Model.all.map(\.name))
  func `max_tokens goes to the model's limit`(name: String) throws {
    let model = try #require(Model.all.first { $0.name == name })
    let ask: (Int) throws -> SparkError? = { count in
      try refusal(name) { request in
        try request.addMessage(.user, "Hi")
        try request.setMaxTokens(count)
      }
    }
    guard let most = model.maxTokens else {
      #expect(try ask(1_000_000) == nil)
      return
    }
    #expect(try ask(most) == nil)
    let error = try #require(try ask(most + 1))
    #expect(error.hint == "use a value from 1 to \(most)")
  }

  @Test func `a hosted model may have a larger limit than is documented`() throws {
    var request = try ChatRequest.asking()
    try request.setMaxTokens(100_000)
    let endpoint = try Endpoint.resolve(model: "maas", domain: "xopglm51", transport: .http)
    #expect(try RequestRules(endpoint).check(request).count == 1)
  }

  @Test func `switching off a search that a model does not have is no mistake`() throws {
    let error = try refusal("lite") { request in
      try request.addMessage(.user, "Hi")
      request.setSearch(.disabled, references: false)
    }
    #expect(error == nil)
  }

  @Test(
    arguments: [
      ([], "has no message"),
      ([.system], "the last message is the system's"),
      ([.user, .assistant], "the last message is the assistant's"),
      ([.assistant], "the last message is the assistant's"),
      ([.user, .system, .user], "a system message is not the first"),
      ([.system, .system, .user], "a system message is not the first"),
      // It is not known whether the service accepts these: it decides.
      ([.user, .user], nil), ([.system, .assistant, .user], nil), ([.assistant, .user], nil),
    ] as [([Message.Role], String?)])
  func `wants the question last and the system message first`(
    roles: [Message.Role], message: String?
  ) throws {
    let error = try refusal("max") { request in
      for role in roles { try request.addMessage(role, "x") }
    }
    #expect((error == nil) == (message == nil))
    if let message {
      #expect(error?.status == .invalidArgument)
      #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }
  }
}

import SparkChat
import Testing

private struct Place: Decodable {
  let city: String
}

private struct Weather: Encodable {
  let degrees: Int
}

private struct Broken: Error {}

private func weather(
  _ call: @escaping @Sendable (Place) async throws -> Weather
) -> SparkTool {
  SparkTool(
    "get_weather", "The weather in a city",
    parameters: .object(["city": .string("The \"city\"")]), call: call)
}

private let question = "What is the weather in Hefei?"

@Suite(.withEmulator, .timeLimit(.minutes(15)))
struct SparkConversationTests {
  @Test func `the history goes along`() async throws {
    let conversation = try client().conversation([.system("You are a pirate.")])
    _ = try await conversation.ask("My name is Ada.")
    let answer = try await conversation.ask("What is my name?")
    #expect(answer.text.contains("Ada"))
    #expect(answer.text.contains("pirate"))
    #expect(await conversation.messages.count == 5)
    let other = try client().conversation()
    try await other.restore(conversation.save())
    #expect(await other.messages == conversation.messages)
    for count in [-5, 6] {
      let error = await failure { () throws(SparkError) in try await other.truncate(to: count) }
      #expect(error?.status == .invalidArgument)
    }
    #expect(await other.messages.count == 5)
    try await other.truncate(to: 3)
    #expect(try await other.ask("What is my name?").text.contains("Ada"))
  }

  @Test func `tools are called with values and return values`() async throws {
    let (cities, asked) = AsyncStream<String>.makeStream()
    let tool = weather { place in
      asked.yield(place.city)
      return Weather(degrees: 22)
    }
    let conversation = try client().conversation(tools: [tool])
    let seen = try await Seen(conversation.stream(question))
    asked.finish()
    #expect(await cities.reduce(into: []) { $0.append($1) } == ["Hefei"])
    #expect(seen.kinds.contains("call"))
    #expect(seen.kinds.last == "finished")
    #expect(seen.kinds.count { $0 == "finished" } == 1)
    #expect(seen.text.contains("22"))
    let messages = await conversation.messages
    #expect(messages.count == 4)
    #expect(
      messages.contains { if case .toolResult(#"{"degrees":22}"#, _) = $0 { true } else { false } })
  }

  @Test func `a tool that fails is told to the model, or ends the turn`() async throws {
    let tool = weather { _ in throw Broken() }
    let patient = try client().conversation(tools: [tool])
    _ = try await patient.ask(question)
    #expect(
      await patient.messages.contains { message in
        if case .toolResult("error: Broken: Broken()", _) = message { true } else { false }
      })
    var settings = SparkConversation.Settings()
    settings.toolErrorsEndTurn = true
    let strict = try client().conversation(tools: [tool], settings: settings)
    let error = await failure { () throws(SparkError) in _ = try await strict.ask(question) }
    #expect(error?.status == .callback)
    #expect(error?.underlyingError is Broken)
    #expect(await strict.messages.isEmpty)
  }

  @Test func `results of tools that the host calls`() async throws {
    let tool = SparkTool(
      "get_weather", "The weather in a city", parameters: .object(["city": .string()]))
    let conversation = try client().conversation(tools: [tool])
    let asked = try await conversation.ask(question)
    let call = try #require(asked.toolCalls.first)
    try await conversation.add([.toolResult("22 degrees", callID: call.id)])
    #expect(try await conversation.ask(nil).text.contains("22 degrees"))
  }

  @Test func `arguments that do not fit are the model's mistake`() async throws {
    struct Other: Decodable { let town: String }
    let tool = SparkTool(
      "get_weather", "The weather in a city", parameters: .object(["city": .string()])
    ) { (other: Other) in other.town }
    let conversation = try client().conversation(tools: [tool])
    _ = try await conversation.ask(question)
    #expect(
      await conversation.messages.contains { message in
        guard case .toolResult(let text, _) = message else { return false }
        return text == "error: the arguments do not fit: town is missing"
      })
  }

  @Test func `a turn that is left is taken back, or kept as far as it came`() async throws {
    let conversation = try client(scenario: "stall:at=middle,after=3").conversation()
    for _ in 0..<2 {
      for try await event in conversation.stream("Tell me a story") {
        if case .text = event { break }
      }
      #expect(await conversation.messages.isEmpty)
    }
    try await conversation.keep()
    let messages = await conversation.messages
    #expect(messages.first == .user("Tell me a story"))
    guard case .assistant(let text, _)? = messages.last else {
      Issue.record("there is no answer")
      return
    }
    #expect(!text.isEmpty)
  }

  @Test func `a turn whose task is cancelled while a tool runs`() async throws {
    let (stream, running) = AsyncStream<Void>.makeStream()
    let tool = weather { _ in
      running.yield()
      try await Task.sleep(for: .seconds(60))
      return Weather(degrees: 0)
    }
    let conversation = try client().conversation(tools: [tool])
    let task = Task { () -> SparkError? in
      await failure { () throws(SparkError) in _ = try await conversation.ask(question) }
    }
    for await _ in stream { break }
    let others = [
      await failure { () throws(SparkError) in _ = try await conversation.ask("Hi") },
      await failure { () throws(SparkError) in try await conversation.keep() },
      await failure { () throws(SparkError) in try await conversation.truncate(to: 0) },
    ]
    #expect(others.map(\.?.status) == [.state, .state, .state])
    #expect(others.allSatisfy { $0?.hint.contains("cancel the task") == true })
    task.cancel()
    #expect(await task.value?.status == .cancelled)
    #expect(await conversation.messages.isEmpty)
    #expect(try await conversation.ask("1+1").text == "1 + 1 = **2**.")
  }

  @Test func `a turn that another task waits for cannot be kept`() async throws {
    let conversation = try client(scenario: "stall:at=middle,after=3").conversation()
    let (stream, started) = AsyncStream<Void>.makeStream()
    let task = Task { () -> SparkError? in
      await failure { () throws(SparkError) in
        for try await event in conversation.stream("Tell me a story") {
          if case .text = event { started.yield() }
        }
      }
    }
    for await _ in stream { break }
    let error = await failure { () throws(SparkError) in try await conversation.keep() }
    #expect(error?.status == .state)
    task.cancel()
    #expect(await task.value?.status == .cancelled)
    try await conversation.keep()
    #expect(await conversation.messages.first == .user("Tell me a story"))
  }
}

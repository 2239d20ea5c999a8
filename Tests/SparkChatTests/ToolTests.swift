import Testing

@testable import SparkChat

private struct Place: Decodable {
  let city: String
}

/// A tool that the emulator's model calls for every question.
private func weather<Output: Encodable & SendableMetatype>(
  _ call: @escaping @Sendable (Place) async throws -> Output
) -> SparkTool {
  SparkTool(
    "get_weather", "The weather in a city", parameters: .object(["city": .string()]), call: call)
}

/// What the model receives if a tool returns or throws.
@Suite(.withEmulator, .timeLimit(.minutes(15)))
struct SparkToolTests {
  private let question = "What is the weather in Hefei?"

  /// Returns the tool results in the history.
  private func results(_ conversation: SparkConversation) async -> [String] {
    await conversation.messages.compactMap { message in
      if case .toolResult(let text, _) = message { text } else { nil }
    }
  }

  @Test(arguments: ["", "\"22\"", " "])
  func `a text goes to the model as it is`(text: String) async throws {
    let conversation = try client().conversation(tools: [weather { _ in text }])
    _ = try await conversation.ask(question)
    #expect(await results(conversation) == [text])
  }

  @Test func `all else is JSON, the same each time`() async throws {
    struct Output: Encodable {
      let zone = 8
      let url = "https://example.com/a"
      let names = ["b": 1, "a": 2, "d": 3, "c": 4]
    }
    let json = #"{"names":{"a":2,"b":1,"c":4,"d":3},"url":"https://example.com/a","zone":8}"#
    let tool = weather { _ in Output() }
    for _ in 0..<10 { #expect(try await tool.call?(#"{"city":"Hefei"}"#) == json) }
  }

  @Test func `a tool's own cancellation is no cancelled turn`() async throws {
    let tool = weather { _ -> String in throw CancellationError() }
    let patient = try client().conversation(tools: [tool])
    _ = try await patient.ask(question)
    #expect(await results(patient) == ["error: CancellationError: CancellationError()"])
    var settings = SparkConversation.Settings()
    settings.toolErrorsEndTurn = true
    let strict = try client().conversation(tools: [tool], settings: settings)
    let error = await failure { () throws(SparkError) in _ = try await strict.ask(question) }
    #expect(error?.status == .callback)
    #expect(error?.underlyingError is CancellationError)
  }

  @Test func `a cancelled turn is cancelled, whatever the tool throws`() async throws {
    struct Other: Error {}
    for endsTurn in [false, true] {
      var settings = SparkConversation.Settings()
      settings.toolErrorsEndTurn = endsTurn
      let tool = weather { _ -> String in
        withUnsafeCurrentTask { $0?.cancel() }
        throw Other()
      }
      let conversation = try client().conversation(tools: [tool], settings: settings)
      let task = Task { () -> SparkError? in
        await failure { () throws(SparkError) in _ = try await conversation.ask(question) }
      }
      let error = await task.value
      #expect(error?.status == .cancelled)
      #expect(error?.underlyingError == nil)
      #expect(error?.response?.toolCalls.count == 1)
    }
  }
}

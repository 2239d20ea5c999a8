// Prints an answer, cancels another one, and lets the model call a tool.
//
//   SPARKCHAT_PACKAGE=file:///path/to/libsparkchat swift run Answer "Hello"
//
// Credentials come from the environment (IFLYTEK_SPARK_APP_ID and the others).

import SparkChat

struct Place: Decodable {
  let city: String
}

struct Weather: Encodable {
  let degrees: Int
}

@main
struct Answer {
  static func main() async {
    do throws(SparkError) {
      let client = try SparkClient()
      try await stream(client, CommandLine.arguments.dropFirst().first ?? "Hello")
      await stop(client)
      try await useTool(client)
    } catch {
      print("\(error.status): \(error.message)\n\(error.hint)")
    }
  }

  /// Prints an answer as it arrives.
  static func stream(_ client: SparkClient, _ question: String) async throws(SparkError) {
    for try await event in client.stream(question) {
      switch event {
      case .reasoning(let piece): print(piece, terminator: "")
      case .text(let piece): print(piece, terminator: "")
      case .finished(let answer): print("\n\(answer.usage.total ?? 0) tokens")
      default: break
      }
    }
  }

  /// Cancels a task while the answer arrives, and keeps the part received.
  static func stop(_ client: SparkClient) async {
    let (pieces, arrived) = AsyncStream<String>.makeStream()
    let task = Task { () -> SparkError? in
      do throws(SparkError) {
        for try await event in client.stream("Tell me a long story") {
          if case .text(let piece) = event { arrived.yield(piece) }
        }
        return nil
      } catch {
        return error
      }
    }
    for await _ in pieces { break }
    task.cancel()
    guard let error = await task.value else { return print("the answer was faster") }
    print("\(error.status) after \(error.response?.text.count ?? 0) characters")
  }

  /// Lets the model call a function.
  static func useTool(_ client: SparkClient) async throws(SparkError) {
    let weather = SparkTool(
      "get_weather", "The weather in a city",
      parameters: .object(["city": .string("The city, in English")])
    ) { (place: Place) in
      Weather(degrees: 22)
    }
    let conversation = try client.conversation(tools: [weather])
    print(try await conversation.ask("What is the weather in Hefei?").text)
    print(await conversation.messages.count, "messages")
  }
}

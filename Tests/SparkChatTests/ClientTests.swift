import SparkChat
import Testing

/// Tests of `SparkClient`.
@Suite(.withEmulator, .timeLimit(.minutes(15)))
struct SparkClientTests {
  @Test(arguments: Wire.both)
  func `an answer at once`(wire: Wire) async throws {
    let path = wire.isHTTP ? "/v1/chat/completions" : "/v3.5/chat"
    let answer = try await client(wire, path: path).ask("1+1")
    #expect(answer.outcome == .complete)
    #expect(answer.text == "1 + 1 = **2**.")
    #expect(answer.usage.total ?? 0 > 0)
    #expect(answer.sid?.isEmpty == false)
    #expect(answer.timings.total ?? .zero > .zero)
    #expect(answer.attempts == 1)
  }

  @Test func `events come in order, and the response last`() async throws {
    let seen = try await Seen(client(scenario: "echo:chunks=5").stream("Hello, 世界! 😀"))
    #expect(seen.text == "Hello, 世界! 😀")
    #expect(seen.kinds == ["ready", "text", "usage", "finished"])
    #expect(seen.response?.text == seen.text)
  }

  @Test func `a model thinks first`() async throws {
    let client = try client(path: "/x2") { $0.domain = "spark-x" }
    let seen = try await Seen(client.stream("6 times 7"))
    #expect(seen.reasoning.isEmpty == false)
    #expect(seen.response?.reasoning == seen.reasoning)
    #expect(seen.text.contains("42"))
  }

  @Test func `who reads slowly loses nothing`() async throws {
    let question = String(repeating: "word ", count: 300)
    let client = try client(scenario: "echo:chunks=300")
    var text = ""
    var count = 0
    for try await event in client.stream(question) {
      guard case .text(let piece) = event else { continue }
      text += piece
      count += 1
      // Long enough for the buffer to fill.
      if count.isMultiple(of: 100) { try await Task.sleep(for: .milliseconds(20)) }
    }
    #expect(text == question)
    #expect(count > 2 * 64)
  }

  @Test func `one after the other`() async throws {
    let client = try client(.ws, scenario: "echo")
    for number in 0..<20 { #expect(try await client.ask("\(number)").text == "\(number)") }
  }

  @Test func `an error says what there is to know`() async throws {
    let client = try client(scenario: "error:code=11202")
    let error = await failure { () throws(SparkError) in _ = try await client.ask("Hi") }
    #expect(error?.status == .rateLimited)
    #expect(error?.serviceCode == 11202)
    #expect(error?.isRetryable == true)
    #expect(error?.hint.isEmpty == false)
    #expect(error?.sid?.isEmpty == false)
    #expect(error?.response?.outcome == .failed)
  }

  @Test func `what came before an error is kept`() async throws {
    let client = try client(scenario: "drop:how=reset")
    let error = await failure { () throws(SparkError) in _ = try await client.ask("Tell me") }
    #expect(error?.response?.text.isEmpty == false)
    #expect(error?.status == .truncated || error?.status == .io)
  }

  @Test func `wrong arguments are refused where they are used`() async throws {
    let client = try client()
    var options = SparkOptions()
    options.temperature = 7
    let error = await failure { () throws(SparkError) in
      for try await _ in client.stream("Hi", options: options) {}
    }
    #expect(error?.status == .invalidArgument)
    #expect(error?.message.contains("temperature") == true)
    var configuration = SparkConfiguration()
    configuration.timeouts.idle = .microseconds(-1)
    #expect(throws: SparkError.self) { try SparkClient(configuration) }
  }

  @Test func `credentials do not show`() throws {
    var configuration = SparkConfiguration()
    configuration.apiSecret = "TestOnlySecret"
    var dumped = "\(configuration)\(String(reflecting: configuration))"
    dump(configuration, to: &dumped)
    #expect(!dumped.contains("TestOnlySecret"))
  }

  @Test func `the vector of a text`() async throws {
    let ready = try Emulator.running().ready
    let client = try client {
      $0.embeddingURL = "https://127.0.0.1:\(ready.wssPort)/"
    }
    let vector = try await client.embed("Hello", as: .query)
    #expect(vector.count == 2_560)
    let error = await failure { () throws(SparkError) in _ = try await client.embed("") }
    #expect(error?.status == .invalidArgument)
  }

  @Test func `a connection that is there first`() async throws {
    let client = try client(scenario: "echo")
    var kinds: [SparkResponse.Connection] = []
    // If the test is delayed, the service closes it meanwhile.
    while kinds.count < 5, kinds.last != .warm {
      let connection = try await client.connect()
      kinds.append(try await connection.ask(SparkRequest("Hello")).connection)
      // The service has closed it after the answer, so another is made.
      #expect(try await connection.ask(SparkRequest("again")).text == "again")
    }
    #expect(kinds.last == .warm)
  }
}

import SparkCore
import SparkWire
import Testing

/// Answers that end at a stop sequence.
@Suite(.withEmulator)
struct ChatStreamStopTests {
  private func ask(
    _ wire: Wire, _ scenario: String, _ question: String, stop: [String], tag: String? = nil
  ) throws -> (seen: Seen, response: Response) {
    var request = try ChatRequest.asking(question)
    for sequence in stop { try request.addStopSequence(sequence) }
    let url = try Emulator.running().url(wire, scenario: scenario, tag: tag)
    let stream = try client(url).open(request)
    return (try finish(stream), stream.response)
  }

  @Test(arguments: ["echo:chunks=1", "echo:chunks=5", "echo:chunks=13"], Wire.allCases)
  func `the answer is complete, and ends in front of it`(scenario: String, wire: Wire) throws {
    let (seen, response) = try ask(wire, scenario, "one two three", stop: ["two", "x"])
    #expect(seen.error == nil)
    #expect(seen.text == "one ")
    #expect(seen.outcome == .complete)
    #expect(response.stopSequence?.string == "two")
    #expect(response.finishReason?.string == "stop")
  }

  @Test(arguments: Wire.allCases)
  func `what only looked like one comes through`(wire: Wire) throws {
    let (seen, response) = try ask(wire, "echo:chunks=9", "one tw", stop: ["two"])
    #expect(seen.text == "one tw")
    #expect(seen.usage.total > 0)
    #expect(response.stopSequence == nil)
  }

  @Test(arguments: Wire.allCases)
  func `what is held back keeps nothing waiting that has come with it`(wire: Wire) throws {
    // Everything arrives at the same time: only the end follows the pieces.
    for stop in ["\n\n\n\n\nUser:", "three four"] {
      let (seen, _) = try ask(
        wire, "coalesce:chunks=12,content=one\n\n\n\ntwo three", "Hi", stop: [stop])
      #expect(seen.error == nil)
      #expect(seen.outcome == .complete)
      #expect(seen.text == "one\n\n\n\ntwo three")
    }
  }

  @Test(arguments: Wire.allCases)
  func `the service is stopped`(wire: Wire) throws {
    // The answer would never end on its own.
    let (seen, _) = try ask(wire, "stall:at=middle,content=one two three four", "Hi", stop: ["o"])
    #expect(seen.text == "")
    #expect(seen.outcome == .complete)
  }

  @Test(arguments: Wire.allCases)
  func `what was held back is kept where the answer fails`(wire: Wire) throws {
    let (seen, response) = try ask(
      wire, "drop:after=1,content=aaaaaaaaaaaaaaaa", "Hi", stop: [String(repeating: "a", count: 99)]
    )
    #expect(seen.outcome == .truncated)
    #expect(response.text.count > 0)
  }

  @Test func `bad sequences are refused`() throws {
    for bad in ["", String(repeating: "x", count: 1_025)] {
      var request = ChatRequest()
      #expect(throws: SparkError.self) { try request.addStopSequence(bad) }
    }
    var request = ChatRequest()
    for _ in 0..<64 { try request.addStopSequence("x") }
    #expect(throws: SparkError.self) { try request.addStopSequence("x") }
  }
}

import SparkWire
import Testing

private func usage(_ json: String, over transport: Transport) throws -> Usage? {
  var reader = AnswerReader(transport: transport)
  let message =
    transport == .http
    ? #"{"choices":[{"delta":{}}],"usage":\#(json)}"#
    : #"{"header":{"code":0,"status":2},"payload":{"usage":{"text":\#(json)}}}"#
  let input = ByteBuffer([UInt8](message.utf8))
  try reader.read(input.mutable)
  guard case .usage(let usage) = reader.nextEvent() else { return nil }
  return usage
}

struct UsageTests {
  @Test(
    arguments: [
      (
        #"{"total_tokens":9,"prompt_tokens_details":{"audio_tokens":1,"cached_tokens":4},"#
          + #""completion_tokens_details":{"reasoning_tokens":3}}"#, 4, 3
      ),
      // The details come first, in either order.
      (
        #"{"cached_tokens":1,"prompt_tokens_details":{"cached_tokens":"4"},"#
          + #""completion_tokens_details":{"reasoning_tokens":3.0},"reasoning_tokens":1,"total_tokens":9}"#,
        4, 3
      ),
      (#"{"total_tokens":9,"cached_tokens":4,"reasoning_tokens":0}"#, 4, 0),
      (
        #"{"total_tokens":9,"prompt_tokens_details":null,"completion_tokens_details":[3]}"#, -1, -1
      ),
      (#"{"total_tokens":9,"prompt_tokens_details":{},"completion_tokens_details":7}"#, -1, -1),
      (
        #"{"total_tokens":9,"prompt_tokens_details":{"cached_tokens":-4},"#
          + #""completion_tokens_details":{"reasoning_tokens":1e30}}"#, -1, -1
      ),
    ] as [(String, Int64, Int64)], Transport.allCases)
  func `details are read`(row: (json: String, cached: Int64, reasoning: Int64), over: Transport)
    throws
  {
    let usage = try #require(try usage(row.json, over: over))
    #expect(usage.total == 9)
    #expect(usage.cached == row.cached)
    #expect(usage.reasoning == row.reasoning)
  }

  @Test func `a sum knows what either side knows`() {
    var (left, right) = (Usage(), Usage())
    #expect(left + right == Usage())
    (left.prompt, left.cached, left.total) = (3, 0, .max)
    (right.prompt, right.reasoning, right.total) = (4, 5, 1)
    var sum = Usage()
    (sum.prompt, sum.cached, sum.reasoning, sum.total) = (7, 0, 5, .max)
    #expect(left + right == sum)
    #expect(right + left == sum)
    #expect(left + Usage() == left)
  }
}

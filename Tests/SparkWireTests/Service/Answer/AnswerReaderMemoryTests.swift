import Glibc
import SparkWire
import Testing

/// Whatever a message holds, it takes little memory in addition to its own bytes, and time in
/// proportion to them.
@Suite(.serialized)
struct AnswerReaderMemoryTests {
  @Test(arguments: Transport.allCases)
  func `four megabytes of empty objects take no additional memory`(transport: Transport) {
    let front = transport == .http ? #"{"choices":["# : #"{"payload":{"choices":{"text":["#
    let back = transport == .http ? "{}]}" : "{}]}}}"
    expectLittleMemory(front, "{},", back, over: transport, size: 4 << 20)
  }

  @Test(arguments: [
    (#"{"header":{},"x":["#, "{},", "{}]}"), (#"{"payload":{"plugins":{"text":["#, "{},", "{}]}}}"),
    (#"{"payload":{"plugins":{"text":[{"content":"["#, "{},", #"{}]"}]}}}"#),
    (#"{"payload":{"choices":{"text":[{"tool_calls":["#, "[],", "{}]}]}}}"),
    (
      #"{"payload":{"choices":{"text":[{"function_call":{"name":"f","arguments":["#, "{},",
      "{}]}}]}}}"
    ),
    (#"{"header":{},"x":"#, "[", "1"), (#"{"header":{"code":"#, "9", "}}"),
    (#"{"header":{"code":""#, "9", #""}}"#),
  ])
  func `a frame takes little additional memory`(front: String, part: String, back: String) {
    expectLittleMemory(front, part, back, over: .webSocket, size: 1 << 20)
  }

  @Test(arguments: [
    (#"{"choices":[{"delta":{"content":["#, "{},", "{}]}}]}"),
    (#"{"choices":[{"delta":{"tool_calls":["#, "{},", "{}]}}]}"),
    (#"{"choices":[{"delta":{"tool_calls":{"web_search":["#, "[],", "{}]}}}]}"),
    (#"{"error":{"x":["#, "{},", "{}]}}"), (#"{"usage":{"x":["#, "{},", "{}]}}"),
  ])
  func `a completion takes little additional memory`(front: String, part: String, back: String) {
    expectLittleMemory(front, part, back, over: .http, size: 1 << 20)
  }

  /// Each piece finds its call without a search, however many there are.
  @Test func `pieces of many calls take no longer than those of few`() {
    func measure(calls count: Int) -> Duration {
      let calls = (0..<count).map { #"{"index":\#($0),"function":{"name":"f"}}"# }
      let piece = #"{"index":0,"function":{"arguments":"x"}}"#
      let list = (calls + [String](repeating: piece, count: 20_000)).joined(separator: ",")
      let message = [UInt8](#"{"choices":[{"delta":{"tool_calls":[\#(list)]}}]}"#)
      var answer: Answer?
      let time = ContinuousClock().measure { answer = Answer([message], over: .http) }
      #expect(answer?.failure == nil)
      return time
    }
    // Other tests run at the same time.
    let isFast = (0..<5).contains { _ in measure(calls: 7000) < measure(calls: 1) * 4 }
    #expect(isFast)
  }

  /// The least growth of several tries: other tests run at the same time.
  private func expectLittleMemory(
    _ front: String, _ part: String, _ back: String, over transport: Transport, size: Int
  ) {
    let limit = max(size, 4 << 20)
    var least = Int.max
    for _ in 0..<20 where least > limit {
      var message = ByteBuffer([UInt8](front))
      let block = [UInt8](String(repeating: part, count: 1024))
      while message.count < size { message.append(block) }
      message.append([UInt8](back))
      var reader = AnswerReader(transport: transport)
      let before = forgetPeak()
      _ = failure { () throws(SparkError) in try reader.read(message.mutable) }
      least = min(least, peak - before)
    }
    #expect(least <= limit, "\(least) bytes")
  }

  /// The most memory that the process has taken, in bytes.
  private var peak: Int { status("VmHWM:") }

  /// Returns how much it takes now, and makes that the peak.
  private func forgetPeak() -> Int {
    if let file = fopen("/proc/self/clear_refs", "w") {
      fputs("5", file)
      fclose(file)
    }
    return status("VmHWM:")
  }

  private func status(_ name: String) -> Int {
    guard let file = fopen("/proc/self/status", "r") else { return 0 }
    defer { fclose(file) }
    var text = [CChar](repeating: 0, count: 4096)
    let count = fread(&text, 1, text.count, file)
    let lines = String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      .split(separator: "\n")
    let line = lines.first { $0.hasPrefix(name) }?.split(whereSeparator: \.isWhitespace)
    return line.flatMap { $0.count > 1 ? Int($0[1]) : nil }.map { $0 * 1024 } ?? 0
  }
}

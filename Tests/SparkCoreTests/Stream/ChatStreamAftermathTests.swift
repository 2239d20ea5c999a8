import SparkCore
import SparkTransport
import SparkWire
import Testing

/// Whatever happens to an exchange does not affect the next one on the same client.
@Suite(.withEmulator)
struct ChatStreamAftermathTests {
  @Test(
    arguments: [
      "error:code=10013", "error:code=11202", "error:code=10014,after=2", "close_early", "drop",
      "drop:how=reset", "drop:how=cut,bytes=9", "stall", "stall:at=middle",
      "stall:at=middle,deaf=1",
      "bad_json", "bad_utf8", "masked", "binary", "oversize", "late_error", "late_frame",
      "no_close",
    ], Wire.allCases)
  func `the next question gets its own answer`(scenario: String, wire: Wire) throws {
    let client = try client(Emulator.running().url(wire)) { configuration in
      try configuration.setTimeout(.firstToken, 800)
      try configuration.setTimeout(.idle, 800)
      try configuration.setTimeout(\.close, "close", 50)
    }
    let isSlow = scenario.hasPrefix("stall") || scenario == "oversize"
    for round in 0..<(isSlow ? 1 : 2) {
      let bad = try finish(client.open(.asking("#scenario \(scenario)\nOLD \(round)")))
      let survives = ["late_error", "late_frame", "no_close"].contains(scenario)
      #expect((bad.error == nil) == survives)
      let question = "NEW \(round) \(scenario)"
      let good = try finish(client.open(.asking("#scenario echo\n\(question)")))
      #expect(good.text == question)
      #expect(good.error == nil)
      #expect(good.sid != nil && good.sid != bad.sid)
    }
  }

  @Test(arguments: [
    "status:code=503,times=1", "upgrade_drop:times=1", "skew:times=1", "bad_accept:times=1",
  ])
  func `nor does a refused connection leave anything`(scenario: String) throws {
    let url = try Emulator.running().url(.wss, scenario: scenario, tag: newTag())
    let client = try client(url)
    #expect(try finish(client.open(.asking())).error != nil)
    #expect(try finish(client.open(.asking("12 * 12 = ?"))).text.contains("144"))
  }

  @Test(arguments: Wire.allCases)
  func `what comes after a timeout is not in the next answer`(wire: Wire) throws {
    let client = try client(Emulator.running().url(wire)) { try $0.setTimeout(.idle, 600) }
    // The rest of the first answer arrives during the next requests.
    let slow = "#scenario slow:bytes=60,delay_ms=900\nLATE LATE LATE LATE"
    #expect(try finish(client.open(.asking(slow))).outcome == .timeout)
    for round in 0..<5 {
      let seen = try finish(client.open(.asking("#scenario echo\nnext \(round)")))
      #expect(seen.text == "next \(round)")
    }
  }

  @Test(arguments: Wire.allCases)
  func `what was left in the middle is not in the next answer`(wire: Wire) throws {
    let client = try client(Emulator.running().url(wire))
    for round in 0..<10 {
      do {
        let abandoned = try client.open(.asking("#scenario count:n=100000\nold"))
        for _ in 0..<5 { _ = try abandoned.next(timeoutMilliseconds: 1_000) }
      }
      let seen = try finish(client.open(.asking("#scenario echo\nnext \(round)")))
      #expect(seen.text == "next \(round)")
    }
  }

  @Test func `streams of one client that are driven in turn keep apart`() throws {
    let client = try client(Emulator.running().url(.wss))
    let streams = try (0..<8).map {
      try client.open(.asking("#scenario echo:chunks=10\nnumber \($0)"))
    }
    var taken = [Taken](repeating: Taken(), count: streams.count)
    for _ in 0..<10 {
      for (place, stream) in streams.enumerated() {
        switch try stream.next(timeoutMilliseconds: 2_000) {
        case .event: taken[place].take(stream.event)
        default: break
        }
      }
    }
    for (place, stream) in streams.enumerated() {
      #expect(try finish(stream, after: taken[place]).text == "number \(place)")
    }
  }

  @Test func `a stream outlives its client and its request`() throws {
    var maker: Client? = try client(Emulator.running().url(.wss, scenario: "echo"))
    var request: ChatRequest? = try .asking("still here")
    let stream = try #require(try request.map { try maker?.open($0) } ?? nil)
    maker = nil
    request = nil
    #expect(maker == nil && request == nil)
    #expect(try finish(stream).text == "still here")
  }

  @Test func `sockets are given back`() throws {
    let client = try client(Emulator.running().url(.wss)) { try $0.setTimeout(.idle, 100) }
    let weakStreams = try (0..<20).map { round in
      let stream = try client.open(.asking("#scenario \(round < 10 ? "echo" : "drop")\nx"))
      _ = try finish(stream)
      return Weak(stream)
    }
    #expect(weakStreams.allSatisfy { $0.stream == nil })
  }
}

private struct Weak {
  weak var stream: ChatStream?

  init(_ stream: ChatStream) { self.stream = stream }
}

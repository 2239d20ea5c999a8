import Glibc
import SparkCore
import SparkTransport
import SparkWire
import Testing

extension Configuration {
  mutating func setTimeout(_ phase: Phase, _ milliseconds: Int32) throws {
    switch phase {
    case .resolve: try setTimeout(\.resolve, "resolve", milliseconds)
    case .connect: try setTimeout(\.connect, "connect", milliseconds)
    case .tls: try setTimeout(\.tls, "TLS", milliseconds)
    case .upgrade: try setTimeout(\.upgrade, "upgrade", milliseconds)
    case .firstToken: try setFirstTokenTimeout(milliseconds)
    case .idle: try setTimeout(\.idle, "idle", milliseconds)
    case .total: try setTimeout(\.total, "total", milliseconds)
    default: Issue.record("no test sets the deadline of \(phase)")
    }
  }
}

/// An exchange that gets stuck ends, and reports where.
@Suite(.withEmulator)
struct ChatStreamDeadlineTests {
  private let dead: DeadServer

  init() throws { dead = try DeadServer() }

  @Test(arguments: Stuck.allCases)
  func `each phase has a deadline of its own`(place: Stuck) throws {
    let seen = try ask(place.url(dead)) { try $0.setTimeout(place.phase, 120) }
    let error = try #require(seen.error)
    #expect(seen.outcome == .timeout)
    #expect(error.status == .timeout)
    #expect(error.phase == place.phase)
    let isConnecting = ![.firstToken, .idle].contains(place.phase)
    let peer = try ServiceURL(place.url(dead)).authority
    #expect(
      error.message == "\(place.phase.name): nothing happened within 120 ms"
        + (isConnecting ? " (\(peer))" : ""))
    #expect(error.hint.contains("check the URL's host") == isConnecting)
    #expect(error.retryable)
    #expect(seen.text.isEmpty == (place.phase != .idle))
    #expect(greeting.hasPrefix(seen.text))
    #expect((seen.sid != nil) == (place.phase == .idle))
  }

  @Test(arguments: Stuck.allCases)
  func `all phases together have one deadline`(place: Stuck) throws {
    let seen = try ask(place.url(dead)) { try $0.setTimeout(.total, 150) }
    #expect(seen.outcome == .timeout)
    #expect(seen.error?.phase == .total)
    #expect(seen.error?.message.hasPrefix("the exchange did not end within 150 ms") == true)
    #expect(seen.text.isEmpty || place.phase == .idle)
  }

  @Test(arguments: Stuck.allCases)
  func `a deadline of 0 is none`(place: Stuck) throws {
    let stream = try client(place.url(dead)) { configuration in
      for phase in [.resolve, .connect, .tls, .upgrade, .firstToken, .idle, .total] as [Phase] {
        try configuration.setTimeout(phase, 0)
      }
    }.open(.asking())
    let taken = try takeUntilQuiet(stream, in: place.phase)
    #expect(stream.response.outcome == .pending)
    stream.cancel()
    #expect(try finish(stream, after: taken).error?.phase == place.phase)
  }

  @Test(arguments: Stuck.allCases)
  func `a wait with a limit comes back, and loses nothing`(place: Stuck) throws {
    let stream = try client(place.url(dead)).open(.asking())
    var taken = Taken()
    for milliseconds in [0, 0, 1, 20, 50] as [Int32] {
      let more = try takeUntilQuiet(stream, milliseconds: milliseconds)
      taken.pieces += more.pieces
      taken.isReady = taken.isReady || more.isReady
    }
    #expect(stream.response.outcome == .pending)
    stream.cancel()
    #expect(try finish(stream, after: taken).outcome == .cancelled)
  }

  @Test(arguments: Stuck.allCases)
  func `a caller that never waits meets the deadline, too`(place: Stuck) throws {
    let stream = try client(place.url(dead)) { try $0.setTimeout(place.phase, 150) }
      .open(.asking())
    let end = Instant.now().advanced(byMilliseconds: 10_000)
    let error = failure { () throws(SparkError) in
      while Instant.now() < end {
        _ = try stream.next(timeoutMilliseconds: 0)
        usleep(2_000)
      }
    }
    #expect(error?.status == .timeout)
    #expect(error?.phase == place.phase)
    #expect(stream.response.outcome == .timeout)
  }

  @Test(arguments: [
    // Each byte arrives in time, but not all of them.
    "slow:bytes=1,delay_ms=5", "slow_upgrade:bytes=1,delay_ms=5",
    // The answer never pauses.
    "count:n=10000000,size=100", "ping_flood:n=2000000",
  ])
  func `the total holds for a server that is never quiet`(scenario: String) throws {
    let seen = try ask(.ws, scenario) { try $0.setTimeout(.total, 300) }
    #expect(seen.outcome == .timeout)
    #expect(seen.error?.phase == .total)
  }

  @Test func `the idle deadline starts anew with each message`() throws {
    let seen = try ask(.ws, "slow:bytes=100,delay_ms=40,content=\(greeting)") {
      try $0.setTimeout(.idle, 3_000)
    }
    #expect(seen.text == greeting)
    #expect(seen.error == nil)
  }

  @Test func `a failure that is tried again still ends in time`() throws {
    let seen = try ask(.ws, "status:code=503") { configuration in
      try configuration.setMaxAttempts(10)
      try configuration.setRetryBackoff(base: 500, max: 500)
      try configuration.setTimeout(.total, 2_000)
    }
    #expect(seen.error != nil)
    #expect(seen.attempts > 1)
  }

  @Test func `waiting in line has a deadline, too`() throws {
    let url = try Emulator.running().url(.ws, scenario: "stall")
    let client = try client(url) { configuration in
      try configuration.setMaxConcurrency(1)
      try configuration.setTimeout(\.queue, "queue", 100)
    }
    let first = try client.open(.asking())
    _ = try takeUntilQuiet(first)
    let second = try finish(client.open(.asking()))
    #expect(second.error?.phase == .queue)
    #expect(second.outcome == .timeout)
    first.cancel()
  }

  @Test(arguments: Wire.allCases)
  func `a server that does not close its side delays no one`(wire: Wire) throws {
    for scenario in ["no_close", "stall:at=end", "stall:at=end,deaf=1"] {
      let separator = scenario.contains(":") ? "," : ":"
      let seen = try ask(wire, "\(scenario)\(separator)content=\(greeting)") {
        try $0.setTimeout(\.close, "close", 100)
      }
      #expect(seen.outcome == .complete)
      #expect(seen.text == greeting)
    }
  }
}

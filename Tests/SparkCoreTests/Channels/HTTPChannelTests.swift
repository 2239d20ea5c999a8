import Glibc
import SparkWire
import Testing

@testable import SparkCore

private func askHTTP(
  _ scenario: String?, _ question: String = "Hi", wire: Wire = .https, tag: String? = nil,
  _ configure: Configure = { _ in }
) throws -> Seen {
  try ask(wire, scenario, path: "/v1/chat/completions", tag: tag, question, configure)
}

/// Answers over HTTP: their forms and their failures.
@Suite(.withEmulator)
struct HTTPChannelTests {
  @Test(arguments: [
    "text", "single", "empty_last", "jump", "multi_text", "no_text", "no_role", "null_content",
    "no_payload", "no_usage", "unknown_fields", "string_numbers", "reordered",
    "huge_number:kind=integer", "huge_number:kind=real", "huge_number:kind=usage",
    "fragments:size=1", "fragments:size=10",
    "slow:bytes=3,delay_ms=0", "coalesce", "no_close", "late_frame",
    "sse:space=1", "sse:eol=cr", "sse:eol=crlf", "sse:comments=1", "sse:blanks=1", "sse:events=1",
    "sse:multiline=1", "sse:bom=1", "sse:done=bare", "sse:split=1", "sse:eol=crlf,split=1",
    "sse:eol=cr,split=1,space=1,comments=1,blanks=1,events=1,bom=1",
    "body:framing=length", "body:framing=close", "body:extensions=1", "body:trailers=1",
    "json_body", "json_body:blanks=0", "json_body:blanks=50", "connection:how=close",
    "connection:http10=1",
  ])
  func `the whole text arrives`(scenario: String) throws {
    let separator = scenario.contains(":") ? "," : ":"
    let seen = try askHTTP("\(scenario)\(separator)content=\(greeting)")
    #expect(seen.error == nil)
    #expect(seen.outcome == .complete)
    #expect(seen.text.replacing("·", with: "") == greeting)
    #expect(seen.reasoning.isEmpty && seen.calls.isEmpty && seen.citations.isEmpty)
    #expect(seen.sid?.hasPrefix("cha") == true)
  }

  @Test(arguments: [
    ("sse:done=0", "before [DONE]"), ("close_early", "before [DONE]"),
    ("drop:how=fin", "incomplete"),
    ("drop:how=cut", "closed"), ("drop:how=reset", "reset"), ("drop:how=fin,bytes=5", "incomplete"),
  ])
  func `a stream that is cut off is truncated, and keeps its text`(
    scenario: String, how: String
  ) throws {
    let seen = try askHTTP(scenario)
    #expect(seen.error?.status == .truncated)
    #expect(seen.outcome == .truncated)
    #expect(!seen.text.isEmpty)
    #expect(seen.error?.message.contains(how) == true, "\(seen.error?.message ?? "")")
  }

  @Test(
    arguments: [
      ("error:code=10013", Status.contentFiltered, 10013),
      ("error:code=10013,how=inband", .contentFiltered, 10013),
      ("error:code=11200,how=event", .permission, 11200),
      ("error:code=10014,after=2", .contentFiltered, 10014),
      ("error:code=10907", .contextLength, 10907), ("error:code=11202", .rateLimited, 11202),
    ] as [(String, Status, Int32)])
  func `the service's own errors, wherever they stand`(
    scenario: String, status: Status, code: Int32
  ) throws {
    let seen = try askHTTP(scenario)
    #expect(seen.error?.status == status)
    #expect(seen.error?.serviceCode == code)
    // The ID of the exchange, from the body.
    #expect(seen.error?.sid?.hasPrefix("cha") == true)
    #expect(seen.text.isEmpty == !scenario.contains("after"))
  }

  @Test(
    arguments: [
      ("bad_head:kind=two_lengths", .protocol), ("bad_head:kind=length_and_chunked", .protocol),
      ("bad_head:kind=bare_lf", .protocol), ("bad_head:kind=fold", .protocol),
      ("bad_head:kind=no_status", .protocol), ("bad_head:kind=http2", .protocol),
      ("bad_head:kind=huge", .tooLarge), ("bad_chunk:kind=size", .protocol),
      ("bad_chunk:kind=negative", .protocol), ("bad_chunk:kind=no_crlf", .protocol),
      ("bad_chunk:kind=huge_line", .tooLarge), ("garbage_upgrade", .protocol),
      ("bad_json", .protocol), ("bad_utf8", .protocol), ("redirect", .handshake),
      ("deep_json", .protocol), ("status:code=503", .service),
      ("status:code=404", .handshake),
      ("status:code=200,body=<html>login</html>,type=text/html", .handshake),
      ("status:code=200,type=text/html,chunked=1,body=\n<p>login</p>", .handshake),
      ("status:code=200,body=login,type=text/html", .handshake),
      ("status:code=200,body=,type=text/html", .handshake),
      ("status:code=200,body=<p>login</p>,type=application/json", .handshake),
      (#"status:code=200,body={"error":{"code":11200}},type=text/html"#, .permission),
      (#"status:code=200,body=data: {"error":{"code":11200}},type=text/html"#, .permission),
      ("status:code=204", .handshake),
      ("status:code=200,body=null,type=application/json", .protocol),
      ("status:code=200,body=,type=text/plain", .protocol),
      ("status:code=200,body=,type=application/json", .protocol),
      // Whatever the type says.
      (#"status:code=200,body=data:{"error":{"code":11200}},type=application/json"#, .permission),
      (#"status:code=200,body={"error":{"code":11200}},type=text/event-stream"#, .permission),
      ("status:code=402", .quota),
      ("upgrade_drop", .truncated), ("upgrade_drop:after=20", .truncated),
    ] as [(String, Status)])
  func `what breaks the protocol is an error, never a guess`(
    scenario: String, status: Status
  ) throws {
    let seen = try askHTTP(scenario)
    #expect(seen.error?.status == status, "\(seen.error?.message ?? seen.text)")
  }

  @Test(arguments: ["size", "negative", "no_crlf"])
  func `what came before a fault is kept, also in the same packet`(kind: String) throws {
    for _ in 0..<10 {
      let seen = try askHTTP("bad_chunk:kind=\(kind),after=2,content=abcdef", wire: .http)
      #expect(seen.error?.status == .protocol)
      #expect(seen.error?.phase == .idle)
      #expect(seen.text.hasPrefix("abc"), "\(seen.text)")
    }
  }

  @Test(arguments: [
    ("pass:word", "status 401", "API password"), ("nothing", "status 401", "API password"),
  ])
  func `a wrong password is named`(password: String, message: String, hint: String) throws {
    let seen = try askHTTP(nil) { configuration in
      try [UInt8](password.utf8).withUnsafeBytes { try configuration.setAPIPassword($0) }
    }
    #expect(seen.error?.status == .auth)
    #expect(seen.error?.message.contains(message) == true, "\(seen.error?.message ?? "")")
    #expect(seen.error?.hint.contains(hint) == true)
  }

  @Test func `key and secret do as well`() throws {
    let ready = try Emulator.running().ready
    var configuration = Configuration()
    try configuration.setURL(Emulator.running().url(.https, "/v1"))
    try configuration.setModel("lite")
    try [UInt8](ready.apiKey.utf8).withUnsafeBytes { try configuration.setAPIKey($0) }
    try [UInt8](ready.apiSecret.utf8).withUnsafeBytes { try configuration.setAPISecret($0) }
    try configuration.setCAFile(ready.caFile)
    #expect(try finish(Client(configuration).open(.asking("1+1"))).text.contains("2"))
  }

  @Test(arguments: [Wire.http, .https])
  func `connections are used again`(wire: Wire) throws {
    let url = try Emulator.running().url(wire, "/v1", tag: newTag())
    let client = try client(url)
    var kinds: [ConnectionKind] = []
    for _ in 0..<4 {
      let stream = try client.open(.asking())
      #expect(try finish(stream).outcome == .complete)
      kinds.append(stream.response.connection)
    }
    #expect(kinds == [.cold, .warm, .warm, .warm])
    // The connection is kept even after a refusal.
    let failed = try client.open(.asking("#scenario error:code=10013"))
    #expect(try finish(failed).error?.serviceCode == 10013)
    let next = try client.open(.asking())
    #expect(try finish(next).outcome == .complete)
    #expect(next.response.connection == .warm)
  }

  @Test(arguments: [
    "connection:how=close", "body:framing=close", "connection:http10=1", "connection:idle=1",
    "connection:how=silent",
  ])
  func `a connection that ends is not missed`(scenario: String) throws {
    let client = try client(Emulator.running().url(.https, "/v1", scenario: scenario))
    for _ in 0..<3 {
      let stream = try client.open(.asking())
      let seen = try finish(stream)
      #expect(seen.outcome == .complete, "\(seen.error?.message ?? "")")
      #expect(seen.attempts == 1)
      // A request that a server acknowledges while closing is not retried, so wait for the end to arrive.
      usleep(50_000)
    }
  }

  @Test func `without a pool every question has its own connection`() throws {
    let client = try client(Emulator.running().url(.https, "/v1")) {
      try $0.setMaxIdleConnections(0)
    }
    for _ in 0..<2 {
      let stream = try client.open(.asking())
      #expect(try finish(stream).outcome == .complete)
      #expect(stream.response.connection != .warm)
    }
  }

  @Test func `waits as long as the server asks`() throws {
    let seen = try askHTTP("status:code=429,retry_after=1,times=1,body=slow down", tag: newTag()) {
      try $0.setMaxAttempts(2)
    }
    #expect(seen.outcome == .complete)
    #expect(seen.attempts == 2)
    let refused = try askHTTP("status:code=429,retry_after=120") { try $0.setMaxAttempts(2) }
    // Longer than the budget: the error is final.
    #expect(refused.error?.status == .rateLimited)
    #expect(refused.error?.httpDetails?.retryAfterMilliseconds == 120_000)
    #expect(refused.attempts == 1)
  }

  @Test func `a warm connection takes the question`() throws {
    let client = try client(Emulator.running().url(.https, "/v1"))
    let stream = try client.connect()
    guard case .event = try stream.next(timeoutMilliseconds: -1), case .ready = stream.event else {
      Issue.record("not ready")
      return
    }
    try stream.send(.asking("1+1"))
    var text = ""
    loop: while true {
      switch try stream.next(timeoutMilliseconds: -1) {
      case .event:
        if case .answer(.text(let piece)) = stream.event {
          text += String(decoding: piece, as: UTF8.self)
        }
      case .done: break loop
      default: continue
      }
    }
    #expect(text.contains("2"))
    #expect(stream.response.connection == .warm)
    // A second request on the same stream uses the connection of the first.
    try stream.send(.asking("2+2"))
    #expect(try finish(stream).text.contains("4"))
    #expect(stream.response.connection == .warm)
  }

  @Test(arguments: [
    "tools:shape=object,calls=1", "tools:shape=array,calls=2", "tools:shape=deltas,calls=2",
    "tools:shape=array,calls=2,ids=0", "tools:shape=deltas,calls=2,ids=0",
  ])
  func `tool calls of all shapes`(scenario: String) throws {
    let seen = try askHTTP(scenario)
    #expect(seen.error == nil)
    #expect(seen.calls.count == (scenario.contains("calls=1") ? 1 : 2))
    #expect(seen.calls.allSatisfy { $0.first?.hasPrefix("get_weather") == true }, "\(seen.calls)")
    #expect(
      seen.calls.allSatisfy { $0.last?.hasPrefix("{") == true && $0.last?.hasSuffix("}") == true })
  }

  @Test(arguments: ["coalesce", "single", "json_body", "count:n=500", "fragments:size=1"])
  func `what has arrived at once is not left lying in a group`(scenario: String) throws {
    let client = try client(Emulator.running().url(.https, "/v1", scenario: scenario))
    let group = try Group()
    let streams = try (0..<5).map { _ in try client.open(.asking()) }
    for stream in streams { try group.add(stream) }
    var done = 0
    loop: while true {
      switch try group.next(timeoutMilliseconds: 5_000) {
      case .done: done += 1
      case .idle: break loop
      case .failed(_, let error):
        Issue.record("\(error.message)")
        break loop
      case .again:
        Issue.record("nothing happens")
        break loop
      default: continue
      }
    }
    #expect(done == 5)
    #expect(streams.allSatisfy { $0.response.outcome == .complete })
  }

  @Test func `cancelling closes the connection`() throws {
    let client = try client(Emulator.running().url(.https, "/v1", scenario: "count:n=100000"))
    let stream = try client.open(.asking())
    _ = try stream.next(timeoutMilliseconds: -1)
    stream.cancel()
    #expect(
      failure { () throws(SparkError) in
        while true { _ = try stream.next(timeoutMilliseconds: -1) }
      }?.status == .cancelled)
    #expect(stream.response.outcome == .cancelled)
  }
}

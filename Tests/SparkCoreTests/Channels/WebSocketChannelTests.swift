import Glibc
import SparkCore
import SparkWire
import Testing

/// Missing and wrong answers to the upgrade.
@Suite(.withEmulator)
struct WebSocketChannelTests {
  @Test(
    arguments: [
      ("bad_accept", .protocol, "Sec-WebSocket-Accept"),
      ("no_accept", .protocol, "Sec-WebSocket-Accept"),
      ("no_upgrade", .protocol, "no value for Upgrade"),
      ("extension", .protocol, "permessage-deflate"), ("subprotocol", .protocol, "chat"),
      ("garbage_upgrade", .protocol, "not HTTP/1"),
      ("huge_header", .tooLarge, ""), ("huge_header:bytes=10,count=5000", .tooLarge, ""),
      ("upgrade_drop", .handshake, "closed the connection instead of answering"),
      ("upgrade_drop:after=50", .handshake, "closed the connection"),
      ("upgrade_drop:after=20,how=reset", .io, "reset"),
      ("redirect", .handshake, "HTTP status 302"),
      ("status:code=400,body=no", .handshake, "HTTP status 400: no"),
      ("status:code=404", .handshake, "HTTP status 404"),
      ("status:code=429", .rateLimited, "HTTP status 429"),
      ("status:code=503,body=busy,chunked=1", .service, "HTTP status 503: busy"),
      ("status:code=502,body=<html> <h1>Bad</h1>", .service, "<html> <h1>Bad</h1>"),
      ("status:code=500,body=short,length=5000", .service, "HTTP status 500: short"),
      ("status:code=200,body=", .handshake, "HTTP status 200"),
    ] as [(String, Status, String)], Wire.allCases)
  func `a refusal says what the server said`(
    row: (scenario: String, status: Status, message: String), wire: Wire
  ) throws {
    let seen = try ask(wire, row.scenario)
    let error = try #require(seen.error)
    #expect(seen.outcome == .failed)
    #expect(error.status == row.status, "\(error.message)")
    #expect(error.message.contains(row.message), "\(error.message)")
    #expect(error.phase == .upgrade)
    #expect(seen.pieces.isEmpty)
  }

  @Test(arguments: Wire.allCases)
  func `a refusal whose body does not end is told at the deadline`(wire: Wire) throws {
    let seen = try ask(wire, "status:code=401,body=HMAC,length=5000,keep=1") {
      try $0.setTimeout(\.upgrade, "upgrade", 1_000)
    }
    #expect(seen.error?.status == .auth)
    #expect(seen.error?.httpDetails?.body == "HMAC")
  }

  /// Protocol 2.5, with the service's own texts.
  @Test(arguments: Wire.allCases)
  func `a wrong key or secret is refused, and the hint says which`(wire: Wire) throws {
    let wrong = [UInt8]("ffffffffffffffffffffffffffffffff".utf8)
    let key = try ask(wire, nil) { configuration in
      try wrong.withUnsafeBytes { try configuration.setAPIKey($0) }
    }
    #expect(key.error?.status == .auth)
    #expect(key.error?.httpDetails?.httpStatus == 401)
    #expect(key.error?.hint.contains("API key is unknown") == true, "\(key.error?.hint ?? "")")
    let secret = try ask(wire, nil) { configuration in
      try wrong.withUnsafeBytes { try configuration.setAPISecret($0) }
    }
    #expect(secret.error?.status == .auth)
    #expect(secret.error?.hint.contains("API secret") == true, "\(secret.error?.hint ?? "")")
    #expect(secret.error?.httpDetails?.clockSkewSeconds.map { abs($0) < 60 } == true)
  }

  @Test(arguments: [3_600, -3_600], Wire.allCases)
  func `a wrong clock is refused, and the hint says by how much`(
    seconds: Int64, wire: Wire
  ) throws {
    let seen = try ask(wire, "skew:seconds=\(seconds)")
    let error = try #require(seen.error)
    #expect(error.status == .auth)
    #expect(error.httpDetails?.httpStatus == 403)
    let skew = try #require(error.httpDetails?.clockSkewSeconds)
    #expect(abs(skew + seconds) < 60)
    #expect(error.hint.contains(seconds > 0 ? "s behind" : "s ahead of"), "\(error.hint)")
    #expect(error.httpDetails?.serverDate?.hasSuffix("GMT") == true)
  }

  @Test func `a path that is none is refused`() throws {
    let seen = try ask(.ws, nil, path: "/v9/chat") { try $0.setDomain("x") }
    #expect(seen.error?.httpDetails?.httpStatus == 404)
    #expect(seen.error?.httpDetails?.body == "404 page not found")
    #expect(seen.error?.hint.contains("path") == true)
  }

  /// A refusal that repeats the address contains a signature.
  @Test func `no error repeats key, secret or signature`() throws {
    let ready = try Emulator.running().ready
    let body = "\(ready.apiKey) \(ready.apiSecret) /chat?authorization=c2VjcmV0&date=x"
    let escaped = "https://example.com/?authorization=YXBpX2tleT0iMDEyMzQ1Njc4OWFiY2RlZg&host=x"
    for scenario in ["status:code=403,body=\(body)", "redirect:to=\(escaped)"] {
      let error = try #require(try ask(.ws, scenario).error)
      for text in ["\(error)", String(reflecting: error)] {
        for secret in [ready.apiKey, ready.apiSecret, "c2VjcmV0", "YXBpX2tleT0i"] {
          #expect(!text.contains(secret), "\(text)")
        }
      }
    }
  }

  @Test(arguments: Wire.allCases)
  func `a good signature is all the service sees`(wire: Wire) throws {
    let tag = newTag()
    #expect(try ask(wire, nil, tag: tag).outcome == .complete)
    let record = try #require(try Emulator.running().records(tag).first)
    #expect(record.auth == "ok")
    #expect(record.hostMatches)
    #expect(record.violation == nil)
    #expect(record.headers["User-Agent"] == Version.userAgent.description)
    #expect(record.headers["Sec-WebSocket-Extensions"] == nil)
    #expect(record.clientClose?.code == 1000)
  }

  @Test(arguments: ["close", "reset", "garbage", "blackhole", "tls_blackhole"])
  func `a server that is none is a failure with its phase`(port: String) throws {
    let wire = port.hasPrefix("tls") ? Wire.wss : .ws
    let url = try Emulator.running().url(wire, port: port)
    let seen = try ask(url) { try $0.setTimeout(\.upgrade, "upgrade", 200) }
    let error = try #require(seen.error)
    switch port {
    case "garbage": #expect(error.status == .protocol)
    // A reset may arrive before the connection is checked for the first time, or the request may trigger it,
    // so that reading only finds the end.
    case "reset": #expect([.io, .connect, .handshake].contains(error.status))
    case "close": #expect([.handshake, .io].contains(error.status))
    default: #expect(error.status == .timeout)
    }
    #expect(error.phase == (error.status == .connect ? .connect : .upgrade))
  }

  @Test func `a port without a server is a failure to connect`() throws {
    let seen = try ask("ws://127.0.0.1:1/v3.5/chat")
    #expect(seen.error?.status == .connect)
    #expect(seen.error?.phase == .connect)
    #expect(seen.error?.osErrno == ECONNREFUSED)
  }
}
